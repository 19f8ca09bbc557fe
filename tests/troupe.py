"""Puts an application on a stage: a fictional school, a clock one can move, a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

from bot.app import App, Keys, build
from bot.settings import SchoolFile, Secrets, read_school
from bot.watch.heartbeat import Heartbeat
from bot.watch.stuck import Stuck
from tests.stages.fake_connector import TENANT
from tests.stages.opening import OPENINGS
from tests.stages.stage import Stage

KEYS = Keys({"test": bytes(range(32))}, bytes(range(32, 64)))
TUESDAY = datetime(2026, 11, 17, 10, 12, tzinfo=UTC)
"""A school day in term, in working hours."""


class MovableClock:
    """Time that passes when it is told to."""

    def __init__(self, at: datetime = TUESDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def school() -> SchoolFile:
    """The fictional school, with an account for everybody on every platform."""
    with as_file(files("bot") / "demo.toml") as path:
        read = read_school(path)
    people = tuple(
        person.model_copy(
            update={
                "accounts": {
                    "web": person.id,
                    "slack": f"T1/U{person.id.upper()}",
                    "teams": f"{TENANT}/aad-{person.id}",
                }
            }
        )
        for person in read.people
    )
    centres = {
        key: centre.model_copy(
            update={
                "dsl_rooms": {
                    "web": f"dsl-{key}",
                    "slack": f"CDSL{key.upper()}",
                    "teams": f"19:dsl-{key}@thread.tacv2",
                },
                "it_rooms": {"web": "it", "slack": "CIT", "teams": "19:it@thread.tacv2"},
            }
        )
        for key, centre in read.centres.items()
    }
    return read.model_copy(update={"people": people, "centres": centres})


class Troupe:
    """An application on one stage."""

    def __init__(
        self, platform: str, url: str, clock: MovableClock, of: SchoolFile | None = None
    ) -> None:
        self.platform, self.url, self.clock = platform, url, clock
        self.school = of or school()
        self.app: App
        self.stage: Stage
        self._open = AsyncExitStack()

    async def begin(self) -> None:
        self.app, self.stage = await OPENINGS[self.platform].open(self, self._open)

    def build(self, secrets: Secrets, **options: object) -> App:
        """The application on this troupe's database and clock."""
        app = build(
            self.school,
            secrets,
            platforms=(self.platform,),
            url=self.url,
            keys=KEYS,
            now=self.clock,
            options={self.platform: options},
        )
        self._open.callback(app.close)
        return app

    async def restart(self) -> None:
        """End the process and begin another on the same database; screens stay as they are."""
        await self.app.adapters[self.platform].stop()
        self.app.close()
        self.app = await OPENINGS[self.platform].reopen(self, self._open)

    async def settle(self) -> None:
        """Let everything that is owed now happen."""
        await self.app.crossing.run(self.app.beat.tick, self.clock())
        await self.app.courier.deliver_due()

    async def later(self, span: timedelta) -> None:
        """Time passes in steps, as it would: nothing is skipped on the way."""
        end = self.clock.at + span
        step = min(span, timedelta(minutes=1)) if span <= timedelta(hours=3) else span / 120
        while self.clock.at < end:
            self.clock.at = min(end, self.clock.at + step)
            await self.settle()

    def stuck(self) -> tuple[Stuck, ...]:
        """What the watchdog would find now."""
        return self.app.watchdog(Heartbeat(None)).look()

    def reader_of(self, room: str) -> str:
        """Somebody who is in ``room``."""
        return "tan" if room == "it" else "lindqvist"

    async def end(self) -> None:
        await self._open.aclose()


@asynccontextmanager
async def troupe(
    platform: str,
    folder: Path,
    clock: MovableClock | None = None,
    url: str = "",
    of: SchoolFile | None = None,
) -> AsyncIterator[Troupe]:
    """A troupe on ``platform`` with a database of its own in ``folder``; ``of`` another school."""
    url = url or f"sqlite:///{folder / 'lanyard.db'}"
    actors = Troupe(platform, url, clock or MovableClock(), of)
    try:
        await actors.begin()
        yield actors
    finally:
        await actors.end()
