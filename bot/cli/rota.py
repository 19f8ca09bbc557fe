"""Commands about people: who holds which role, who is away or on call, and who is there for a
centre; each change is recorded, and every process sees it within 10 seconds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from time import sleep
from typing import TYPE_CHECKING

import click

from bot import clock
from bot.cli import start
from bot.cli.questions import CHATS
from bot.one_person import end_merges, link_account
from bot.people import FORMERLY, Directory, Holding, Identity, Person, Role
from bot.ports import Work
from bot.rota import end_role, give_role, here_for, mark_away, note_gaps
from bot.set_up import on_call_faults
from bot.views.rota import roles, state
from bot.views.wording import listed

if TYPE_CHECKING:
    from bot.app import App

BY = "command-line"
SEEN_AFTER = 10.0
"""Seconds until every process knows people as they are."""

Change = Callable[["App", Work, Directory, Person, datetime], None]


@contextmanager
def _opened() -> Iterator[tuple[App, Work, Directory, datetime]]:
    """The school as it is now, in one transaction."""
    app = start.application(platforms=())
    try:
        now = clock.now()
        with app.store.work() as work:
            yield app, work, app.bot.refresh(work, now), now
    finally:
        app.close()


def _change(person: str, change: Change) -> None:
    """Make one change to one person, and say how things stand then."""
    with _opened() as (app, work, directory, now):
        found = directory.person(person)
        if found is None:
            start.stop(f"Nobody here is called {person}. See: lanyard people")
        change(app, work, directory, found, now)
        changed = directory.with_people(work.people.all())
        note_gaps(work, directory, changed, now)
        work.commit()
    _print(changed.people[found.id], changed, now)


def _print(
    person: Person, directory: Directory, now: datetime, known: Collection[str] = ()
) -> None:
    """One person; beside those the file has, ``known``, where somebody it has not writes from."""
    at = directory.centres.get(person.centre)
    where = at.name if at else person.centre
    away = state(person, directory, now)
    more = ""
    if known and person.id not in known:
        more = f" Not in lanyard.toml; writes from {_chats(person)}."
    click.echo(f"{person.id}: {person.name}, {where}. {roles(person, directory)}; {away}.{more}")


def _chats(person: Person) -> str:
    """Where somebody writes from."""
    chats = [i.platform for i in person.identities if i.platform != FORMERLY]
    return listed(chats) or "nowhere"


@click.group(invoke_without_command=True)
@click.pass_context
def rota(context: click.Context) -> None:
    """Who is here, who is away, who is on call."""
    if context.invoked_subcommand is None:
        with _opened() as (_, _, directory, now):
            for person in directory.role_holders():
                _print(person, directory, now)
            _print_gaps(directory, now)


@rota.command("away")
@click.argument("person")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="The first day on which they are here again (default: tomorrow).",
)
def away(person: str, until: datetime | None) -> None:
    """Mark somebody away: others are called while anybody else can be."""

    def mark(app: App, work: Work, directory: Directory, found: Person, now: datetime) -> None:
        today = now.astimezone(directory.zone).date()
        back = until.date() if until else today + timedelta(days=1)
        if back <= today:
            start.stop("--until is the first day they are here again: it must be after today.")
        at = datetime.combine(back, time(), directory.zone)
        school = app.bot.school.on(start.secrets().platforms or ("web",))
        mark_away(work, found, at, BY, directory, school, now)

    _change(person, mark)


@rota.command("back")
@click.argument("person")
def back(person: str) -> None:
    """Mark somebody as here again."""

    def mark(app: App, work: Work, directory: Directory, found: Person, now: datetime) -> None:
        school = app.bot.school.on(start.secrets().platforms or ("web",))
        mark_away(work, found, None, BY, directory, school, now)

    _change(person, mark)


@rota.command("on-call")
@click.argument("person")
def on_call(person: str) -> None:
    """Who is called first while the school is shut: one person, until somebody else is named.

    For a centre whose reports they may not open they are not called: its DSL and deputies are
    woken instead, and you are told so. While they are marked away, those are woken too.
    """

    def name(app: App, work: Work, directory: Directory, found: Person, now: datetime) -> None:
        held = Holding(Role.ON_CALL)
        for other in directory.holders(Role.ON_CALL):
            if other.id != found.id:
                end_role(work, other, held, BY, now)
        give_role(work, found, held, BY, now)
        for fault in on_call_faults(directory.with_people(work.people.all()), texts=False):
            click.echo(str(fault), err=True)

    _change(person, name)


@click.group(invoke_without_command=True)
@click.pass_context
def people(context: click.Context) -> None:
    """Who holds which role where."""
    if context.invoked_subcommand is None:
        with _opened() as (_, _, directory, now):
            known = {person.id for person in start.school().people}
            for person in directory.people.values():
                _print(person, directory, now, known)


ROLES = click.Choice([role.value for role in Role])


@people.command("give")
@click.argument("person")
@click.argument("role", type=ROLES)
@click.option("--centre", default=None, help="For one centre only (default: all of them).")
def give(person: str, role: str, centre: str | None) -> None:
    """Let somebody hold a role."""

    def change(app: App, work: Work, directory: Directory, found: Person, now: datetime) -> None:
        give_role(work, found, Holding(Role(role), _known(centre, directory)), BY, now)

    _change(person, change)


@people.command("end")
@click.argument("person")
@click.argument("role", type=ROLES)
@click.option("--centre", default=None, help="For one centre only (default: all of them).")
def end(person: str, role: str, centre: str | None) -> None:
    """Let somebody hold a role no longer."""

    def change(app: App, work: Work, directory: Directory, found: Person, now: datetime) -> None:
        held = Holding(Role(role), _known(centre, directory))
        if held not in found.holdings:
            start.stop(f"{found.name} does not hold that role. See: lanyard people")
        end_role(work, found, held, BY, now)
        if not [p for p in directory.holders(held.role, centre) if p.id != found.id]:
            click.echo("Nobody holds that role there now. See: lanyard check", err=True)

    _change(person, change)


@people.command("link")
@click.argument("person")
@click.argument("platform", type=click.Choice(list(CHATS)))
@click.argument("account")
def link(person: str, platform: str, account: str) -> None:
    """Somebody who is not in lanyard.toml writes from this account as well.

    PERSON is what `people` calls them, or the account they are known by. ACCOUNT is their member
    ID in Slack, or their object id in Microsoft Entra. Whoever wrote from it is the same person
    from then on, with everything they reported.
    """
    added = _identity(platform, account)
    app = start.application(platforms=())
    try:
        with app.store.reading() as work:
            found, other = _two(person, added, work, app)
        if found == other:
            click.echo("That account is theirs already.")
            return
        if other is not None:
            both = f"{found.name} ({_chats(found)}) and {other.name} ({_chats(other)})"
            click.confirm(f"{both} become one person. This cannot be undone. Go on?", abort=True)
        with app.store.work() as work:
            if _two(person, added, work, app) != (found, other):
                start.stop("Somebody wrote from it in this moment. Type it again.")
            link_account(work, found, added, other, BY, clock.now())
            work.commit()
        if other is not None:
            click.echo("Linking: a moment, until everything that runs knows.")
            sleep(SEEN_AFTER)
            with app.store.work() as work:
                end_merges(work)
                work.commit()
        click.echo(f"Linked: {found.name} is known by that account.")
    finally:
        app.close()


def _two(words: str, added: Identity, work: Work, app: App) -> tuple[Person, Person | None]:
    """The person meant, and who has the account now; the file has the accounts of whom it lists."""
    directory = app.bot.directory().with_people(work.people.all())
    found, other = _called(words, directory), directory.known_as(added)
    listed = {person.id for person in start.school().people}
    for each in (found, other):
        if each is not None and each.id in listed:
            start.stop(
                f"{each.name} is in lanyard.toml: give them the account there (accounts), then "
                "run: python -m bot check"
            )
    return found, other


def _identity(platform: str, typed: str) -> Identity:
    """An account as its administrator copies it, or as it stands in lanyard.toml."""
    secret = start.secrets()
    home = {"slack": secret.slack_team, "teams": secret.teams_tenant}[platform]
    if not home:
        start.stop(f"{platform.upper()} is not set up: its settings are not in the environment.")
    try:
        account = CHATS[platform].read_account(typed.removeprefix(f"{home}/"))
    except ValueError as fault:
        start.stop(str(fault))
    return Identity(platform, f"{home}/{account}")


def _called(words: str, directory: Directory) -> Person:
    """By id, or by the account they are known by."""
    found = directory.person(words) or next(
        (
            person
            for person in directory.people.values()
            for identity in person.identities
            if words in (identity.user, identity.user.rpartition("/")[2])
        ),
        None,
    )
    if found is None:
        start.stop(f"Nobody here is called {words}. See: lanyard people")
    return found


@click.command()
def centres() -> None:
    """Each centre, who leads it and who is there for it now; lanyard.toml changes them."""
    with _opened() as (_, _, directory, now):
        for centre in directory.centres.values():
            heads = [p.name for p in directory.holders(Role.HEAD, centre.id)] or ["nobody"]
            here = [p.name for p in here_for(centre.id, directory, now)] or ["NOBODY"]
            rooms = ", ".join(f"{p} {room}" for p, room in centre.dsl_rooms.items()) or "none"
            click.echo(
                f"{centre.id}: {centre.name}. Head: {listed(heads)}. Here now: {listed(here)}. "
                f"Private room: {rooms}."
            )


def _print_gaps(directory: Directory, now: datetime) -> None:
    for centre in directory.centres.values():
        if not here_for(centre.id, directory, now):
            click.echo(f"NOBODY is here for {centre.name}.")


def _known(centre: str | None, directory: Directory) -> str | None:
    if centre is not None and centre not in directory.centres:
        start.stop(f"No centre is called {centre}. There are: {', '.join(directory.centres)}.")
    return centre


COMMANDS = (rota, people, centres)
