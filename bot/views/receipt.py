"""What the reporter is told: saved, delivered, not delivered, taken; always the truth now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from bot.card import Button, Card, Tone, press
from bot.escalation import Escalation
from bot.form import Route, Urgency
from bot.incident import Incident
from bot.ladder import calls_of, rests_from, to_be_woken
from bot.notice import Notice
from bot.people import Directory
from bot.platforms import MAIL, ROUTES, TEXT
from bot.ports import Work
from bot.recipients import to_ring
from bot.routes import asleep_until as until_somebody_looks
from bot.turn import School
from bot.views.wording import clock_time, closed, listed, number_of, with_role

SLOW = timedelta(seconds=60)
"""How long a card may be on its way before the receipt says that it has not arrived."""
IT_WAS_REAL = "Undo: it was real"


def receipt_now(
    incident: Incident,
    escalation: Escalation,
    work: Work,
    directory: Directory,
    school: School,
    now: datetime,
) -> Card:
    """The reporter's receipt as it is now."""
    calls = calls_of(escalation, work.notices.about(incident.ref))
    people = to_be_woken(incident, escalation, directory, now)
    rests = rests_from(incident, school.terms, now)
    asleep = until_somebody_looks(people, school.platforms, school.terms, rests)
    closes = rests if rests > now else None
    return receipt(incident, escalation, calls, directory, now, asleep, closes)


def receipt(
    incident: Incident,
    escalation: Escalation,
    calls: Sequence[Notice],
    directory: Directory,
    now: datetime,
    asleep_until: datetime | None = None,
    closes_at: datetime | None = None,
) -> Card:
    """The reporter's receipt. ``calls`` are those of its ladder; only those that went to
    role-holders count as delivered, and delivered is never called read. A mail or a text message
    was accepted, which proves less. ``asleep_until``: nobody may look before, from now or from
    ``closes_at`` on."""
    zone = directory.zone
    kept_from = incident.kept_from()
    shown = [n for n in calls if n.receipt is not None and n.to.person not in kept_from]
    if escalation.taken is not None:
        return _taken(incident, escalation, directory)
    if not calls and not escalation.climbed:
        return _waits_for_school(incident, directory)
    began = escalation.started_at
    hopeless = all(n.gone for n in calls) or now - began >= SLOW
    if not shown and hopeless:
        return not_delivered(incident, directory, now)
    facts = [("Reference", incident.ref), ("Saved", clock_time(incident.reported_at, zone))]
    ring = _first_to_ring(incident, directory, now)
    limit = f"No call by {clock_time(began + timedelta(minutes=10), zone)}?"
    if incident.urgency is not Urgency.IMMEDIATE:
        limit = "It is looked at in school hours. Has it become worse?"
    in_chat = [n for n in shown if n.to.platform not in ROUTES]
    if in_chat:
        text = [
            f"Delivered {_by_time(in_chat, directory)}. Delivered is not read.",
            f"{limit} Ring {ring}.",
        ]
        title, summary = "Delivered", "Your report was delivered."
    elif shown:
        text = [
            f"Sent {clock_time(_first(shown), zone)}: {_sent(shown, directory)}. "
            "That does not show that anyone knows.",
            f"{limit} Ring {ring}.",
        ]
        title, summary = "On its way", "Your report is on its way."
    else:
        text = ["Saved. We are delivering it now.", f"{limit} Ring {ring}."]
        title, summary = "Saved, not delivered yet", "Your report is saved."
    if asleep_until is not None:
        text.append(closed(directory, asleep_until, closes_at))
    return Card(
        title=title,
        text=tuple(text),
        facts=tuple(facts),
        buttons=_buttons(incident),
        summary=summary,
    )


def _waits_for_school(incident: Incident, directory: Directory) -> Card:
    """The receipt of a routine report made while the school is shut."""
    return Card(
        title="Saved",
        text=("This kind waits until the school opens. If it gets worse, report it as a worry.",),
        facts=(
            ("Reference", incident.ref),
            ("Saved", clock_time(incident.reported_at, directory.zone)),
        ),
        buttons=_buttons(incident),
        summary="Your report is saved.",
    )


def _taken(incident: Incident, escalation: Escalation, directory: Directory) -> Card:
    assert escalation.taken is not None
    owner = directory.person(escalation.taken.by)
    name = owner.name if owner else "Somebody"
    at = clock_time(escalation.taken.at, directory.zone)
    text = [f"{name} has had this since {at}."]
    if escalation.spoken_at is None:
        number = f" on {owner.phone}" if owner and owner.phone else ""
        text.append(f"If nobody has spoken to you soon, ring {name}{number}.")
    if incident.closed_at is not None:
        # Whoever still worries may always go on (Keeping Children Safe in Education, Part One).
        numbers = directory.numbers
        outside = numbers.officer if incident.route is Route.ADULT else numbers.front_door
        ring = [*([with_role(owner, incident.centre)] if owner else []), number_of(outside)]
        text = [
            f"{name} has closed this report. You can still add to it.",
            f"Still worried? Ring {listed(ring, 'or')}.",
        ]
    return Card(
        title=f"Taken by {name}" if incident.closed_at is None else "Closed",
        tone=Tone.PLAIN if incident.closed_at is None else Tone.DONE,
        text=tuple(text),
        facts=(("Reference", incident.ref),),
        buttons=_buttons(incident),
        summary="Somebody has your report.",
    )


