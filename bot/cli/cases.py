"""Commands about cases: the digest, and one case to read or to take away."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.export.page import page
from adapters.export.table import table
from adapters.export.text import text
from bot import clock, put_back
from bot.cli import start
from bot.climb import notice, to_person
from bot.digest import Week
from bot.incident import Incident
from bot.may import Act, called, may
from bot.notice import Kind
from bot.people import Directory, Person, Role
from bot.plain import plain
from bot.ports import Unavailable, Work
from bot.record import Record
from bot.views.digest import digest_card
from bot.views.drill import marked
from bot.views.opened import opened
from bot.views.put_back import not_here
from bot.views.record import Kept, record
from bot.weekly import NotOver, weekly
from intents.naming import ask_reporter, look_again

if TYPE_CHECKING:
    from bot.app import App

NO_ONE_READER = "command-line"
"""Whose digest it is where the Principal's would be nobody's, or that of several."""

FORMATS: Mapping[str, Callable[[Record], bytes]] = {"html": page, "csv": table, "txt": text}


@click.command()
@click.argument("week", required=False)
@click.option("--send", is_flag=True, help="Also send it to the Principal.")
def digest(week: str | None, send: bool) -> None:
    """The Principal's digest of an ISO week that is over, such as 2026-W47 (default: last week)."""
    try:
        wanted = Week.parse(week) if week else Week.of(clock.now().date() - timedelta(days=7))
    except ValueError as fault:
        start.stop(str(fault))
    app = start.application(platforms=())
    try:
        with app.store.work() as work:
            directory = app.bot.refresh(work, clock.now())
            readers = [person.id for person in directory.holders(Role.PRINCIPAL)]
            reader = readers[0] if len(readers) == 1 else NO_ONE_READER
            try:
                made = weekly(work, wanted, reader, directory.zone, clock.now(), readers)
            except NotOver as fault:
                start.stop(str(fault))
            work.audit.record(clock.now(), "command-line", "read-digest")
            line = app.desk.edition_line(clock.now())
            token = work.audit.checkpoint("", str(wanted))
            work.commit()
        click.echo(plain(digest_card(made, line, token=token).without_buttons()))
        if send:
            send_digest(app, wanted)
    finally:
        app.close()


def send_digest(app: App, week: Week) -> None:
    """Owe the Principal the digest of ``week`` once more; the running server delivers it."""
    now = clock.now()
    platforms = start.secrets().platforms or ("web",)
    school = app.bot.school.on(platforms)
    with app.store.work() as work:
        for principal in app.bot.refresh(work, now).holders(Role.PRINCIPAL):
            for to in to_person(principal, school):
                work.notices.add(notice(Kind.DIGEST, str(week), to, now, nth=int(now.timestamp())))
        work.audit.record(now, "command-line", "send-digest")
        work.commit()
    click.echo("The digest is on its way.", err=True)


@click.group()
def case() -> None:
    """One case, for a role-holder without a chat account."""


@case.command("show")
@click.argument("ref")
@click.option("--as", "person", required=True, help="The role-holder's id.")
def show(ref: str, person: str) -> None:
    """Open a case; entitlement is checked and the opening recorded."""
    app = start.application(platforms=())
    try:
        now = clock.now()
        with app.store.work() as work:
            reader, kept = _for_reader(app, work, ref.upper(), person, "case-show", now)
            _record(work, now, person, "open", kept.incident, "case-show")
            directory = app.bot.directory()
            card = opened(
                kept.incident, kept.escalation, kept.entries, directory, now, viewer=reader.id
            )
            words = plain((marked(card) if kept.incident.drill else card).without_buttons())
            work.commit()
        click.echo(words)
    finally:
        app.close()


