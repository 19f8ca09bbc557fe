"""The command that looks after the set-up: every fault at once, in plain words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from bot import clock
from bot.cli import start
from bot.cli.looking import platform_faults
from bot.daily_check import unwatched
from bot.ports import Unavailable
from bot.set_up import Fault, SetUp
from intents.forms import CASE, REPORTS

if TYPE_CHECKING:
    from bot.app import App

NO_DATABASE = Fault(
    "no-database", "The database cannot be reached.", "Start it, or correct DATABASE_URL."
)


@click.command()
def check() -> None:
    """Is everything set up? Every fault at once, in plain words."""
    app = start.application(platforms=())
    try:
        faults = asyncio.run(_faults(app))
    finally:
        app.close()
    click.echo(f"Forms: {', '.join(form.name for form in (*REPORTS, *CASE))}.")
    school = start.school()
    if not start.SCHOOL_FILE.exists():
        click.echo("There is no lanyard.toml, so this is the fictional school.", err=True)
    if school.text is None:
        click.echo("Nobody can be woken at night: cards say from when somebody may look.")
    if not school.watch.address:
        click.echo("Nobody outside would notice if Lanyard fell silent: see [watch] in README.")
    if not faults:
        click.echo("Everything is set up.")
        return
    click.echo(f"{len(faults)} to mend:")
    for fault in faults:
        click.echo(f"- {fault}")
    raise SystemExit(1)


async def _faults(app: App) -> list[str]:
    """Of the people as the database has them (else as the file has), of the policy in force, and
    of the platforms as they say themselves."""
    now, secret = clock.now(), start.secrets()
    more: list[Fault] = []
    try:
        with app.store.work() as work:
            directory = app.bot.refresh(work, now)
            more += unwatched(work, now)
    except Unavailable:
        directory = app.bot.directory()
        more.append(NO_DATABASE)
    review_due = app.desk.policy.review_due
    judged = SetUp(start.school(), secret, directory, REPORTS, review_due).faults(now)
    return [*map(str, (*judged, *more)), *await platform_faults(app, directory)]


COMMANDS = (check,)
