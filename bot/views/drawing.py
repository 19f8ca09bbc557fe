"""Draws the card of a notice from the records as they are now, just before it is sent."""

from __future__ import annotations

from datetime import datetime

from bot.card import Card
from bot.digest import Week, digest
from bot.escalation import Escalation, unanswered
from bot.incident import Incident
from bot.may import Act, may, room_may_know
from bot.notice import Kind, Notice
from bot.people import Directory
from bot.ports import Work
from bot.turn import School
from bot.views import answers, chase, held, messages, receipt, rota, write_up
from bot.views import case as cases
from bot.views.digest import digest_card
from bot.views.reminder import reminder


def draw(
    notice: Notice,
    work: Work,
    directory: Directory,
    school: School,
    now: datetime,
    policy_line: str = "",
) -> Card | None:
    """The card of ``notice``, or ``None`` when there is nothing left to show.

    Rule zero holds here too: whoever may no longer know of a report gets a blank card in place
    of the one they had, and nothing at all if they had none.
    """
    if notice.kind is Kind.DIGEST:
        week = Week.parse(notice.about)
        span = week.span(directory.zone)
        judged = answers.judged_line(work.answers.judged(*span))
        return digest_card(
            digest(week, work.digests.counted(*span, [notice.to.person])), policy_line, judged
        )
    if notice.kind in answers.KINDS:
        return answers.draw(notice, work, directory, now)
    if notice.kind is Kind.HELD:
        words = work.holds.get(notice.about)
        return held.nudge(words) if words and not words.ref else None
    if notice.kind is Kind.REMINDER:
        waiting = [row for row in _waiting(work) if _may_know(notice, row[0], work, directory)]
        nothing_new = not waiting and notice.receipt is None
        return None if nothing_new else reminder(waiting, now, school.terms)
    if notice.kind in (Kind.ROTA, Kind.AWAY, Kind.ON_IT):
        # Sent because somebody was marked just now: what is in memory may not say so yet.
        directory = directory.with_people(work.people.all())
    if notice.kind is Kind.ROTA:
        return rota.gap(notice.about, directory, now)
    if notice.kind is Kind.AWAY:
        marked = directory.person(notice.about)
        return rota.marked(marked, directory, now) if marked else None
    return _about_a_report(notice, work, directory, school, now)


ROLE_HOLDERS = (Kind.CASE, Kind.ON_IT, Kind.REPLY, Kind.OFFER, Kind.OVERDUE, Kind.DECLINED)
"""What only somebody who may know of the report is shown."""


def _about_a_report(
    notice: Notice, work: Work, directory: Directory, school: School, now: datetime
) -> Card | None:
    incident = work.incidents.get(notice.about)
    escalation = work.escalations.get(notice.about)
    if incident is None or escalation is None:
        return None
    if notice.kind in ROLE_HOLDERS and not _may_know(notice, incident, work, directory):
        if notice.receipt is None:
            return None
        return cases.WITHDRAWN if incident.kept_from() else cases.PASSED_ON
    asked_at = notice.created_at or now
    viewer = notice.to.person
    match notice.kind:
        case Kind.CASE:
            return cases.case_card(incident, escalation, directory, now, notice)
        case Kind.ON_IT:
            return chase.on_it(
                incident, escalation, directory, now, viewer=viewer, asked_at=asked_at
            )
        case Kind.OVERDUE:
            return chase.overdue(incident, escalation, directory, now)
        case Kind.OFFER:
            return chase.offer(incident, escalation, directory, viewer)
        case Kind.DECLINED:
            return chase.declined(incident)
        case Kind.PASSED_ON if viewer not in incident.kept_from():
            return chase.passed_on(incident, escalation, directory)
        case Kind.PASSED_ON:
            return cases.WITHDRAWN
        case Kind.PART:
            return messages.part_again(incident, directory, shown=notice.receipt is not None)
        case Kind.RECEIPT:
            shown = work.notices.about(incident.ref)
            return receipt.receipt(incident, escalation, shown, directory, now)
        case Kind.PHONE:
            if escalation.taken is not None:
                return receipt.taken_up(incident, escalation, directory)
            last = unanswered(escalation, school.terms)
            return receipt.phone_now(incident, directory, now, nobody_answered=last)
        case Kind.TAKEN:
            return receipt.taken_up(incident, escalation, directory)
        case Kind.QUESTION:
            return messages.question_waits(incident)
        case Kind.REPLY:
            return messages.reply_waits(incident)
        case Kind.UNFINISHED:
            form = school.form(incident.form)
            if form is None:
                return None
            if incident.finished_at or incident.closed_at:
                return write_up.finished(incident.ref) if notice.receipt else None
            return write_up.unfinished(incident.ref, form)
    return None


def _may_know(notice: Notice, incident: Incident, work: Work, directory: Directory) -> bool:
    """Whether the account or the room a notice goes to may know of a report, asked now."""
    if not notice.to.person:
        return room_may_know(notice.to.address, incident, directory)
    person = directory.person(notice.to.person)
    called = any(
        each.to.person == notice.to.person and each.kind is Kind.CASE
        for each in work.notices.about(incident.ref)
    )
    return person is not None and may(person, Act.KNOW, incident, directory, called=called)


def _waiting(work: Work) -> list[tuple[Incident, Escalation]]:
    """Every open report that nobody has taken."""
    rows = ((incident, work.escalations.get(incident.ref)) for incident in work.incidents.open())
    return [(incident, found) for incident, found in rows if found and found.taken is None]
