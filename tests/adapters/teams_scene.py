"""A Teams adapter on a real HTTP server, between a fake Bot Connector and a door of our own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import SecretStr

from adapters.teams.adapter import TeamsAdapter, open_adapter
from bot.card import Card, Reply, say
from bot.crossing import Crossing
from bot.door import Door
from bot.message import Message
from bot.people import Directory, Identity, Number, Numbers, Person
from bot.ports import Unavailable
from bot.settings import Secrets
from tests.stages.fake_connector import APP, TENANT, FakeConnector
from tests.stages.teams import TeamsStage

NOW = datetime(2026, 11, 20, 16, 12, tzinfo=UTC)
PEOPLE = {"amira": "aad-amira", "khan": "aad-khan"}
ROOM = "19:dsl@thread.tacv2"


@dataclass
class StubStore:
    """A store that remembers references, and can be stopped."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    down: bool = False
    writes: int = 0

    @contextmanager
    def work(self) -> Any:
        if self.down:
            raise Unavailable
        yield self

    @property
    def references(self) -> StubStore:
        return self

    def put(self, platform: str, address: str, reference: str) -> None:
        self.kept[platform, address] = reference
        self.writes += 1

    def get(self, platform: str, address: str) -> str | None:
        return self.kept.get((platform, address))

    def commit(self) -> None:
        pass


class StubDoor:
    """Answers as it is told to, and remembers what it heard."""

    def __init__(self) -> None:
        self.store, self.crossing = StubStore(), Crossing()
        self.heard: list[Message] = []
        self.refusals: list[str] = []
        self.answer: Callable[[Message], Reply] = lambda _: say(Card("Heard"))
        self.people: dict[str, Person] = {
            person: Person(person, person.title(), "oak", identities=(identity(person),))
            for person in PEOPLE
        }

    async def refused(self, identity: Identity, why: str) -> None:
        self.refusals.append(why)

    async def hear(self, message: Message) -> Reply:
        self.heard.append(message)
        return self.answer(message)

    async def introduction(self, identity: Identity) -> Card | None:
        return None

    def directory(self) -> Directory:
        number = Number("Front door", "01234 567890")
        return Directory("Oakfield", ZoneInfo("UTC"), self.people, {}, Numbers(number, number))


def identity(person: str) -> Identity:
    return Identity("teams", f"{TENANT}/{PEOPLE[person]}")


def secrets(**changed: Any) -> Secrets:
    """Whole settings of Teams, however odd: what the adapter does with them is the test."""
    return Secrets.model_construct(
        **{
            "teams_app_id": APP,
            "teams_app_secret": SecretStr("client-secret"),
            "teams_tenant": TENANT,
            **changed,
        }
    )


@dataclass
class Scene:
    """Everything a test may touch."""

    fake: FakeConnector
    door: StubDoor
    adapter: TeamsAdapter
    stage: TeamsStage

    @property
    def last(self) -> Message:
        return self.door.heard[-1]


@asynccontextmanager
async def scene(
    people: Mapping[str, str] = PEOPLE, fake: FakeConnector | None = None, **options: Any
) -> AsyncIterator[Scene]:
    """One adapter, started and mounted, with everyone in ``people`` on its stage."""
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(fake or FakeConnector())
        door = StubDoor()
        stack.callback(door.crossing.close)
        options = {"now": lambda: NOW, **fake.options, **options}
        adapter = cast(TeamsAdapter, open_adapter(secrets(), cast("Door", door), **options))
        app = web.Application()
        adapter.mount(app)
        await adapter.start()
        stack.push_async_callback(adapter.stop)
        stage = await stack.enter_async_context(TeamsStage(app, fake, people, adapter.answered))
        yield Scene(fake, door, adapter, stage)
