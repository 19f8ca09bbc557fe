"""Draws the card of a notice from the records as they are now, just before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.card import Card, Tone
from bot.digest import Week
from bot.escalation import Escalation, unanswered
from bot.form import Route, Urgency
from bot.incident import Incident
from bot.ladder import calls_of
from bot.may import Act, Showing, called, may, showing
from bot.notice import Destination, Kind, Notice
from bot.people import Directory, Identity, Role
from bot.platforms import ROUTES
from bot.ports import Work
from bot.routes import in_chat
from bot.set_up import Fault
from bot.turn import School
from bot.views import answers, chase, held, messages, receipt, rota, write_up
from bot.views import case as cases
from bot.views import drill as drills
from bot.views.digest import digest_card
from bot.views.governors import term_report
from bot.views.outside import without_story
from bot.views.put_back import put_back_card
from bot.views.reminder import reminder
from bot.views.set_up import to_mend
from bot.views.stuck import stuck_card
from bot.watch.telling import may_be_told, told
from bot.weekly import NotOver, weekly

FOR_ROLES = (
    Kind.CASE,
    Kind.ON_IT,
    Kind.REPLY,
    Kind.OFFER,
    Kind.OVERDUE,
    Kind.DECLINED,
    Kind.UNREADABLE,
)
"""What only somebody who may know of the report is shown; everything else about a report goes to
its reporter, but for the word to somebody that they have it no longer."""

NOT_THEIRS = Card(
    title="No longer shown here",
    text=(
        "Lanyard knew this account as somebody's, and does not any more. If that was you, tell "
        "whoever runs Lanyard.",
    ),
    tone=Tone.DONE,
    summary="No longer shown here.",
)
"""In place of a card that was shown to an account which is not its person's any more."""

SECOND_COPY = "This may be a second copy of the same card."
"""On a card sent again where nobody could say whether the first send went through."""


def draw(
    notice: Notice,
    work: Work,
    directory: Directory,
    school: School,
    now: datetime,
    policy_line: str = "",
    members: frozenset[str] | None = None,
    faults: Callable[[Work, Directory, datetime], Sequence[Fault]] = lambda *_: (),
) -> Card | None:
    """The card of ``notice``, or ``None`` when there is nothing left to show. ``members`` are
    the accounts that are in its room now, if the platform says; ``faults`` what is to be mended
    in the set-up. Outside the chat it is only what a lock screen may show."""
    if not (
        _still_theirs(notice.to, directory)
        # Or given to them just now: what is in memory may not say so yet.
        or _still_theirs(notice.to, directory.with_people(work.people.all()))
    ):
        return NOT_THEIRS if notice.receipt is not None else None
    incident = work.incidents.get(notice.about)
    if notice.kind is Kind.CHECK:
        card = _to_mend(notice, directory, faults(work, directory, now))
    else:
        card = _whole(notice, incident, work, directory, school, now, policy_line, members)
    if card is None:
        return None
    if notice.doubtful:
        card = replace(card, text=(*card.text, SECOND_COPY))
    if notice.to.platform in ROUTES:
        card = without_story(card, notice, incident, directory, school.platforms)
    return drills.marked(card) if incident is not None and incident.drill else card


def _still_theirs(to: Destination, directory: Directory) -> bool:
    """Whether an account still is that of the person something is for: one that was typed wrongly,
    or has another owner now, is shown nothing more of theirs."""
    if not to.person or to.platform in ROUTES or directory.person(to.person) is None:
        return True
    owner = directory.known_as(Identity(to.platform, to.address))
    return owner is not None and owner.goes_by(to.person)


def _whole(
    notice: Notice,
    incident: Incident | None,
    work: Work,
    directory: Directory,
    school: School,
    now: datetime,
    policy_line: str,
    members: frozenset[str] | None,
) -> Card | None:
    """The card of ``notice`` as the chat shows it.

    Rule zero holds here too: whoever may no longer know of a report gets a blank card in place
    of the one they had, and nothing at all if they had none.
    """
    person = directory.person(notice.to.person) if notice.to.person else None
    if notice.kind is Kind.DIGEST:
        if person is None or not person.holds(Role.PRINCIPAL):
            return None
        week = Week.parse(notice.about)
        judged = answers.judged_line(work.answers.judged(*week.span(directory.zone)))
        try:
            made = weekly(work, week, person.id, directory.zone, now)
        except NotOver as fault:
            return messages.note(str(fault))
        return digest_card(made, policy_line, judged, work.audit.checkpoint("", str(week)))
    if notice.kind is Kind.TERM:
        return term_report(notice, work, directory, school, policy_line)
    if notice.kind is Kind.TOKEN:
        return messages.token(
            Week.parse(notice.about), work.audit.checkpoint("adult", notice.about)
        )
    if notice.kind in answers.KINDS:
        return answers.draw(notice, work, directory, now)
    if notice.kind is Kind.HELD:
        words = work.holds.get(notice.about)
        return held.nudge(words) if words and not words.ref else None
    if notice.kind is Kind.PUT_BACK:
        return put_back_card(notice, directory)
    if notice.kind is Kind.STUCK:
        return _stuck(notice, work, directory)
    if notice.kind is Kind.REMINDER:
        return _reminder(notice, work, directory, school, now, members)
    checking = incident is not None and incident.unchecked
    # While the school is shut a receipt says whether anybody may be woken.
    shut = notice.kind is Kind.RECEIPT and not school.terms.is_open(now)
    if notice.kind in (Kind.ROTA, Kind.AWAY, Kind.ON_IT) or checking or shut:
        # Somebody was marked or vouched for just now: what is in memory may not say so yet.
        directory = directory.with_people(work.people.all())
    if notice.kind is Kind.ROTA:
        return rota.gap(notice.about, directory, now)
    if notice.kind is Kind.AWAY:
        marked = directory.person(notice.about)
        return rota.marked(marked, directory, now) if marked else None
    escalation = work.escalations.get(notice.about)
    if incident is None or escalation is None:
        return None
    if notice.kind is Kind.DRILL or (incident.drill and incident.closed_at is not None):
        late = notice.kind is not Kind.DRILL and notice.receipt is None
        return None if late else drills.over(incident, escalation, directory)
    if notice.kind in FOR_ROLES:
        how = _showing(notice, incident, work, directory, members)
        if how is Showing.NOTHING:
            return cases.PASSED_ON if notice.receipt is not None else None
        if how is Showing.CALL_ONLY:
            return cases.call_only(escalation, incident.urgency)
        return _for_roles(notice, incident, escalation, directory, now)
    if notice.kind is Kind.PASSED_ON:
        if person is None or person.id in incident.kept_from():
            return cases.PASSED_ON
        return chase.passed_on(incident, escalation, directory, person.id)
    if person is None or person.id != incident.reporter:
        return None
    if incident.drill and notice.kind is Kind.PHONE:
        return drills.would_ring(incident, directory, now)
    card = _for_reporter(notice, incident, escalation, work, directory, school, now)
    if card is not None and incident.drill:
        return drills.delivery(card)
    # Somebody whose identity is unchecked raised an alarm, and may do nothing more with it.
    unchecked = person.guest or (incident.unchecked and bool(person.holdings))
    return card.without_buttons() if card is not None and unchecked else card


