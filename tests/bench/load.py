"""A load of signed Slack requests, sent from a process of its own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from adapters.slack.adapter import PATH
from knowledge.evaluation import read_labelled
from tests.stages.fake_slack import APP, BOT, TEAM, FakeSlack
from tests.stages.slack import signature
from tests.troupe import school

GOLDEN = Path(__file__).parents[1] / "questions" / "golden.jsonl"
NUMBERS = count(1)


@dataclass(frozen=True)
class Sent:
    """One request's answer: how long it took, in seconds, and its status. ``alarm``: it was
    the press that raises one."""

    seconds: float
    status: int
    body: str = ""
    alarm: bool = False


@dataclass(frozen=True)
class Result:
    """What came of a load: every answer, and how long all of it took."""

    answers: Sequence[Sent]
    seconds: float

    @property
    def per_second(self) -> float:
        return len(self.answers) / self.seconds

    def at(self, share: float) -> float:
        """The time within which ``share`` of the answers came."""
        ordered = sorted(each.seconds for each in self.answers)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    @property
    def refused(self) -> int:
        return sum(each.status != 200 for each in self.answers)


def users() -> list[str]:
    return [person.accounts["slack"].split("/")[1] for person in school().people]


def questions() -> list[str]:
    """What staff ask, of the golden questions that are answered."""
    return [each.q for each in read_labelled(GOLDEN) if "answer" in each.actions]


def asked(user: str, text: str) -> bytes:
    """A direct message to the bot, as the Events API has it."""
    stamp = f"{int(time.time())}.{next(NUMBERS):06d}"
    event = {
        "type": "message",
        "user": user,
        "text": text,
        "ts": stamp,
        "event_ts": stamp,
        "team": TEAM,
        "channel": f"D{user[1:]}",
        "channel_type": "im",
    }
    return json.dumps(
        {
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(NUMBERS):08d}",
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "is_ext_shared_channel": False,
        }
    ).encode()


def commanded(user: str, command: str, text: str = "") -> bytes:
    """A slash command in messages with the bot."""
    return urlencode(
        {
            "team_id": TEAM,
            "channel_id": f"D{user[1:]}",
            "user_id": user,
            "user_name": user.lower(),
            "command": f"/{command}",
            "text": text,
            "api_app_id": APP,
            "trigger_id": f"{next(NUMBERS)}.{TEAM}.{user}",
        }
    ).encode()


def pressed(user: str, value: str) -> bytes:
    """A press on a card in messages with the bot."""
    stamp = f"{int(time.time())}.{next(NUMBERS):06d}"
    container = {"type": "message", "message_ts": stamp, "channel_id": f"D{user[1:]}"}
    payload = {
        "type": "block_actions",
        "user": {"id": user, "name": user.lower(), "team_id": TEAM},
        "team": {"id": TEAM},
        "container": container,
        "trigger_id": f"{next(NUMBERS)}.{TEAM}.{user}",
        "actions": [{"type": "button", "action_id": "b", "value": value, "action_ts": stamp}],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


async def send(session: aiohttp.ClientSession, port: int, body: bytes) -> Sent:
    stamp = str(int(time.time()))
    kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(body, stamp),
    }
    began = time.perf_counter()
    async with session.post(f"http://127.0.0.1:{port}{PATH}", data=body, headers=headers) as got:
        text = await got.text()
        return Sent(time.perf_counter() - began, got.status, text, b"tell+child" in body)


async def at_once(port: int, people: int, seconds: float, make: Callable[[], bytes]) -> Result:
    """``people`` at once, each sending the next as soon as the last was answered."""
    answers: list[Sent] = []
    end = time.perf_counter() + seconds
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def person() -> None:
            while time.perf_counter() < end:
                answers.append(await send(session, port, make()))

        began = time.perf_counter()
        await asyncio.gather(*(person() for _ in range(people)))
        return Result(answers, time.perf_counter() - began)


def each_in_turn(make: Callable[[str, str], bytes]) -> Callable[[], bytes]:
    """Requests from everybody in turn, each with the next question."""
    people, texts = cycle(users()), cycle(questions())
    return lambda: make(next(people), next(texts))


@dataclass(frozen=True)
class Server:
    """A server in a process of its own."""

    port: int
    pid: int


@contextmanager
def server(kind: str, folder: Path, api_url: str = "") -> Iterator[Server]:
    """Start one, and end it."""
    command = [sys.executable, "-m", "tests.bench.slack_server", kind, str(folder), api_url]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout is not None
        line = run.stdout.readline()
        try:
            if not line:
                raise RuntimeError(f"the {kind} server did not start")
            yield Server(int(line), run.pid)
        finally:
            run.terminate()
            run.wait(timeout=20)


@asynccontextmanager
async def workspace() -> AsyncIterator[FakeSlack]:
    """A fake Slack with everybody in it."""
    async with FakeSlack() as fake:
        for user in users():
            fake.person(user)
        for centre in school().centres.values():
            for room in (centre.dsl_rooms["slack"], centre.it_rooms["slack"]):
                fake.room(room, BOT, *users())
        yield fake
