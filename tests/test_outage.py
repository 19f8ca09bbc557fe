"""With the database stopped, whoever needs help still gets it, and nothing is said to be saved.

The database is stopped in three ways: another process holds it, its file cannot be opened, and a
PostgreSQL that takes no connections. What was sent meanwhile is sent again when it is back, under
the same key, and is then saved once.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import cast

import psycopg
import pytest
from aiohttp import ClientSession
from sqlalchemy import make_url

from bot.settings import Secrets
from tests.killing import Server
from tests.stages.page import PageStage
from tests.troupe import MovableClock, Troupe, troupe

WORRY = "a child in my form just told me her uncle hurts her"
CLAIMS = re.compile(r"Alarm raised|Saved \d|Delivered|(?<!cannot be )(?:is|are|was) saved|You have")
ACT_NOW = "If a child may be at risk, act now"
NOT_SENT = "NOT SENT. Lanyard cannot save anything right now."

Stopped = Callable[[Troupe], AbstractContextManager[None]]
"""Stops the database of a troupe while it lasts."""


def held_by_another(actors: Troupe) -> AbstractContextManager[None]:
    return held(_file(actors))


@contextmanager
def held(file: Path | str) -> Iterator[None]:
    """Another process holds the SQLite file and does not let go."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


@contextmanager
def not_to_be_opened(actors: Troupe) -> Iterator[None]:
    """Nothing that can be opened is where the SQLite file was (works for root as well)."""
    actors.app.store.close()
    file = _file(actors)
    away = file.with_name("away.db")
    file.rename(away)
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        away.rename(file)


