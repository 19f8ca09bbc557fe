"""Words that stand nowhere else, through everything that fails: ``python -m tests.bench canary``.

A school on Slack, its log at DEBUG, on each database in turn. In every round somebody reports,
writes up, opens and takes while one thing fails: the database, the platform, a row, a card, an
intent, a payload. Then the words are looked for in the log, in every byte of the database and its
write-ahead log, in a backup, in what is due, in every notification, and in everything sent outside.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from sqlalchemy import event, make_url, text

import bot.views.opened
from adapters.slack import adapter, answers, channel
from bot.intent import Intent
from bot.settings import SettingsFault, read_school
from intents.register import intents
from storage.backup import back_up
from tests.bench.databases import databases
from tests.bench.tally import Tally, command, shown
from tests.stages.fake_slack import Trouble
from tests.stages.slack import SlackStage
from tests.test_canary import Canaries, ears
from tests.test_outage import held_by_another, not_to_be_opened, refusing
from tests.troupe import Troupe, troupe

COUNT = 300
ROOMS = ("CDSLOAK", "CDSLELM", "CIT")
"""Rooms of several people: no words of a report may be sent there in any form."""

Failure = Callable[[Troupe, Canaries, Random], contextlib.AbstractAsyncContextManager[None]]


@asynccontextmanager
async def nothing(actors: Troupe, canaries: Canaries, dice: Random) -> AsyncIterator[None]:
    yield


def around(stopped: Callable[[Troupe], contextlib.AbstractContextManager[None]]) -> Failure:
    @asynccontextmanager
    async def fails(actors: Troupe, canaries: Canaries, dice: Random) -> AsyncIterator[None]:
        with stopped(actors):
            yield

    return fails


def told(sentence: str) -> Failure:
    """Every new connection is told so; those that were are closed afterwards."""

    @contextmanager
    def telling(actors: Troupe) -> Iterator[None]:
        engine = actors.app.store.database

        def tell(connection: Any, _: object) -> None:
            connection.cursor().execute(sentence)
            connection.commit()

        engine.dispose()
        event.listen(engine, "connect", tell)
        try:
            yield
        finally:
            event.remove(engine, "connect", tell)
            engine.dispose()

    return around(telling)


def slack_says(*troubles: Trouble) -> Failure:
    @asynccontextmanager
    async def fails(actors: Troupe, canaries: Canaries, dice: Random) -> AsyncIterator[None]:
        stage = slack(actors)
        stage.fake.trouble("*", *(dice.choice(troubles) for _ in range(3)))
        yield
        stage.fake.troubles.clear()

    return fails


@asynccontextmanager
async def spoilt_row(actors: Troupe, canaries: Canaries, dice: Random) -> AsyncIterator[None]:
    """One byte of the newest words is another before they are read."""
    with contextlib.closing(sqlite3.connect(_file(actors))) as other, other:
        row = other.execute(
            "SELECT rowid, words FROM entries ORDER BY rowid DESC LIMIT 1"
        ).fetchone()
        if row is not None:
            spoilt = row[1][:-1] + bytes([row[1][-1] ^ 1])
            other.execute("DROP TRIGGER IF EXISTS entries_no_update")
            other.execute("UPDATE entries SET words = ? WHERE rowid = ?", (spoilt, row[0]))
    yield


@asynccontextmanager
async def raising_intent(actors: Troupe, canaries: Canaries, dice: Random) -> AsyncIterator[None]:
    """Each intent in its turn fails with all that it was told in its message."""

    def fails(_: Intent, turn: object, press: object) -> None:
        raise RuntimeError(f"cannot {turn!r} {getattr(turn, 'message', '')!r} {press}")

    kind = dice.choice([type(each) for each in intents(actors.app.desk)])
    with patch.object(kind, "answer", fails):
        yield


@asynccontextmanager
async def failing_view(actors: Troupe, canaries: Canaries, dice: Random) -> AsyncIterator[None]:
    """What draws a card, or puts it in Slack's form, fails with the card in its message."""

    def fails(*given: object, **more: object) -> None:
        raise ValueError(f"cannot draw {given!r} {more!r}")

    place, name = dice.choice(
        [
            (bot.views.opened, "opened"),
            (answers, "pages"),
            (channel, "notice"),
            (adapter, "dispatch"),
        ]
    )
    with patch.object(place, name, fails):
        yield


