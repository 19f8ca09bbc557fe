"""The report of a term: owed once the term is over, shown to the DSLs first, then sent."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta

from bot.climb import notice, to_person
from bot.form import Route
from bot.notice import Kind
from bot.people import Directory, Role
from bot.ports import Work
from bot.term import Term, Weeks, school_terms
from bot.termly import TermReport, term_report
from bot.turn import School
from bot.weekly import weekly

MADE_AT = time(7, 30)
"""On the Monday after the last week, as that week's digest."""

SENT_AFTER = timedelta(days=7)
"""A DSL sends it, or it goes by itself: whom it is about must not be able to hold it back."""


class NotYet(ValueError):
    """A report of this term cannot be made; the message says why, and what there is."""


def term_weeks(school: School) -> Mapping[Term, Weeks]:
    """The terms of the school's calendar."""
    return school_terms(school.terms.terms)


def owe(work: Work, directory: Directory, school: School, now: datetime) -> None:
    """Make the report of every term that is over and has none, however late, and send those
    that have waited for a DSL for :data:`SENT_AFTER`."""
    if not directory.holders(Role.GOVERNOR):
        return
    known = work.term_reports.made()
    for term, weeks in term_weeks(school).items():
        if now >= due(weeks, directory) and term not in known:
            with suppress(NotYet):
                made(work, term, directory, school, now)
    for term in work.term_reports.waiting(now - SENT_AFTER):
        send(work, term, directory, school, now)


def due(weeks: Weeks, directory: Directory) -> datetime:
    """When the report of these weeks may be made."""
    return datetime.combine(weeks.last.next().monday(), MADE_AT, directory.zone)


def made(work: Work, term: Term, directory: Directory, school: School, now: datetime) -> TermReport:
    """The report of ``term``: made once, and from then on the same for everybody.

    Raises :class:`NotYet` for a term that the calendar does not have or that is not over: a
    report of half a term could be subtracted from the whole.
    """
    standing = work.term_reports.get(term)
    if standing is not None:
        return standing
    weeks = term_weeks(school).get(term)
    if weeks is None:
        raise NotYet(unknown(term.name, school))
    when, first = due(weeks, directory), work.digests.first_day()
    if first is None or first >= weeks.span(directory.zone)[1]:
        raise NotYet(f"Lanyard was not in use in the {term.name} term.")
    if now < when:
        day = f"{when.day} {when:%B %Y}"
        raise NotYet(f"The {term.name} term is not over. Its report can be made from {day}.")
    # Every reader's digests are made first, and stand: the report is held against them.
    readers = [
        [weekly(work, week, person.id, directory.zone, now) for week in weeks]
        for person in directory.holders(Role.PRINCIPAL)
    ]
    kinds = [form.name for form in school.forms.values() if form.route is not Route.ADULT]
    counted = work.term_reports.counted(*weeks.span(directory.zone))
    report = term_report(term, counted, readers, kinds, whole=work.audit.whole())
    if work.term_reports.add(report, now):
        _tell(work, Role.DSL, term, directory, school, now)
    return work.term_reports.get(term) or report


def unknown(asked: str, school: School) -> str:
    """That there is no such term, and which there are."""
    names = [term.name for term in term_weeks(school)]
    has = f"lanyard.toml has {', '.join(names)}." if names else "lanyard.toml lists no terms."
    return f"There is no term called “{asked}”. {has}"


def send(work: Work, term: Term, directory: Directory, school: School, now: datetime) -> None:
    """Owe the governor the report of ``term``, once more if they had it, and draw the DSLs'
    cards again."""
    work.term_reports.send(term, now)
    work.notices.redraw(str(term), now, Kind.TERM)
    _tell(work, Role.GOVERNOR, term, directory, school, now)


def _tell(
    work: Work, role: Role, term: Term, directory: Directory, school: School, now: datetime
) -> None:
    for person in directory.holders(role):
        for to in to_person(person, school):
            # Somebody may hold both roles, or be sent it once more.
            nth = int(now.timestamp()) if role is Role.GOVERNOR else 0
            work.notices.add(notice(Kind.TERM, str(term), to, now, nth=nth))