@contextmanager
def refusing(actors: Troupe) -> Iterator[None]:
    """PostgreSQL has ended every connection to the database and takes no new ones."""
    address = make_url(actors.url)
    maintenance = address.set(database="postgres").render_as_string(hide_password=False)
    name = address.database
    with psycopg.connect(maintenance, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        server.execute(ending, (name,))
        try:
            yield
        finally:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


def _file(actors: Troupe) -> Path:
    return Path(actors.url.removeprefix("sqlite:///"))


WAYS: dict[str, Stopped] = {
    "held": held_by_another,
    "not-to-be-opened": not_to_be_opened,
    "postgres": refusing,
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return cast(str, request.param)


@pytest.fixture
def stopped(way: str) -> Stopped:
    return WAYS[way]


@pytest.fixture
def url(way: str, request: pytest.FixtureRequest) -> str:
    """The database to be stopped: empty for a SQLite file of its own."""
    return cast(str, request.getfixturevalue("empty_postgres")) if way == "postgres" else ""


@asynccontextmanager
async def acting(tmp_path: Path, url: str) -> AsyncIterator[Troupe]:
    async with troupe("web", tmp_path, url=url) as actors:
        yield actors


async def test_the_numbers_come_with_the_database_stopped(
    tmp_path: Path, url: str, stopped: Stopped
) -> None:
    """A worry typed, ``/report`` and the alarm's press bring 999 and whom to ring, and claim
    nothing; sent again under the same keys when the database is back, all is saved once."""
    async with acting(tmp_path, url) as actors:
        await actors.stage.say("amira", WORRY)
        press, key, worry_key = alarm_of(actors, "amira"), new_key(), new_key()
        with stopped(actors):
            worry = await shown_after(actors, "bryn", worry_key, text=WORRY)
            report = await shown_after(actors, "bryn", new_key(), text="/report")
            pressed = await shown_after(actors, "amira", key, **press)
        for cards in (worry, report):
            assert_help(actors, cards, ACT_NOW, "lindqvist")
            assert_help(actors, cards, NOT_SENT, "lindqvist")
        assert_help(actors, pressed, NOT_SENT, "khan", "okoro")
        assert_nothing_claimed(worry + report + pressed)
        assert reports(actors) == 0

        again = await shown_after(actors, "bryn", worry_key, text=WORRY)
        assert_help(actors, again, ACT_NOW)
        assert NOT_SENT not in "".join(again)
        await submit(actors, "amira", key, **press)
        await submit(actors, "amira", key, **press)
        assert any("Alarm raised. Reference" in card for card in everything(actors, "amira"))
        assert reports(actors) == 1
        await actors.settle()
        assert len(actors.stage.screen("khan")) == 1


async def test_a_process_starts_with_the_database_stopped(
    tmp_path: Path, url: str, stopped: Stopped
) -> None:
    """It was restarted meanwhile, and still tells whom to ring; the press is saved once later."""
    async with acting(tmp_path, url) as actors:
        await actors.stage.say("amira", WORRY)
        press, key = alarm_of(actors, "amira"), new_key()
        with stopped(actors):
            await actors.restart()
            worry = await shown_after(actors, "amira", new_key(), text=WORRY)
            pressed = await shown_after(actors, "amira", key, **press)
        assert_help(actors, worry, ACT_NOW, "khan")
        assert_help(actors, pressed, NOT_SENT, "khan")
        assert_nothing_claimed(worry + pressed)
        assert reports(actors) == 0
        await submit(actors, "amira", key, **press)
        await submit(actors, "amira", key, **press)
        assert reports(actors) == 1


async def test_an_answer_given_meanwhile_is_kept_once_when_sent_again(
    tmp_path: Path, url: str, stopped: Stopped
) -> None:
    """In the middle of a write-up: the answer is not said to be kept, and is kept once later."""
    async with acting(tmp_path, url) as actors:
        await actors.stage.say("amira", WORRY)
        await submit(actors, "amira", new_key(), **alarm_of(actors, "amira"))
        key = new_key()
        with stopped(actors):
            cards = await shown_after(actors, "amira", key, text="extension 214")
        assert_help(actors, cards, NOT_SENT, "khan")
        assert_nothing_claimed(cards)
        for _ in range(2):
            await submit(actors, "amira", key, text="extension 214")
        _, second, *_ = actors.app.bot.school.forms["child"].steps
        assert second.prompt in actors.stage.screen("amira")[-1].words
        with actors.app.store.work() as work:
            (incident,) = work.incidents.by("amira")
            written = [entry.words.open() for entry in work.incidents.entries(incident.ref)]
        assert written == [WORRY, "extension 214"]


async def test_the_served_page_survives_a_start_without_its_database(tmp_path: Path) -> None:
    """``serve --demo`` as a process, with nothing that can be opened in place of its file."""
    (tmp_path / "var" / "lanyard.db").mkdir(parents=True)
    server = Server(tmp_path)
    try:
        await server.start()
        body = {"as": "amira", "room": "dm:amira", "key": new_key(), "text": WORRY}
        async with ClientSession() as session:
            origin = {"Origin": server.url}
            async with session.post(f"{server.url}/say", json=body, headers=origin) as response:
                assert response.status == 200
                assert len((await response.json())["answers"]) == 2
            room = [("room", "dm:amira")]
            async with session.get(f"{server.url}/events", params=room) as stream:
                page = ""
                async for line in stream.content:
                    page += line.decode()
                    if line.startswith(b"data: "):
                        break
        assert ACT_NOW in page
        assert NOT_SENT in page
        assert "01632 960001" in page
    finally:
        await server.end()
    assert "Traceback" not in server.log()


async def test_a_database_that_was_never_begun_is_begun_when_it_comes(tmp_path: Path) -> None:
    """The first start of all, with the database stopped: it is used as soon as it is there."""
    (tmp_path / "lanyard.db").mkdir()
    async with troupe("web", tmp_path) as actors:
        assert_help(actors, await shown_after(actors, "amira", new_key(), text=WORRY), ACT_NOW)
        (tmp_path / "lanyard.db").rmdir()
        await actors.settle()
        await actors.stage.say("amira", WORRY)
        await submit(actors, "amira", new_key(), **alarm_of(actors, "amira"))
        assert reports(actors) == 1


def test_a_folder_that_cannot_be_made_does_not_stop_the_start(tmp_path: Path) -> None:
    """The database's folder cannot be made (a read-only disk): that is a stopped database."""
    (tmp_path / "in-the-way").write_text("a file")
    actors = Troupe("web", f"sqlite:///{tmp_path}/in-the-way/lanyard.db", MovableClock())
    app = actors.build(Secrets(), now=actors.clock)
    app.close()


# What people do, and what they then see


def new_key() -> str:
    return str(uuid.uuid4())


async def submit(actors: Troupe, person: str, key: str, **what: str) -> None:
    """Post one submission as the page does, under ``key``."""
    stage = cast(PageStage, actors.stage)
    body = {"as": person, "room": f"dm:{person}", "key": key, **what}
    async with stage.session.post(
        f"{stage.url}/say", json=body, headers={"Origin": stage.url}
    ) as response:
        assert response.status == 200, await response.text()


async def shown_after(actors: Troupe, person: str, key: str, **what: str) -> list[str]:
    """The words of the cards that a submission brings.

    Whoever waits too long is told that nothing was sent while the turn still goes on, and might
    be saved after all once the database is back: here it ends first.
    """
    before = len(everything(actors, person))
    await submit(actors, person, key, **what)
    await actors.app.crossing.run(lambda: None)
    return everything(actors, person)[before:]


def everything(actors: Troupe, person: str) -> list[str]:
    return [shown.words for shown in actors.stage.screen(person) if shown.by == "bot"]


def alarm_of(actors: Troupe, person: str) -> dict[str, str]:
    """The press of the alarm about a child on the newest act-now card."""
    with actors.app.store.work() as work:
        for posted in reversed(work.pages.room(f"dm:{person}")):
            for button in posted.card.buttons if posted.card else ():
                if str(button.press).startswith("tell child "):
                    return {"press": str(button.press), "message": posted.id}
    raise LookupError(f"{person} has no alarm to press")


def reports(actors: Troupe) -> int:
    with actors.app.store.work() as work:
        return len(work.incidents.by("amira"))


def assert_help(actors: Troupe, cards: list[str], title: str, *people: str) -> None:
    """One card with this title: 999, the council's number, and those of ``people``."""
    (card,) = [card for card in cards if card.startswith(title)]
    directory = actors.school.directory()
    numbers = [directory.numbers.front_door.number, *(directory.people[p].phone for p in people)]
    for words in ("999", *numbers):
        assert words
        assert words in card


def assert_nothing_claimed(cards: list[str]) -> None:
    assert not CLAIMS.findall("\n".join(cards))
