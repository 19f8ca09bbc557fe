"""Draws the card of a notice from the records as they are now, just before it is sent."""

from __future__ import annotations

from datetime import datetime

from bot.card import Card
from bot.digest import Week, digest
from bot.may import Act, may, room_may_know
from bot.notice import Kind, Notice
from bot.people import Directory
from bot.ports import Work
from bot.turn import School
from bot.views import answers, held, messages, receipt, write_up
from bot.views import case as cases
from bot.views.digest import digest_card


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
            digest(week, work.digests.counted(*span, [notice.to.person])),
            policy_line,
            judged,
            work.audit.checkpoint("", str(week)),
        )
    if notice.kind is Kind.TOKEN:
        return messages.token(notice.about, work.audit.checkpoint("adult", notice.about))
    if notice.kind in answers.KINDS:
        return answers.draw(notice, work, directory, now)
    if notice.kind is Kind.HELD:
        words = work.holds.get(notice.about)
        return held.nudge(words) if words and not words.ref else None
    incident = work.incidents.get(notice.about)
    escalation = work.escalations.get(notice.about)
    if incident is None or escalation is None:
        return None
    person = directory.person(notice.to.person) if notice.to.person else None
    if notice.kind in (Kind.CASE, Kind.ON_IT, Kind.REPLY, Kind.UNREADABLE):
        if person is not None:
            allowed = may(person, Act.KNOW, incident, directory, called=True)
        else:
            allowed = room_may_know(notice.to.address, incident, directory)
        if not allowed and notice.receipt is None:
            return None
        if not allowed:
            return cases.WITHDRAWN if incident.kept_from() else cases.PASSED_ON
    match notice.kind:
        case Kind.CASE:
            return cases.case_card(incident, escalation, directory, now, notice)
        case Kind.ON_IT:
            return cases.on_it(incident, escalation, directory)
        case Kind.RECEIPT:
            shown = work.notices.about(incident.ref)
            return receipt.receipt(incident, escalation, shown, directory, now)
        case Kind.PHONE:
            if escalation.taken is not None:
                return receipt.taken_up(incident, escalation, directory)
            return receipt.phone_now(incident, directory, now)
        case Kind.TAKEN:
            return receipt.taken_up(incident, escalation, directory)
        case Kind.QUESTION:
            return messages.question_waits(incident)
        case Kind.REPLY:
            return messages.reply_waits(incident)
        case Kind.UNREADABLE:
            return messages.part_unreadable(incident)
        case Kind.UNFINISHED:
            form = school.form(incident.form)
            if form is None:
                return None
            if incident.finished_at or incident.closed_at:
                return write_up.finished(incident.ref) if notice.receipt else None
            return write_up.unfinished(incident.ref, form)
    return None