@asynccontextmanager
async def odd_payload(actors: Troupe, canaries: Canaries, dice: Random) -> AsyncIterator[None]:
    """Signed, and not what Slack says it sends; words in every place a form could have."""
    stage, words = slack(actors), canaries.new("payload")
    message = stage.message("amira", "DAMIRA", words)
    odd: list[object] = [
        {"type": "event_callback", "event": {**message, "user": {"id": words}}},
        {"type": "event_callback", "event": {**message, "channel": [words]}},
        {"type": words, "event": words},
        {"type": "event_callback", "event": [words]},
        {"type": "event_callback", "event": {**message, "files": [{"name": words, "url": words}]}},
        [words],
        words,
    ]
    for body in odd:
        await stage.post(json.dumps(body).encode())
    for form in ({"command": "/report", "text": words}, {"payload": words}, {words: words}):
        await stage.post(urlencode(form).encode(), form=True)
        await stage.post(urlencode({"payload": json.dumps(form)}).encode(), form=True)
    yield


@asynccontextmanager
async def odd_settings(actors: Troupe, canaries: Canaries, dice: Random) -> AsyncIterator[None]:
    """Settings that are wrong are told by their key, not by what stands there."""
    words = canaries.new("settings")
    wrong = Path(tempfile.mkdtemp(prefix="lanyard-canary-")) / "lanyard.toml"
    wrong.write_text(f'school = 7\n[centres.oak]\nname = ["{words}"]\nhead = {{x = "{words}"}}\n')
    try:
        read_school(wrong)
    except SettingsFault as fault:
        if canaries.found(str(fault)):
            raise AssertionError("a settings fault quotes what stands there") from None
    yield


ANYWHERE: dict[str, Failure] = {
    "nothing fails": nothing,
    "platform answers 500": slack_says(Trouble(status=500), Trouble(status=500, done=True)),
    "platform answers rubbish": slack_says(Trouble(garbage=True), Trouble(error="fatal_error")),
    "platform breaks off": slack_says(Trouble(lost=True), Trouble(lost=True, done=True)),
    "platform refuses": slack_says(Trouble(error="is_archived"), Trouble(error="invalid_blocks")),
    "intent fails": raising_intent,
    "card fails": failing_view,
    "odd payload": odd_payload,
    "odd settings": odd_settings,
}
FAILURES: dict[str, dict[str, Failure]] = {
    "sqlite": {
        **ANYWHERE,
        "database held by another": around(held_by_another),
        "database not to be opened": around(not_to_be_opened),
        "database read-only": told("PRAGMA query_only = ON"),
        "disk full": told("PRAGMA max_page_count = 1"),
        "row spoilt": spoilt_row,
    },
    "postgresql": {
        **ANYWHERE,
        "database takes no connections": around(refusing),
        "database read-only": told("SET default_transaction_read_only = on"),
    },
}


def slack(actors: Troupe) -> SlackStage:
    assert isinstance(actors.stage, SlackStage)
    return actors.stage


def _file(actors: Troupe) -> Path:
    return Path(actors.url.removeprefix("sqlite:///"))


