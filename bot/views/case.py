"""What role-holders see of a report: a card that a lock screen may show, and the report opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.card import Button, Card, Quote, Tone, press
from bot.escalation import Escalation
from bot.form import Form, Route, Urgency
from bot.incident import Entry, Incident, Part, Sealed, Unreadable
from bot.people import Directory
from bot.views.wording import age, clock_time, day_and_time

URGENCIES = {
    Urgency.IMMEDIATE: "URGENT",
    Urgency.SAME_DAY: "Today",
    Urgency.ROUTINE: "Routine",
}
KINDS = {
    "child": "child",
    "adult": "adult",
    "website": "website or filter",
    "concern": "smaller concern",
    "blocked": "wrongly blocked",
}

FIRST_TO_KNOW = ("number", "child_now", "going_home")
"""The steps a DSL needs on the first screen: whom to ring, where the child is, who fetches them."""

THEIR_NUMBER = "Their number"

_A_MINUTE = timedelta(minutes=1)


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
    state, tone = _state(incident, escalation, directory, now)
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


def _state(
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
    waited = now - incident.reported_at
    late = f" It has waited {age(waited)}." if waited.total_seconds() >= 60 else ""
    urgent = incident.urgency is Urgency.IMMEDIATE
    return f"Nobody has this yet.{late}", Tone.URGENT if urgent else Tone.WARNING


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


def opened(
    incident: Incident,
    escalation: Escalation,
    entries: Sequence[Entry],
    directory: Directory,
    now: datetime,
    *,
    viewer: str,
    form: Form | None = None,
    only_site: bool = False,
) -> Card:
    """The report itself, for one person entitled to it.

    ``only_site`` leaves out everything but the steps meant for IT. ``viewer`` is a person's id.
    """
    zone = directory.zone
    reporter = directory.person(incident.reporter)
    shown = list(_current(entries))
    if only_site:
        named = {step.name for step in form.steps if step.for_it} if form else set()
        shown = [entry for entry in shown if entry.step in named]
    latest = {entry.step: entry for entry in shown}
    facts: list[tuple[str, str]] = []
    if not only_site:
        facts.append(("Reporter", reporter.name if reporter else "unknown account"))
        facts += [
            (
                THEIR_NUMBER if name == "number" else read(latest[name].prompt),
                read(latest[name].words),
            )
            for name in FIRST_TO_KNOW
            if name in latest
        ]
        if reporter and reporter.phone and not any(e.step == "number" for e in shown):
            facts.append((THEIR_NUMBER, reporter.phone))
    facts.append(("Reported", day_and_time(incident.reported_at, zone)))
    if incident.sent_at is not None and abs(incident.sent_at - incident.reported_at) > _A_MINUTE:
        facts.append(("Sent from their device", day_and_time(incident.sent_at, zone)))
    finished = incident.finished_at is not None
    facts.append(("Write-up", "finished" if finished else "not finished"))
    quotes = tuple(
        Quote(_label(entry, latest[entry.step], directory), read(entry.words))
        for entry in shown
        if entry.step not in FIRST_TO_KNOW or entry is not latest[entry.step]
    )
    state, tone = _state(incident, escalation, directory, now)
    return Card(
        title=f"Report {incident.ref}",
        tone=tone,
        text=(state, "This opening is recorded. Keep it to those who need to know."),
        facts=tuple(facts),
        quotes=quotes,
        source="" if only_site else _history(entries),
        buttons=opened_buttons(incident, escalation, viewer, only_site),
        summary="A report is open.",
    )


def _current(entries: Iterable[Entry]) -> Iterable[Entry]:
    return sorted(entries, key=lambda entry: (entry.part is Part.CASE, entry.number))


def _history(entries: Sequence[Entry]) -> str:
    again = len(entries) - len({(entry.part, entry.step) for entry in entries})
    if not again:
        return ""
    return "Some questions were answered more than once; every answer is kept, in order."


def _label(entry: Entry, latest: Entry, directory: Directory) -> str:
    earlier = "Earlier answer: " if entry is not latest and entry.step not in NOT_ANSWERS else ""
    return f"{earlier}{read(entry.prompt)} ({_by(entry, directory)})"


NOT_ANSWERS = frozenset({"addition", "note", "question", "said", "decision", "reason"})
"""Steps of which a later entry adds to an earlier one and does not replace it."""


def _by(entry: Entry, directory: Directory) -> str:
    author = directory.person(entry.author)
    at = clock_time(entry.at, directory.zone)
    return f"{author.name if author else 'unknown'}, {at}"


def read(sealed: Sealed) -> str:
    """The words, or a plain sentence where they cannot be opened: one bad row hides no other."""
    try:
        return sealed.open()
    except Unreadable:
        return "[This part cannot be read. Whoever runs Lanyard must be told now.]"


def opened_buttons(
    incident: Incident, escalation: Escalation, viewer: str, only_site: bool
) -> tuple[Button, ...]:
    ref = incident.ref
    if only_site:
        return (Button("I have got this", press("take", ref), primary=True),)
    if incident.closed_at is not None:
        return (Button("Add a note", press("note", ref)),)
    if escalation.taken is None:
        return (Button("I have got this", press("take", ref), primary=True),)
    if escalation.offered is not None and escalation.offered.to == viewer:
        return (
            Button("I accept it", press("accept", ref), primary=True),
            Button("I cannot", press("decline", ref)),
        )
    buttons = []
    mine = escalation.taken.by == viewer
    if mine and escalation.spoken_at is None:
        buttons.append(Button("I spoke to the reporter", press("spoke", ref), primary=True))
    if not mine:
        buttons.append(Button("Take it over", press("takeover", ref)))
    buttons.append(Button("Hand over", press("hand", ref)))
    buttons.append(Button("Ask the reporter", press("question", ref)))
    buttons.append(Button("Record a decision", press("decide", ref)))
    buttons.append(Button("Add a note", press("note", ref)))
    buttons.append(Button("Close", press("close", ref)))
    if incident.route is Route.ADULT:
        buttons.append(Button("A child needs help now: call a DSL", press("child-help", ref)))
    return tuple(buttons)


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
