"""The report itself, opened for one person entitled to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.card import Button, Card, Quote, press
from bot.escalation import Escalation
from bot.form import Form, Route
from bot.incident import Entry, Incident, Part, Sealed, Unreadable
from bot.people import Directory
from bot.views.case import state_of
from bot.views.wording import clock_time, day_and_time

FIRST_TO_KNOW = ("number", "child_now", "going_home")
"""The steps a DSL needs on the first screen: whom to ring, where the child is, who fetches them."""

THEIR_NUMBER = "Their number"

_A_MINUTE = timedelta(minutes=1)


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
    state, tone = state_of(incident, escalation, directory, now)
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
    part = Button("Keep somebody out of this", press("about", ref))
    if incident.closed_at is not None:
        return (Button("Add a note", press("note", ref)), part)
    if escalation.taken is None:
        return (Button("I have got this", press("take", ref), primary=True), part)
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
    buttons.append(part)
    buttons.append(Button("Close", press("close", ref)))
    if incident.route is Route.ADULT:
        buttons.append(Button("A child needs help now: call a DSL", press("child-help", ref)))
    return tuple(buttons)