async def round_of(actors: Troupe, canaries: Canaries, failure: Failure, dice: Random) -> None:
    """Report, write up, open, take; any step may find no button, or be told 500."""
    stage = actors.stage
    steps: list[Callable[[], Awaitable[None]]] = [
        lambda: stage.say("amira", canaries.new("first"), command="report"),
        lambda: stage.press("amira", "Child: tell Ms Khan and Mr Okoro"),
        lambda: stage.say("amira", canaries.new("number")),
        lambda: stage.say("amira", canaries.new("where")),
        lambda: stage.say("amira", canaries.new("question"), room="staff"),
        lambda: stage.press("khan", "Open"),
        lambda: stage.press("khan", "I have got this"),
        lambda: stage.press("khan", "Add a note"),
        lambda: stage.say("khan", canaries.new("note")),
        actors.settle,
    ]
    begins = dice.randrange(len(steps))
    for step in steps[:begins]:
        await _whatever(step())
    async with failure(actors, canaries, dice):
        for step in steps[begins:]:
            await _whatever(step())
    await _whatever(actors.settle())


async def _whatever(step: Awaitable[None]) -> None:
    with contextlib.suppress(LookupError, AssertionError, Exception):
        await step


async def strike(count: int, seed: int, url: str = "") -> Tally:
    """``count`` rounds on the database at ``url``, by default on a SQLite file of its own."""
    tally, dice, canaries = Tally(), Random(seed), Canaries()
    with tempfile.TemporaryDirectory(prefix="lanyard-canary-") as folder, ears() as heard:
        async with troupe("slack", Path(folder), url=url) as actors:
            failures = FAILURES[make_url(actors.url).get_backend_name()]
            # Nobody waits in a simulated school.
            with patch.object(answers, "PATIENCE", 0.0):
                for number in shown(range(count), count):
                    name = list(failures)[number % len(failures)]
                    tally.count(name)
                    await round_of(actors, canaries, failures[name], dice)
                    if number % 50 == 49 or number == count - 1:
                        _look(tally, canaries, actors, Path(folder))
                        canaries.placed.clear() if number < count - 1 else None
                    log = heard.written.getvalue()
                    told = log.count('"fault":') + log.count('"exception":')
                    tally.count("faults told in the log, by code", told)
                    tally.expect(not canaries.found(log), f"{name}: words in the log")
                    heard.written.truncate(0)
                    heard.raw.truncate(0)
    return tally


def _look(tally: Tally, canaries: Canaries, actors: Troupe, folder: Path) -> None:
    """Every byte of the database, a backup of it, its jobs; every call to Slack."""
    tally.count("canaries placed", len(canaries.placed))
    backup = folder / "backup.db"
    back_up(actors.app.store.database, backup, actors.clock())
    for path in filter(Path.is_file, [backup, *_kept_in(actors, folder)]):
        tally.count("files looked through")
        found = canaries.found(path.read_bytes())
        tally.expect(not found, f"{path.name} holds {found[:3]}")
    backup.unlink()
    fake = slack(actors).fake
    for method, data in fake.calls:
        tally.count("calls looked through")
        found = canaries.found(str(data.get("text", "")))
        tally.expect(not found, f"{method}: a notification holds {found[:3]}")
        found = canaries.found(json.dumps(data)) if data.get("channel") in ROOMS else []
        if not data.get("user"):
            tally.expect(not found, f"{method} in {data.get('channel')}: {found[:3]}")
    fake.calls.clear()


def _kept_in(actors: Troupe, folder: Path) -> list[Path]:
    """Every file of the database. What PostgreSQL has in memory is written out first: tables,
    indexes and jobs are in the database's folder, beside them the write-ahead log."""
    if actors.app.engine is None:
        return sorted(folder.iterdir())
    database = actors.app.store.database.execution_options(isolation_level="AUTOCOMMIT")
    with database.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        data = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        number = "SELECT oid FROM pg_database WHERE datname = current_database()"
        own = data / "base" / str(connection.execute(text(number)).scalar_one())
    return sorted([*own.rglob("*"), *(data / "pg_wal").iterdir()])


def measure(count: int, seed: int) -> Tally:
    """``count`` rounds on each database; the figures of both together."""
    both = Tally()
    with databases() as addresses:
        for url in addresses.values():
            both.add(asyncio.run(strike(count, seed, url)))
    return both


main = command(measure, COUNT, listens=True)
