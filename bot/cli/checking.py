"""The command that looks after the set-up: every fault at once, in plain words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from bot import clock
from bot.cli import start
from bot.daily_check import unwatched
from bot.form import Form
from bot.ports import Unavailable
from bot.room_check import look, sentences
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
    for form in (*REPORTS, *CASE):
        print_form(form)
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


async def _faults(app: App) -> list[Fault]:
    """Of the people as the database has them (else as the file has), of the policy in force, and
    of the channels as the platforms say."""
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
    try:
        if app.door.rooms is not None and secret.platforms:
            more += sentences(await look(app.door.rooms, directory, secret.platforms), directory)
    finally:
        for adapter in app.adapters.values():
            await adapter.stop()
    return [*judged, *more]


def print_form(form: Form) -> None:
    click.echo(f"{form.title} ({form.name})")
    for step in form.steps:
        asked = " [only if an earlier answer says so]" if step.when else ""
        click.echo(f"  {step.name}: {step.prompt}{asked}")


COMMANDS = (check,)
