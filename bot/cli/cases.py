"""Commands about cases: the digest, and one case for a role-holder."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from bot import clock
from bot.cli import start
from bot.climb import notice, to_person
from bot.digest import Week
from bot.digest import digest as digest_of
from bot.may import Act, called, may
from bot.notice import Kind
from bot.people import Role
from bot.plain import plain
from bot.views.case import opened
from bot.views.digest import digest_card
from bot.weekly import weekly

if TYPE_CHECKING:
    from bot.app import App


@click.command()
@click.argument("week", required=False)
@click.option("--send", is_flag=True, help="Also send it to the Principal.")
def digest(week: str | None, send: bool) -> None:
    """The Principal's digest for an ISO week, such as 2026-W47 (default: last week)."""
    try:
        wanted = Week.parse(week) if week else Week.of(clock.now().date() - timedelta(days=7))
    except ValueError as fault:
        start.stop(str(fault))
    app = start.application(platforms=())
    try:
        with app.store.work() as work:
            directory = app.bot.refresh(work, clock.now())
            readers = [person.id for person in directory.holders(Role.PRINCIPAL)]
            if len(readers) == 1:
                made = weekly(work, wanted, readers[0], directory.zone, clock.now())
            else:
                made = digest_of(
                    wanted, work.digests.counted(*wanted.span(directory.zone), readers)
                )
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
    ref = ref.upper()
    app = start.application(platforms=())
    try:
        now = clock.now()
        with app.store.work() as work:
            directory = app.bot.refresh(work, now)
            viewer = directory.person(person)
            incident = work.incidents.get(ref)
            escalation = work.escalations.get(ref)
            was_called = called(person, work.notices.about(ref))
            if (
                viewer is None
                or incident is None
                or escalation is None
                or not may(viewer, Act.READ, incident, directory, called=was_called)
            ):
                register = incident.register if incident else ""
                actor, about = (viewer.id if viewer else "nobody"), (ref if incident else "")
                work.audit.record(now, actor, "refused", about, "case-show", register)
                work.commit()
                start.stop("There is nothing here that you can open.", 3)
            work.audit.record(now, person, "open", ref, "case-show", incident.register)
            entries = work.incidents.entries(ref)
            card = opened(incident, escalation, entries, directory, now, viewer=person)
            words = plain(card.without_buttons())
            work.commit()
        click.echo(words)
    finally:
        app.close()


COMMANDS = (digest, case)
