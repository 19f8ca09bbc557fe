"""A running application beside the command line, on the same database, keys and clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.app import App, build
from bot.card import Press
from bot.cli import start
from bot.message import Inside, Message, Place
from bot.people import Identity
from bot.settings import Secrets
from tests.troupe import MovableClock

ROOMS = frozenset({"dsl-oak", "dsl-ash", "it"})


def run(*arguments: str) -> Result:
    """A command, as it would be typed."""
    return CliRunner().invoke(main, arguments)


def said(person: str, press: Press, key: str = "k") -> Message:
    """A press on the page, by somebody who is in the private rooms."""
    account, place = Identity("web", person), Place("web", person)
    return Message(key, account, place, press=press, inside=Inside(ROOMS))


def typed(person: str, words: str, key: str) -> Message:
    account, place = Identity("web", person), Place("web", person)
    return Message(key, account, place, words, inside=Inside(ROOMS))


def hear(app: App, person: str, press: Press, key: str = "k") -> str:
    """What ``person`` is told, as JSON."""
    return json.dumps(app.bot.hear(said(person, press, key)).to_json())


class Beside:
    """``app`` does its work when :meth:`work` is called."""

    def __init__(self, app: App, clock: MovableClock, loop: asyncio.Runner) -> None:
        self.app, self.clock, self._loop = app, clock, loop

    def work(self) -> None:
        """Let everything that is owed now happen."""
        self._loop.run(self._work())

    async def _work(self) -> None:
        await self.app.crossing.run(self.app.ticker.tick, self.clock())
        await self.app.courier.deliver_due()


@contextmanager
def beside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    """The demo's school in ``folder``, where the commands find it too."""
    clock, secrets = MovableClock(), Secrets()
    monkeypatch.chdir(folder)
    monkeypatch.setattr("bot.clock.now", clock)
    app = build(
        start.school(),
        secrets,
        platforms=("web",),
        url=start.database_url(secrets),
        keys=start.keys(secrets),
        now=clock,
        options={"web": {"now": clock}},
    )
    with asyncio.Runner() as loop:
        yield Beside(app, clock, loop)
        app.close()
