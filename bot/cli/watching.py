"""The watchdog: a process of its own that proves, every minute, that nothing is stuck."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

import click

from bot.cli import start
from bot.ports import Unavailable
from bot.views.stuck import sentence
from bot.watch.heartbeat import Heartbeat

if TYPE_CHECKING:
    from bot.app import App

NO_DATABASE = "The database cannot be reached."


@click.command()
@click.option("--once", is_flag=True, help="Look once, tell nobody; exit 1 if anything is stuck.")
def watch(once: bool) -> None:
    """The independent watchdog: says when a report or a message is stuck."""
    app = start.application(platforms=() if once else None)
    try:
        if once:
            raise SystemExit(1 if _look(app) else 0)
        asyncio.run(_run(app))
    finally:
        app.close()


def _look(app: App) -> bool:
    """Print what is stuck, without saying which report; whether anything is."""
    try:
        found = app.watchdog(Heartbeat(None)).look()
    except Unavailable:
        click.echo(NO_DATABASE, err=True)
        return True
    for line in dict.fromkeys(map(sentence, found)):
        click.echo(line, err=True)
    return bool(found)


async def _run(app: App) -> None:
    """Watch until told to stop; a look under way ends first."""
    settings, usual = start.school().watch, start.VAR / "watch.heartbeat"
    # Beside a PostgreSQL nothing need be writable; there the address is what is missed.
    file = settings.heartbeat_file(None if start.secrets().database_url else usual)
    watching = asyncio.create_task(
        app.watchdog(Heartbeat(file, settings.address, settings.ill)).run()
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, watching.cancel)
    click.echo("The watchdog looks every minute. Ctrl-C stops it.", err=True)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    finally:
        for adapter in app.adapters.values():
            await adapter.stop()


COMMANDS = (watch,)