def not_delivered(incident: Incident, directory: Directory, now: datetime) -> Card:
    """The receipt of a report that nobody has been shown; sent afresh too, since a card that is
    only redrawn makes no sound."""
    ring = [with_role(person, incident.centre) for person in to_ring(incident, directory, now)]
    door = number_of(directory.numbers.front_door)
    return Card(
        title="NOT DELIVERED",
        tone=Tone.WARNING,
        text=(
            "In danger now? Ring 999.",
            f"Saved as {incident.ref}, but we cannot show that anyone knows.",
            f"Ring {listed([*ring[:2], door], 'then')} now. We keep trying.",
        ),
        facts=(("Reference", incident.ref),),
        buttons=_buttons(incident),
        summary="Not delivered. Open for who to ring.",
    )


def phone_now(
    incident: Incident, directory: Directory, now: datetime, *, nobody_answered: bool = False
) -> Card:
    """Sent afresh when nobody has taken a report: the phone is quicker now.

    ``nobody_answered``: everybody who can be called has been called, and the card says so; about
    an adult the local authority comes first then.
    """
    ring = [with_role(person, incident.centre) for person in to_ring(incident, directory, now)][:2]
    numbers = directory.numbers
    outside = [numbers.front_door, numbers.officer]
    if incident.route is Route.ADULT:
        outside.reverse()
    first = [number_of(outside[0])]
    ring = [*first, *ring] if nobody_answered and incident.route is Route.ADULT else ring + first
    title = "Nobody has answered" if nobody_answered else "Nobody has taken your report yet"
    return Card(
        title=title,
        tone=Tone.URGENT,
        text=(
            "In danger now? Ring 999.",
            f"Please ring now: {listed(ring, 'then')}.",
            f"Reference {incident.ref}. We keep calling meanwhile.",
        ),
        facts=tuple((n.name, n.number) for n in outside),
        summary="Nobody has taken your report. Please ring.",
    )


def taken_up(incident: Incident, escalation: Escalation, directory: Directory) -> Card:
    """Tells the reporter that a person has their report."""
    if escalation.taken is None:
        ring = _first_to_ring(incident, directory, escalation.started_at)
        return Card(
            title=f"Nobody has {incident.ref} now",
            tone=Tone.WARNING,
            text=(f"Somebody else is being called. No call in ten minutes? Ring {ring}.",),
            summary="Your report is being passed on.",
        )
    owner = directory.person(escalation.taken.by)
    name = owner.name if owner else "Somebody"
    at = clock_time(escalation.taken.at, directory.zone)
    return Card(
        title=f"{name} has your report",
        text=(
            f"{name} has had {incident.ref} since {at}."
            + (f" Their number: {owner.phone}." if owner and owner.phone else ""),
            "You can add anything you remember at any time.",
        ),
        buttons=(Button("Add something", press("add", incident.ref)),),
        summary="Somebody has your report.",
    )


def _first_to_ring(incident: Incident, directory: Directory, now: datetime) -> str:
    people = to_ring(incident, directory, now)
    return (
        with_role(people[0], incident.centre) if people else number_of(directory.numbers.front_door)
    )


def _names(shown: Sequence[Notice], directory: Directory) -> str:
    people = [directory.person(n.to.person) for n in shown if n.to.person]
    names = list(dict.fromkeys(person.name for person in people if person))
    rooms = ["the private DSL channel"] if any(not n.to.person for n in shown) else []
    return listed([*names, *rooms])


def _by_time(shown: Sequence[Notice], directory: Directory) -> str:
    """``10:30 to Ms Khan and the private DSL channel; 10:35 to Dr Farrow``."""
    moments = [(n.receipt.at, n) for n in shown if n.receipt is not None]
    arrived: dict[str, list[Notice]] = {}
    for at, notice in sorted(moments, key=itemgetter(0)):
        arrived.setdefault(clock_time(at, directory.zone), []).append(notice)
    known: set[str] = set()
    parts = []
    for clock, group in arrived.items():
        new = [n for n in group if n.to.person not in known]
        known |= {n.to.person for n in new}
        if new:
            parts.append(f"{clock} to {_names(new, directory)}")
    return "; ".join(parts)


def _first(shown: Sequence[Notice]) -> datetime:
    return min(n.receipt.at for n in shown if n.receipt)


def _sent(shown: Sequence[Notice], directory: Directory) -> str:
    """What the mail server and Notify accepted, and for whom."""
    kinds = {MAIL: "an e-mail", TEXT: "a text message"}
    return listed(
        [
            f"{words} to {_names(of_kind, directory)}"
            for route, words in kinds.items()
            if (of_kind := [n for n in shown if n.to.platform == route])
        ]
    )


def _buttons(incident: Incident) -> tuple[Button, ...]:
    if incident.closed_at is not None:
        return (Button("Add something", press("add", incident.ref)),)
    return (
        Button("Go on writing", press("write", incident.ref), primary=True),
        Button("Add something", press("add", incident.ref)),
        Button("Is it about the DSL or the Principal?", press("about", incident.ref)),
        Button(IT_WAS_REAL, press("real", incident.ref))
        if incident.mistake
        else Button("I sent this by mistake", press("mistake", incident.ref)),
    )