@case.command("export")
@click.argument("ref")
@click.option("--as", "person", required=True, help="The role-holder's id.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="html",
    help="A page to print, a table, or plain text.",
)
@click.option("--out", type=click.Path(path_type=Path), help="The file (default: REF.FORMAT here).")
def export(ref: str, person: str, form: str, out: Path | None) -> None:
    """Write the whole record of a case to a new file that only you can read.

    Entitlement is checked as for opening it, and the export is recorded before anything is
    written. Copies are not erased with the record.
    """
    ref = ref.upper()
    app = start.application(platforms=())
    try:
        now = clock.now()
        with app.store.work() as work:
            reader, kept = _for_reader(app, work, ref, person, "case-export", now)
            path = out or Path(f"{ref}.{form}")
            if path.exists() or path.is_symlink():
                start.stop(
                    f"{path} is there already. Nothing was written: give another with --out."
                )
            _record(work, now, person, "export", kept.incident, form)
            kept = replace(kept, audit=work.audit.about(ref))
            content = FORMATS[form](record(kept, app.bot.directory(), reader, now))
            work.commit()
    except Unavailable:
        start.stop("The export could not be recorded, so nothing was written. Try again.", 1)
    finally:
        app.close()
    _write(path, content)
    click.echo(str(path))
    click.echo("The export is recorded. This copy is not erased when the record is.", err=True)


def _for_reader(
    app: App, work: Work, ref: str, person: str, what: str, now: datetime
) -> tuple[Person, Kept]:
    """Who reads and what is kept of the case, if they may open it; a refusal is recorded.

    As when they open it in chat, one whom the words name and nobody has asked about is refused,
    and the reporter is asked.
    """
    directory = app.bot.refresh(work, now)
    reader = directory.person(person)
    incident, escalation = work.incidents.get(ref), work.escalations.get(ref)
    notices = work.notices.about(ref)
    may_read = (
        reader is not None
        and incident is not None
        and may(reader, Act.READ, incident, directory, called=called(person, notices))
    )
    entries = work.incidents.entries(ref) if may_read else ()
    if (
        reader
        and incident
        and may_read
        and look_again(work, incident, entries, [reader], directory)
    ):
        school = app.bot.school.on(start.secrets().platforms or ("web",))
        ask_reporter(work, incident, directory, school, now)
        may_read = False
    if reader is None or incident is None or escalation is None or not may_read:
        actor = reader.id if reader else "nobody"
        if incident is not None:
            _record(work, now, actor, "refused", incident, what)
        else:
            work.audit.record(now, actor, "refused", detail=what)
        gone = not_here(put_back.read(work), directory)
        work.commit()
        start.stop(" ".join(("There is nothing here that you can open.", *gone)), 3)
    linked, linkings = _known_links(work, ref, reader, directory)
    return reader, Kept(incident, escalation, entries, notices, (), linked, linkings)


def _known_links(
    work: Work, ref: str, reader: Person, directory: Directory
) -> tuple[tuple[str, ...], frozenset[datetime]]:
    """The reports linked with this one that ``reader`` may read, and the moments at which only
    such were linked with it or parted from it."""

    def readable(other: str) -> bool:
        incident = work.incidents.get(other)
        heard = called(reader.id, work.notices.about(other))
        return incident is not None and may(reader, Act.READ, incident, directory, called=heard)

    ever = work.incidents.linkings(ref)
    known = {other for other, _ in ever if readable(other)}
    linked = tuple(other for other in work.incidents.linked(ref) if other in known)
    unknown = {at for other, at in ever if other not in known}
    return linked, frozenset(at for _, at in ever if at not in unknown)


def _record(
    work: Work, now: datetime, actor: str, act: str, incident: Incident, detail: str
) -> None:
    work.audit.record(now, actor, act, incident.ref, detail, incident.register)


def _write(path: Path, content: bytes) -> None:
    """A new file that nobody else can read, whole or not at all; never in place of another."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        start.stop(f"{path} cannot be written ({fault.strerror}). Give another with --out.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        path.unlink(missing_ok=True)
        start.stop(f"{path} cannot be written ({fault.strerror}). Nothing of it was kept.")


COMMANDS = (digest, case)
