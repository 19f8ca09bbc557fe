"""Is anybody told "saved" when nothing was? ``python -m tests.bench unsaved [COUNT] [--seed N]``.

An alarm is pressed, a question of a form answered, or a page of a form sent, while the database is
held by another process, can only be read, is full, breaks off in the middle, or takes no
connections. What is not kept must not be said to be, and an open form stays open; sent again under
the same key when the database is back, everything is kept once.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from random import Random
from typing import Any

import psycopg
from sqlalchemy import Engine, event, make_url

from bot.app import App
from bot.card import Reply, press
from bot.message import Message, Place
from bot.people import Identity
from tests.bench.databases import DATABASES
from tests.bench.races import opened, titles
from tests.bench.tally import Tally, command, shown
from tests.test_outage import held

COUNT = 1_000
CLAIMS = re.compile(r"Alarm raised|Saved \d|Delivered|(?<!cannot be )(?:is|are|was) saved|You have")
MOST_STATEMENTS = 30
"""A turn is broken off at one of its first so many statements, its commit among them."""

Way = Callable[[App, str, Random], contextlib.AbstractContextManager[None]]
"""A trouble of the database while it lasts."""


# SQLite


def held_by_another(app: App, url: str, dice: Random) -> AbstractContextManager[None]:
    return held(make_url(url).database or "")


@contextmanager
def only_read(app: App, url: str, dice: Random) -> Iterator[None]:
    with _on_begin(app.store.database, "PRAGMA query_only = ON", "PRAGMA query_only = OFF"):
        yield


@contextmanager
def full(app: App, url: str, dice: Random) -> Iterator[None]:
    """There is room for no more than a few pages."""
    with app.store.database.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    most = pages + dice.randrange(3)
    with _on_begin(
        app.store.database, f"PRAGMA max_page_count = {most}", "PRAGMA max_page_count = 1073741823"
    ):
        yield


@contextmanager
def interrupted(app: App, url: str, dice: Random) -> Iterator[None]:
    """The database stops in the middle of a statement."""
    with _at_statement(app.store.database, dice, _interrupt):
        yield


def _interrupt(raw: Any) -> None:
    once = [1]
    raw.set_progress_handler(lambda: once.pop() if once else 0, 1)


@contextmanager
def _on_begin(engine: Engine, trouble: str, over: str) -> Iterator[None]:
    """Every connection has a setting of its own, set just before a transaction begins."""

    def tell(connection: Any) -> None:
        raw = connection.connection.driver_connection
        raw.execute(trouble)

    event.listen(engine, "begin", tell, insert=True)
    try:
        yield
    finally:
        event.remove(engine, "begin", tell)
        with contextlib.closing(engine.raw_connection()) as raw:
            raw.driver_connection.execute(over)  # type: ignore[union-attr]


# PostgreSQL


@contextmanager
def refusing(app: App, url: str, dice: Random) -> Iterator[None]:
    """It has ended every connection and takes no new ones."""
    name = make_url(url).database
    with _maintenance(url) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        server.execute(ending, (name,))
        try:
            yield
        finally:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


@contextmanager
def broken_off(app: App, url: str, dice: Random) -> Iterator[None]:
    """It ends the connection in the middle of the turn, or just before its commit."""
    with _maintenance(url) as server:

        def end(raw: Any) -> None:
            server.execute("SELECT pg_terminate_backend(%s)", (raw.info.backend_pid,))

        with _at_statement(app.store.database, dice, end):
            yield


@contextmanager
def standby(app: App, url: str, dice: Random) -> Iterator[None]:
    """Only reading is allowed, as on the wrong side of a failover."""

    def tell(connection: Any) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    event.listen(app.store.database, "begin", tell)
    try:
        yield
    finally:
        event.remove(app.store.database, "begin", tell)


@contextmanager
def _maintenance(url: str) -> Iterator[psycopg.Connection[Any]]:
    address = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as server:
        yield server


@contextmanager
def _at_statement(engine: Engine, dice: Random, trouble: Callable[[Any], None]) -> Iterator[None]:
    """Make trouble once, before one of the next statements; else before the commit."""
    left = [dice.randrange(MOST_STATEMENTS)]
    touched: list[Any] = []

    def make(connection: Any) -> None:
        if left[0] >= 0:
            left[0] = -1
            touched.append(connection.connection.driver_connection)
            trouble(touched[0])

    def before(connection: Any, *_: object) -> None:
        if left[0] == 0:
            make(connection)
        elif left[0] > 0:
            left[0] -= 1

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "commit", make)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "commit", make)
        for raw in touched:
            if isinstance(raw, sqlite3.Connection):
                # The pool has closed it when it could not even be rolled back.
                with contextlib.suppress(sqlite3.ProgrammingError):
                    raw.set_progress_handler(None, 0)


WAYS: Mapping[str, Mapping[str, Way]] = {
    "SQLite": {
        "held by another": held_by_another,
        "only to be read": only_read,
        "full": full,
        "interrupted": interrupted,
    },
    "PostgreSQL": {
        "refusing connections": refusing,
        "broken off": broken_off,
        "only to be read": standby,
    },
}


# What people send


class Sender:
    """Sends a submission in trouble, and again when it is over; looks at what is kept."""

    def __init__(self, app: App, tally: Tally, name: str) -> None:
        self.app, self.tally, self.name = app, tally, name
        self._number = 0

    def alarm(self) -> tuple[Message, Callable[[], int]]:
        """The first press: it brings one report."""
        person = self._new()
        self._hear(person, text="hello")
        sent = _message(self._key(), person, pressed=press("tell", "child", "-"))
        return sent, lambda: self._reports(person)

    def answer(self) -> tuple[Message, Callable[[], int]]:
        """An answer to the first question of a form: it brings one entry."""
        person, words = self._reporter(), f"ext {self._number}"
        return _message(self._key(), person, text=words), lambda: self._entries(person, words)

    def page(self) -> tuple[Message, Callable[[], int]]:
        """A page of the form, sent from a modal that is open."""
        person, words = self._reporter(), f"07700 9{self._number:05}"
        opened_page = self._hear(
            person, pressed=press("page", "child", self._ref(person)), forms=True
        )
        assert opened_page.sheet is not None
        send = opened_page.sheet.send.press
        sent = _message(self._key(), person, pressed=send, fields={"number": words}, forms=True)
        return sent, lambda: self._entries(person, words)

    def try_it(self, dice: Random, way: Way, url: str, trouble: str) -> None:
        message, kept = dice.choice((self.alarm, self.answer, self.page))()
        with way(self.app, url, dice):
            said = self.app.bot.hear(message)
        self.tally.count(f"{self.name}, {trouble}: sent")
        words = titles(said) + " ".join(words for card in said.cards for words in card.text)
        there = kept()
        if said.kept:
            self.tally.count(f"{self.name}, {trouble}: kept in spite of it")
            self.tally.expect(there == 1, f"{trouble}: told “{titles(said)}”, and {there} kept")
        else:
            claimed = CLAIMS.findall(words)
            self.tally.expect(not claimed, f"{trouble}: nothing kept, told “{claimed}”")
            self.tally.expect("999" in words, f"{trouble}: nobody to ring: “{titles(said)}”")
        again = self.app.bot.hear(message)
        self.tally.expect(again.kept, f"{trouble}: not kept afterwards: “{titles(again)}”")
        self.tally.expect(kept() == 1, f"{trouble}: kept {kept()} times")

    def _new(self) -> str:
        self._number += 1
        return f"staff-{self.name}-{self._number}"

    def _key(self) -> str:
        return f"k{self.name}-{self._number}"

    def _reporter(self) -> str:
        person = self._new()
        raised = self._hear(person, pressed=press("tell", "child", "-"))
        assert titles(raised).startswith("Alarm raised")
        return person

    def _hear(self, person: str, text: str = "", pressed: Any = None, forms: bool = False) -> Reply:
        key = f"b{self._key()}-{text}-{pressed}"
        return self.app.bot.hear(_message(key, person, text=text, pressed=pressed, forms=forms))

    def _reports(self, person: str) -> int:
        with self.app.store.work() as work:
            return len(work.incidents.by(self._id(person)))

    def _entries(self, person: str, words: str) -> int:
        with self.app.store.work() as work:
            (incident,) = work.incidents.by(self._id(person))
            entries = work.incidents.entries(incident.ref)
            return sum(entry.words.open() == words for entry in entries)

    def _ref(self, person: str) -> str:
        with self.app.store.work() as work:
            return work.incidents.by(self._id(person))[0].ref

    def _id(self, person: str) -> str:
        known = self.app.bot.directory().known_as(Identity("web", person))
        assert known is not None
        return known.id


def _message(
    key: str,
    person: str,
    *,
    text: str = "",
    pressed: Any = None,
    fields: Mapping[str, str] | None = None,
    forms: bool = False,
) -> Message:
    return Message(
        key=key,
        identity=Identity("web", person),
        place=Place("web", f"dm:{person}"),
        text=text,
        press=pressed,
        fields=fields or {},
        forms=forms,
    )


def measure(count: int, seed: int, databases: Iterable[str] = tuple(DATABASES)) -> Tally:
    tally = Tally()
    for name in databases:
        with DATABASES[name]() as url:
            strike(url, tally, name, Random(seed), count)
    return tally


def strike(url: str, tally: Tally, name: str, dice: Random, count: int) -> None:
    """Send ``count`` submissions in each trouble of one kind of database."""
    app = opened(url)
    try:
        sender = Sender(app, tally, name)
        for trouble, way in WAYS[name].items():
            for _ in shown(range(count), count):
                sender.try_it(dice, way, url, trouble)
    finally:
        app.close()


main = command(measure, COUNT)
