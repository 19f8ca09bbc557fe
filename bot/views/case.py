"""What role-holders see of a report without its story: cards that a lock screen may show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.card import Button, Card, Tone, press
from bot.escalation import Escalation
from bot.form import Route, Urgency
from bot.incident import Incident
from bot.people import Directory
from bot.views.wording import age, clock_time

URGENCIES = {
    Urgency.IMMEDIATE: "URGENT",
    Urgency.SAME_DAY: "Same day",
    Urgency.ROUTINE: "Routine",
}
KINDS = {
    "child": "child",
    "adult": "adult",
    "website": "website or filter",
    "concern": "smaller concern",
    "blocked": "wrongly blocked",
}

OPEN_AGAIN = "Nobody has this now. It was closed, and the reporter has said more."


def kind_of(incident: Incident) -> str:
    """What a report is about, in a word or two that give nothing away."""
    if incident.form in KINDS:
        return KINDS[incident.form]
    return incident.form.replace("_", " ")


def case_card(
    incident: Incident,
    escalation: Escalation,
    directory: Directory,
    now: datetime,
) -> Card:
    """The card in a channel or a DM: no story, no names but the owner's."""
    if incident.route is Route.ADULT:
        return _alone(incident, escalation, directory)
    zone = directory.zone
    urgency = URGENCIES[incident.urgency] if escalation.taken is None else "Taken"
    if incident.closed_at is not None:
        urgency = "Closed"
    kind = kind_of(incident)
    known = directory.centres.get(incident.centre)
    centre = known.name if known else incident.centre
    at = clock_time(incident.reported_at, zone)
    state, tone = state_of(incident, escalation, directory, now)
    facts = [
        ("Reference", incident.ref),
        ("Kind", kind),
        ("Centre", centre),
        ("Reported", at),
    ]
    if incident.unchecked:
        facts.append(("Identity", "unchecked: not a staff account"))
    if incident.mistake:
        facts.append(("Note", "The reporter says: sent by mistake. Please look, then close."))
    return Card(
        title=f"{urgency}, {kind}, {centre}, {incident.ref}, {at}",
        tone=tone,
        text=(state,),
        facts=tuple(facts),
        buttons=case_buttons(incident, escalation),
        summary=f"{urgency}, {kind}, {centre}, {incident.ref}, {at}. {state}",
        live=press("view", incident.ref),
    )


def _alone(incident: Incident, escalation: Escalation, directory: Directory) -> Card:
    title, text = f"{incident.ref}: open now, alone.", "Nobody has this yet."
    tone = Tone.URGENT
    if incident.open_again:
        text = OPEN_AGAIN
    if incident.closed_at is not None:
        title, text, tone = f"{incident.ref}: closed.", "Open it alone.", Tone.DONE
    elif escalation.taken is not None:
        owner = directory.person(escalation.taken.by)
        at = clock_time(escalation.taken.at, directory.zone)
        title, tone = f"{incident.ref}: taken.", Tone.PLAIN
        text = f"{owner.name if owner else 'Somebody'} has had this since {at}. Open it alone."
    if incident.mistake:
        text += " The reporter says: sent by mistake. Please look, then close."
    return Card(
        title=title,
        text=(text,),
        buttons=case_buttons(incident, escalation),
        tone=tone,
        summary=title,
    )


def state_of(
    incident: Incident, escalation: Escalation, directory: Directory, now: datetime
) -> tuple[str, Tone]:
    if incident.closed_at is not None:
        return f"Closed {clock_time(incident.closed_at, directory.zone)}.", Tone.DONE
    if escalation.taken is not None:
        owner = directory.person(escalation.taken.by)
        name = owner.name if owner else "Somebody"
        at = clock_time(escalation.taken.at, directory.zone)
        # Somebody has it; nothing is done yet.
        return f"{name} has had this since {at}.", Tone.PLAIN
    tone = Tone.URGENT if incident.urgency is Urgency.IMMEDIATE else Tone.WARNING
    if incident.open_again:
        return OPEN_AGAIN, tone
    waited = now - incident.reported_at
    late = f" It has waited {age(waited)}." if waited.total_seconds() >= 60 else ""
    return f"Nobody has this yet.{late}", tone


def case_buttons(incident: Incident, escalation: Escalation) -> tuple[Button, ...]:
    open_it = Button("Open", press("open", incident.ref), primary=True)
    if incident.closed_at is not None or escalation.taken is not None:
        return (open_it,)
    return (open_it, Button("I have got this", press("take", incident.ref)))


PASSED_ON = Card(
    title="Passed to others",
    text=("Somebody else has been called. There is nothing for you to do.",),
    tone=Tone.DONE,
    summary="A report was passed to others.",
)
"""In place of a card shown to somebody who may no longer know of the report. The same whether
the child is at another centre, their role ended, or the report concerns them: nobody can tell."""


def call_only(escalation: Escalation, urgency: Urgency) -> Card:
    """In a room where somebody may not know of the report, or may be: it only calls."""
    if escalation.closed_at is not None or escalation.taken is not None:
        return Card(
            title="Somebody has this",
            tone=Tone.DONE,
            text=("There is nothing to do here.",),
            summary="Somebody has this.",
        )
    urgent = urgency is Urgency.IMMEDIATE
    return Card(
        title="A report needs a DSL now" if urgent else "A report waits for a DSL",
        tone=Tone.URGENT if urgent else Tone.WARNING,
        text=(
            "It is in your own messages with Lanyard. Nothing of it is shown here: not everybody "
            "in this channel may know of it, or we could not check who is here.",
        ),
        buttons=(Button("Show open cases", press("cases")),),
        summary="A report needs a DSL. Look in your own messages with Lanyard.",
    )


def already_taken(escalation: Escalation, directory: Directory, ref: str) -> Card:
    """What the second person hears: who has it, and since when."""
    assert escalation.taken is not None
    owner = directory.person(escalation.taken.by)
    name = owner.name if owner else "Somebody"
    at = clock_time(escalation.taken.at, directory.zone)
    return Card(
        title=f"{name} already has {ref} ({at})",
        text=("You can open it, or take it over and say so.",),
        buttons=(
            Button("Open", press("open", ref)),
            Button("Take it over", press("takeover", ref)),
        ),
        summary="Somebody else has this.",
    )


def listing(
    cases: Sequence[tuple[Incident, Escalation | None]],
    directory: Directory,
    now: datetime,
    title: str = "Open cases",
) -> Card:
    """The open cases one person may know of, those nobody has first, oldest first."""
    rows = sorted(cases, key=lambda row: (bool(row[1] and row[1].taken), row[0].reported_at))
    if not rows:
        none = f"No {title[0].lower()}{title[1:]}"
        return Card(title=none, text=("Nothing of this kind is waiting for you.",))
    facts = []
    for incident, escalation in rows[:25]:
        taken = escalation.taken if escalation else None
        owner = directory.person(taken.by) if taken else None
        state = f"{owner.name if owner else 'Somebody'} has this" if taken else "NOBODY HAS THIS"
        label = f"{incident.ref}, {kind_of(incident)}"
        facts.append((label, f"{state}, {age(now - incident.reported_at)} old"))
    left = len(rows) - len(facts)
    return Card(
        title=f"{title}: {len(rows)}",
        facts=tuple(facts),
        text=((f"{left} more not shown; close or take some first.",) if left else ()),
        buttons=tuple(Button(f"Open {i.ref}", press("open", i.ref)) for i, _ in rows[:5]),
    )