def _for_roles(
    notice: Notice,
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    now: datetime,
) -> Card | None:
    viewer = notice.to.person
    match notice.kind:
        case Kind.CASE:
            return cases.case_card(incident, escalation, directory, now)
        case Kind.ON_IT:
            return chase.on_it(
                incident,
                escalation,
                directory,
                now,
                viewer=viewer,
                asked_at=notice.created_at or now,
                shown=notice.receipt is not None,
            )
        case Kind.OVERDUE:
            return chase.overdue(incident, escalation, directory, now)
        case Kind.OFFER:
            return chase.offer(incident, escalation, directory, viewer)
        case Kind.DECLINED:
            return chase.declined(incident)
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
            return receipt.receipt_now(incident, escalation, work, directory, school, now)
        case Kind.PHONE:
            if escalation.taken is not None:
                return receipt.taken_up(incident, escalation, directory)
            calls = calls_of(escalation, work.notices.about(incident.ref))
            if not any(in_chat(n) and n.receipt is not None for n in calls):
                return receipt.not_delivered(incident, directory, now)
            last = unanswered(escalation, school.terms)
            return receipt.phone_now(incident, directory, now, nobody_answered=last)
        case Kind.TAKEN:
            return receipt.taken_up(incident, escalation, directory)
        case Kind.QUESTION:
            return messages.question_waits(incident)
        case Kind.PART:
            return messages.part_again(incident, directory, shown=notice.receipt is not None)
        case Kind.UNFINISHED:
            form = school.form(incident.form)
            if form is None:
                return None
            if incident.finished_at or incident.closed_at:
                return write_up.finished(incident.ref) if notice.receipt else None
            return write_up.unfinished(incident.ref, form)
    return None


def _showing(
    notice: Notice,
    incident: Incident,
    work: Work,
    directory: Directory,
    members: frozenset[str] | None,
) -> Showing:
    """How much of a report the account or the room of a notice may show, asked now."""
    if not notice.to.person:
        return showing(notice.to, incident, directory, members)
    person = directory.person(notice.to.person)
    heard = called(notice.to.person, work.notices.about(incident.ref))
    allowed = person is not None and may(person, Act.KNOW, incident, directory, called=heard)
    return Showing.CARD if allowed else Showing.NOTHING


def _to_mend(notice: Notice, directory: Directory, faults: Sequence[Fault]) -> Card | None:
    person = directory.person(notice.to.person)
    told = person is not None and (person.holds(Role.DSL) or person.holds(Role.PRINCIPAL))
    return to_mend(faults) if told and (faults or notice.receipt is not None) else None


def _stuck(notice: Notice, work: Work, directory: Directory) -> Card | None:
    """Everything that the watchdog finds stuck and that this person may know of."""
    person = directory.person(notice.to.person)
    mine = [each for each in told(work) if person in may_be_told(each, work, directory)]
    if not mine and notice.receipt is None:
        return None
    incidents = (work.incidents.get(each.about) for each in mine if each.about)
    return stuck_card(mine, {i.ref for i in incidents if i and i.route is Route.ADULT})


def _reminder(
    notice: Notice,
    work: Work,
    directory: Directory,
    school: School,
    now: datetime,
    members: frozenset[str] | None,
) -> Card | None:
    """The list of what nobody has taken; where a room may only be called, it is called."""
    listed: list[tuple[Incident, Escalation]] = []
    only_called: list[tuple[Incident, Escalation]] = []
    for incident in work.incidents.untaken():
        escalation = work.escalations.get(incident.ref)
        if escalation is None:
            continue
        how = _showing(notice, incident, work, directory, members)
        if how is Showing.CARD:
            listed.append((incident, escalation))
        elif how is Showing.CALL_ONLY:
            only_called.append((incident, escalation))
    if only_called:
        # A room with a stranger in it is told no more of one report than of another.
        urgent = any(row[0].urgency is Urgency.IMMEDIATE for row in (*listed, *only_called))
        return cases.call_only(
            only_called[0][1], Urgency.IMMEDIATE if urgent else only_called[0][0].urgency
        )
    return reminder(listed, now, school.terms) if listed or notice.receipt is not None else None
