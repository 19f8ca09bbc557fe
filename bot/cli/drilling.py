"""The command that runs a drill: begins it, and says who was called when until it is over."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from time import sleep
from typing import TYPE_CHECKING

import click

from bot import clock
from bot.cli import start
from bot.drill import NOBODY, Outcome, begin, end, going_on
from bot.escalation import Escalation
from bot.incident import Incident
from bot.ladder import drill_over_at
from bot.people import Directory
from bot.ports import Unavailable
from bot.views.drill import centre_of
from bot.views.drill_calls import Made, delivered, line, made, seconds, span

if TYPE_CHECKING:
    from bot.app import App

EVERY_SECONDS = 1.0
SILENT = timedelta(seconds=30)
"""After so long without any delivery it is said that Lanyard may not be running."""

RUNS = "Is Lanyard running? On SQLite: serve. On PostgreSQL: serve, and worker."

UNHEARD_AFTER = timedelta(minutes=1)
"""So long after its end a drill that still goes on is nobody's: no process looks at it."""


@click.command()
@click.option("--centre", default=None, help="Of which centre (default: of PERSON, or the first).")
@click.option(
    "--as", "person", default=None, help="Who gets the reporter's messages, such as khan."
)
@click.option("--wait/--no-wait", default=True, help="Say how it goes until it is over.")
def drill(centre: str | None, person: str | None, wait: bool) -> None:
    """Call everybody as for an alarm, marked DRILL, and time it; exit 0 if somebody took it.

    Lanyard must be running. It ends when somebody takes it, or by itself after the last rung;
    it is in no figures.
    """
    app = start.application(platforms=())
    try:
        try:
            begun, directory = _begin(app, centre, person)
        except Unavailable:
            start.stop("The database cannot be used now. No drill was begun.", 1)
        if not wait:
            click.echo(begun.ref)
            return
        raise SystemExit(0 if _follow(app, begun, directory) else 1)
    except KeyboardInterrupt:
        click.echo("The drill goes on, and ends by itself.", err=True)
        raise
    finally:
        app.close()


def _begin(app: App, centre: str | None, person: str | None) -> tuple[Incident, Directory]:
    now = clock.now()
    school = app.bot.school.on(start.secrets().platforms or ("web",))
    with app.store.work() as work:
        directory = app.bot.refresh(work, now)
        by = directory.person(person) if person else None
        if person and (by is None or by.guest):
            start.stop(f"Nobody here is called {person}. See: lanyard people")
        at = centre or (by.centre if by else next(iter(directory.centres)))
        if at not in directory.centres:
            known = ", ".join(directory.centres)
            start.stop(f"No centre is called {at}. There are: {known}.")
        running = going_on(work, at)
        if running is not None:
            start.stop(f"A drill of {centre_of(running, directory)} is going on: {running.ref}.")
        begun = begin(work, at, by.id if by else NOBODY, directory, school, now)
        work.commit()
    return begun, directory


@dataclass(frozen=True)
class Seen:
    """How a drill stands now, and the calls made so far."""

    drill: Incident
    escalation: Escalation
    calls: tuple[Made, ...]


def _follow(app: App, drill: Incident, directory: Directory) -> bool:
    """Print a line for each rung once its cards are shown, or once the next has called; returns
    whether somebody took it."""
    zone, hinted, printed = directory.zone, False, 0
    seen = _look(app, drill.ref)
    over_at = drill_over_at(seen.escalation, app.bot.school.terms)
    click.echo(
        f"DRILL {drill.ref}, {centre_of(drill, directory)}, begun "
        f"{seconds(drill.reported_at, zone)}. It ends {seconds(over_at, zone)} if nobody takes it."
    )
    while seen.drill.closed_at is None:
        printed += _print(seen.calls[printed:], directory)
        shown = any(notice.receipt for call in seen.calls for notice in call.notices)
        if not shown and not hinted and clock.now() - drill.reported_at > SILENT:
            hinted = True
            click.echo(f"Nothing was delivered for {span(SILENT)}. {RUNS}", err=True)
        if clock.now() - over_at > UNHEARD_AFTER:
            with suppress(Unavailable):
                _give_up(app, drill, directory)
        sleep(EVERY_SECONDS)
        seen = _look(app, drill.ref)
    _print(seen.calls[printed:], directory, over=True)
    click.echo(delivered(seen.calls, drill.reported_at))
    taken = seen.escalation.taken
    if taken is None:
        click.echo("Acknowledged by nobody.")
        return False
    owner = directory.person(taken.by)
    name = owner.name if owner else "somebody"
    click.echo(f"Acknowledged after {span(taken.at - drill.reported_at)}, by {name}.")
    return True


def _look(app: App, ref: str) -> Seen:
    """How it stands, as soon as the database can say."""
    while True:
        try:
            with app.store.work() as work:
                drill, escalation = work.incidents.get(ref), work.escalations.get(ref)
                notices = work.notices.about(ref)
        except Unavailable:
            sleep(EVERY_SECONDS)
            continue
        if drill is None or escalation is None:
            start.stop(f"{ref} is not there any more.", 1)
        return Seen(drill, escalation, made(escalation, notices, app.bot.school.terms))


def _print(calls: Sequence[Made], directory: Directory, *, over: bool = False) -> int:
    """Print the calls of which there is no more to tell, in order; returns how many."""
    printed = 0
    for at, call in enumerate(calls, 1):
        if not (over or call.settled or at < len(calls)):
            break
        click.echo(line(call, directory))
        printed += 1
    return printed


def _give_up(app: App, drill: Incident, directory: Directory) -> None:
    """End it here, so that nobody is called hours later when Lanyard is started."""
    with app.store.work() as work:
        end(work, drill, Outcome.UNHEARD, directory, app.bot.school, clock.now())
        work.commit()
    click.echo(f"Given up: the drill should be over. {RUNS}", err=True)


COMMANDS = (drill,)
