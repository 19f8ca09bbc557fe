"""What a reporter does after the alarm: says that it was a mistake, or looks at their own list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from bot.card import Button, Card, Press, Reply, press, say
from bot.incident import Incident
from bot.intent import Intent
from bot.message import Standing
from bot.turn import Turn
from bot.views import messages
from bot.views.receipt import IT_WAS_REAL
from bot.views.wording import age
from intents.filing import add_words
from intents.mistake import mark

MOST_SHOWN, MOST_BUTTONS = 10, 5


class Reporter(Intent):
    """Presses under the receipt, and the reporter's own list."""

    verbs: ClassVar[Mapping[str, int]] = {"mistake": 1, "real": 1, "mine": 0}
    for_unvouched: ClassVar[bool] = True
    PHRASES = ("my reports", "mine", "show my reports")

    def hears(self, turn: Turn) -> bool:
        return turn.typed.lower().strip(" .?!") in self.PHRASES

    def answer(self, turn: Turn, press: Press) -> Reply:
        if press.verb in ("mine", ""):
            if turn.message.standing is not Standing.MEMBER:
                return turn.refuse("mine")
            return say(my_reports(turn))
        ref = press.args[0].upper()
        incident = turn.work.incidents.get(ref)
        if incident is None or incident.reporter != turn.person.id:
            return turn.refuse(press.verb, ref)
        if press.verb == "real":
            return self._real(turn, incident)
        return say(mark(turn, incident))

    def _real(self, turn: Turn, incident: Incident) -> Reply:
        if not incident.mistake:
            return say(messages.note(f"{incident.ref} is not marked as sent by mistake."))
        added = add_words(turn, incident, f"Pressed “{IT_WAS_REAL}”.")
        return replace(added, replaces=False)


def my_reports(turn: Turn) -> Card:
    """The reporter's own list: who has each, and how old it is."""
    found = turn.work.incidents.by(turn.person.id)
    if not found:
        return messages.note(
            "You have made no reports here.",
            buttons=(Button("Make a report", press("report")),),
        )
    facts: list[tuple[str, str]] = []
    buttons: list[Button] = []
    for incident in found[:MOST_SHOWN]:
        escalation = turn.work.escalations.get(incident.ref)
        taken = escalation.taken if escalation else None
        owner = turn.directory.person(taken.by) if taken else None
        state = "closed" if incident.closed_at else "nobody has taken it yet"
        if owner and not incident.closed_at:
            state = f"{owner.name} has it"
        state += ", marked as sent by mistake" if incident.mistake else ""
        facts.append((incident.ref, f"{state}, {age(turn.now - incident.reported_at)} old"))
        if len(buttons) < MOST_BUTTONS:
            buttons.append(_go_on(incident))
    return Card(title="Your reports", facts=tuple(facts), buttons=tuple(buttons))


def _go_on(incident: Incident) -> Button:
    if incident.mistake:
        return Button(f"{incident.ref} was real: undo", press("real", incident.ref))
    if incident.finished_at is None and incident.closed_at is None:
        return Button(f"Go on writing {incident.ref}", press("write", incident.ref))
    return Button(f"Add to {incident.ref}", press("add", incident.ref))
