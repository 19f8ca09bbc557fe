"""A newcomer installs Lanyard in Slack by the document alone, typing only what is written there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import web

from tests.install import LONGEST, ROOT, Reader, until_seen
from tests.stages.fake_slack import APP_TOKEN, BOT, BOT_TOKEN, TEAM, FakeSlack
from tests.stages.served import free_port
from tests.stages.slack import SlackStage
from tests.test_check import POLICY

DOCUMENT = (ROOT / "docs" / "install-slack.md").read_text("utf-8")
PEOPLE = {
    "DSL": ("Ms Sana Khan", "UKHAN"),
    "DEPUTY": ("Mr Obi Okoro", "UOKORO"),
    "PRINCIPAL": ("Dr Ruth Farrow", "UFARROW"),
    "CHAIR": ("Mrs Edna Penrose", "UPENROSE"),
    "IT": ("Sam Tan", "UTAN"),
}
MAKER = "UADMIN"
MINE = {
    "YOUR-APP-TOKEN": APP_TOKEN,
    "YOUR-BOT-TOKEN": BOT_TOKEN,
    "YOUR-TEAM-ID": TEAM,
    "YOUR-DSL-CHANNEL": "CDSL",
    "YOUR-SCHOOL": "Larkhill School",
    "YOUR-NOTICE": "the staff handbook, page 12",
    "YOUR-FRONT-DOOR": "01632 960100",
    "YOUR-OFFICER": "01632 960101",
    "YOUR-POLICY": "policy.md",
    **{f"YOUR-{role}": name for role, (name, _) in PEOPLE.items()},
    **{f"YOUR-{role}-ID": account for role, (_, account) in PEOPLE.items()},
    **{f"YOUR-{role}-NUMBER": f"01632 96000{n}" for n, role in enumerate(PEOPLE)},
}


class SocketStage(SlackStage):
    """People act as on the stage of Slack, and Lanyard hears of it through its socket."""

    async def __aenter__(self) -> SocketStage:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def post(
        self, body: bytes, *, form: bool = False, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        fields = {name: value for name, (value,) in parse_qs(body.decode()).items()} if form else {}
        kind, payload = "events_api", {} if form else json.loads(body)
        if form:
            command = "command" in fields
            kind = "slash_commands" if command else "interactive"
            payload = fields if command else json.loads(fields["payload"])
        await self.fake.sockets[-1].send_json(
            {"type": kind, "envelope_id": str(self.fake.number()), "payload": payload}
        )
        async with asyncio.timeout(LONGEST):
            answer = await self.fake.socket_answers.get()
        return 200, json.dumps(answer["payload"]) if answer.get("payload") else ""


async def nothing() -> None:
    """The answer is waited for where it is seen."""


async def test_a_newcomer_follows_it(tmp_path: Path) -> None:
    async with FakeSlack() as fake:
        for name, account in (*PEOPLE.values(), ("Amira Teal", "UAMIRA"), ("Alex Reed", MAKER)):
            fake.person(account, name)
        # What is clicked in step 5: a private channel with the DSL, the deputy and Lanyard, and
        # with whoever makes it until they are told to leave.
        fake.room("CDSL", BOT, MAKER, "UKHAN", "UOKORO")

        async def leave() -> None:
            fake.rooms["CDSL"].members.remove(MAKER)

        machine = {"SLACK_STAND_IN": fake.origin, "PORT": str(free_port())}
        (tmp_path / "policy.md").write_text(POLICY)
        clicks = {"**leave the channel**": leave}
        async with Reader(tmp_path / "lanyard", MINE, machine, clicks) as reader:
            (reader.folder / "policy.md").symlink_to(tmp_path / "policy.md")
            await reader.do(DOCUMENT)
            assert reader.unused == set()
            made = json.loads((reader.folder / "lanyard-slack.json").read_text())
            assert set(made["oauth_config"]["scopes"]["bot"]) == fake.scopes
            assert made["settings"]["socket_mode_enabled"] is True
            await used(fake)


async def used(fake: FakeSlack) -> None:
    """What step 9 says is seen, is seen."""
    async with asyncio.timeout(LONGEST):
        while not fake.sockets:
            await asyncio.sleep(0.05)
    people = {"amira": "UAMIRA", "khan": "UKHAN"}
    rooms = {"dsl": "CDSL"}
    stage = SocketStage(web.Application(), fake, people, answered=nothing, rooms=rooms)
    await stage.say("amira", "can I use my own phone for a photo?")
    await until_seen(stage, "amira", "1.1")
    await until_seen(stage, "amira", "All of it: the staff handbook, page 12")
    await stage.say("amira", "a trial: a child told me somebody hurts her")
    await until_seen(stage, "amira", "act now")
    await stage.press("amira", "Child: tell Ms Sana Khan and Mr Obi Okoro")
    await until_seen(stage, "amira", "Alarm raised")
    # A busy machine may not say in time who is in the channel: then it is only called.
    await until_seen(stage, "khan", "URGENT", room="dsl")
    await until_seen(stage, "khan", "URGENT, child")
    await stage.press("khan", "Open")
    await until_seen(stage, "khan", "somebody hurts her")
    await stage.press("khan", "I have got this")
    await until_seen(stage, "khan", "You have")
