"""A newcomer installs Lanyard in Teams by the document alone, typing only what is written there."""

from __future__ import annotations

import asyncio
import json
import zipfile
from pathlib import Path

from aiohttp import ClientSession, web

from tests.install import ROOT, Reader, until_seen
from tests.stages.fake_connector import APP, TENANT, FakeConnector
from tests.stages.served import free_port
from tests.stages.teams import TeamsStage
from tests.test_check import POLICY

DOCUMENT = (ROOT / "docs" / "install-teams.md").read_text("utf-8")
ROLES = ("khan", "okoro", "farrow", "penrose", "tan")
OBJECTS = {
    person: f"0f1a5c0e-0000-4000-8000-00000000000{number}"
    for number, person in enumerate((*ROLES, "amira", "alex"))
}
PEOPLE = {
    "DSL": ("Ms Sana Khan", "khan"),
    "DEPUTY": ("Mr Obi Okoro", "okoro"),
    "PRINCIPAL": ("Dr Ruth Farrow", "farrow"),
    "CHAIR": ("Mrs Edna Penrose", "penrose"),
    "IT": ("Sam Tan", "tan"),
}
CHANNEL = "19:dsl-oak@thread.tacv2"
MINE = {
    "YOUR-APP-ID": APP,
    "YOUR-APP-SECRET": "client-secret",
    "YOUR-TENANT": TENANT,
    "YOUR-DSL-CHANNEL": (
        "https://teams.microsoft.com/l/channel/19%3Adsl-oak%40thread.tacv2/General?groupId=1"
    ),
    "YOUR-SCHOOL": "Larkhill School",
    "YOUR-WEBSITE": "https://larkhill.example",
    "YOUR-NOTICE": "the staff handbook, page 12",
    "YOUR-FRONT-DOOR": "01632 960100",
    "YOUR-OFFICER": "01632 960101",
    "YOUR-POLICY": "policy.md",
    **{f"YOUR-{role}": name for role, (name, _) in PEOPLE.items()},
    **{f"YOUR-{role}-ID": OBJECTS[person] for role, (_, person) in PEOPLE.items()},
    **{f"YOUR-{role}-NUMBER": f"01632 96000{n}" for n, role in enumerate(PEOPLE)},
}


async def _shown() -> None:
    """Another process does not say when it has shown the rest of an answer."""
    await asyncio.sleep(1)


class ServedStage(TeamsStage):
    """The stage of Teams before a Lanyard that runs by itself at ``origin``."""

    def __init__(self, fake: FakeConnector, origin: str) -> None:
        super().__init__(web.Application(), fake, OBJECTS, _shown)
        self._at = origin

    @property
    def origin(self) -> str:
        return self._at

    async def __aenter__(self) -> ServedStage:
        self._session = ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()


async def test_a_newcomer_follows_it(tmp_path: Path) -> None:
    port = free_port()
    async with FakeConnector() as fake, ServedStage(fake, f"http://127.0.0.1:{port}") as stage:
        # What is clicked in step 4: a private team with the DSL and the deputy, and with whoever
        # makes it until they are told to leave.
        stage.furnish(CHANNEL, ("alex", "khan", "okoro"))

        async def installed_for_all() -> None:
            for person in OBJECTS:
                installed = {**stage.activity(person), "type": "installationUpdate"}
                status, _ = await stage.send({**installed, "action": "add"})
                assert status < 300

        async def leave() -> None:
            stage.furnish(CHANNEL, ("khan", "okoro"))

        clicks = {"**Built for your org**": installed_for_all, "**leave the team**": leave}
        machine = {"TEAMS_STAND_IN": fake.origin, "PORT": str(port)}
        async with Reader(tmp_path / "lanyard", MINE, machine, clicks) as reader:
            (reader.folder / "policy.md").write_text(POLICY)
            await reader.do(DOCUMENT)
            assert reader.unused == set()
            upload(fake, reader.folder / "lanyard-teams.zip")
            await used(stage)


def upload(fake: FakeConnector, package: Path) -> None:
    """Teams takes the app, with what its manifest says."""
    with zipfile.ZipFile(package) as archive:
        made = json.loads(archive.read("manifest.json"))
    assert made["id"] == made["bots"][0]["botId"] == APP
    assert made["developer"]["name"] == "Larkhill School"
    fake.scopes = set(made["bots"][0]["scopes"])
    fake.private_channels = made["supportsChannelFeatures"] == "tier1"


async def used(stage: TeamsStage) -> None:
    """What step 10 says is seen, is seen."""
    await until_seen(stage, "amira", "All of it: the staff handbook, page 12")
    await stage.say("amira", "can I use my own phone for a photo?")
    await until_seen(stage, "amira", "1.1")
    await stage.say("amira", "a trial: a child told me somebody hurts her")
    await until_seen(stage, "amira", "act now")
    await stage.press("amira", "Child: tell Ms Sana Khan and Mr Obi Okoro")
    await until_seen(stage, "amira", "Alarm raised")
    # A busy machine may not say in time who is in the team: then it is only called.
    await until_seen(stage, "khan", "URGENT", room=CHANNEL)
    await until_seen(stage, "khan", "URGENT, child")
    await stage.press("khan", "Open")
    await until_seen(stage, "khan", "somebody hurts her")
    await stage.press("khan", "I have got this")
    await until_seen(stage, "khan", "You have")
