"""Draws the card of a notice from the records as they are now, just before it is sent."""

from __future__ import annotations

from datetime import datetime

from bot.card import Card
from bot.digest import Week
from bot.escalation import Escalation
from bot.incident import Incident
from bot.may import Act, Showing, may, showing
from bot.notice import Kind, Notice
from bot.people import Directory, Role
from bot.ports import Work
from bot.turn import School
from bot.views import answers, held, messages, receipt, write_up
from bot.views import case as cases
from bot.views.digest import digest_card
from bot.weekly import weekly

FOR_ROLES = (Kind.CASE, Kind.ON_IT, Kind.REPLY, Kind.UNREADABLE)
"""What goes to role-holders; everything else about a report goes to its reporter."""


def draw(
    notice: Notice,
    work: Work,
    directory: Directory,
    school: School,
    now: datetime,
    policy_line: str = "",
    members: frozenset[str] | None = None,
) -> Card | None:
    """The card of ``notice``, or ``None`` when there is nothing left to show. ``members`` are
    the accounts that are in its room now, if the platform says.

    Rule zero holds here too: whoever may no longer know of a report gets a blank card in place
    of the one they had, and nothing at all if they had none.
    """
    person = directory.person(notice.to.person) if notice.to.person else None
    if notice.kind is Kind.DIGEST:
        if person is None or not person.holds(Role.PRINCIPAL):
            return None
        week = Week.parse(notice.about)
        judged = answers.judged_line(work.answers.judged(*week.span(directory.zone)))
        made = weekly(work, week, person.id, directory.zone, now)
        return digest_card(made, policy_line, judged, work.audit.checkpoint("", str(week)))
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
    if notice.kind in FOR_ROLES:
        if person is not None:
            allowed = may(person, Act.KNOW, incident, directory, called=True)
            how = Showing.CARD if allowed else Showing.NOTHING
        else:
            how = showing(notice.to, incident, directory, members)
        if how is Showing.NOTHING:
            return cases.PASSED_ON if notice.receipt is not None else None
        if how is Showing.CALL_ONLY:
            return cases.call_only(escalation, incident.urgency)
        return _for_roles(notice, incident, escalation, directory, now)
    if person is None or person.id != incident.reporter:
        return None
    card = _for_reporter(notice, incident, escalation, work, directory, school, now)
    # Somebody whose identity is unchecked raised an alarm, and may do nothing more with it.
    unchecked = person.guest or (incident.unchecked and bool(person.holdings))
    return card.without_buttons() if card is not None and unchecked else card


def _for_roles(
    notice: Notice,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    now: datetime,
) -> Card:
    match notice.kind:
        case Kind.CASE:
            return cases.case_card(incident, escalation, directory, now, notice)
        case Kind.ON_IT:
            return cases.on_it(incident, escalation, directory)
        case Kind.UNREADABLE:
            return messages.part_unreadable(incident)
    return messages.reply_waits(incident)


def _for_reporter(
    notice: Notice,
    incident: Incident,
    escalation: Escalation,
    work: Work,
    directory: Directory,
    school: School,
    now: datetime,
) -> Card | None:
    match notice.kind:
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
        case Kind.NAMED:
            people = [p for each in incident.unsettled() if (p := directory.person(each))]
            if people:
                return messages.are_part(incident, people)
            return messages.PART_ANSWERED if notice.receipt else None
        case Kind.UNFINISHED:
            form = school.form(incident.form)
            if form is None:
                return None
            if incident.finished_at or incident.closed_at:
                return write_up.finished(incident.ref) if notice.receipt else None
            return write_up.unfinished(incident.ref, form)
    return None
