"""Opens the forms about a case: add, ask, note, decide, hand over, close, and reads a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from bot.card import Button, Card, Press, Quote, Reply, press, say
from bot.conversation import Conversation, Stage
from bot.incident import Incident
from bot.intent import Intent
from bot.may import Act
from bot.message import Standing
from bot.turn import Turn
from bot.views import messages, write_up
from bot.views.opened import read
from bot.views.sheets import asking
from intents.alarm import pause_others
from intents.filing import add_words

FORMS = {
    "add": "addition",
    "question": "question",
    "note": "note",
    "decide": "decision",
    "hand": "handover",
    "close": "closing",
}


class Additions(Intent):
    """Presses under a receipt and under an opened report."""

    verbs: ClassVar[Mapping[str, int]] = {**dict.fromkeys(FORMS, 1), "asked": 1, "held-to": 2}
    for_unvouched: ClassVar[bool] = True

    def answer(self, turn: Turn, press: Press) -> Reply:
        ref = press.args[0].upper()
        incident = turn.work.incidents.get(ref)
        if incident is None or not self._may(turn, press.verb, incident):
            return turn.refuse(press.verb, ref)
        if press.verb == "asked":
            return say(self._asked(turn, incident))
        if press.verb == "held-to":
            return self._held_to(turn, incident, press.args[1])
        form = turn.school.case_forms[FORMS[press.verb]]
        conversations = turn.work.conversations
        pause_others(turn)
        begun = conversations.find(turn.person.id, form.name, ref)
        if begun is None or begun.stage is Stage.FINISHED:
            begun = Conversation(
                # One that was written under another account of theirs goes on as what it is.
                id=begun.id if begun else f"{ref}-{form.name}-{turn.person.id}",
                person=turn.person.id,
                form=form.name,
                ref=ref,
                version=begun.version if begun else 0,
            )
        begun = conversations.save(begun.at(Stage.OPEN), turn.now)
        step = form.next(begun.answers)
        if step is None:
            return say(write_up.review(form, begun))
        return asking(form, begun, step)

    def _may(self, turn: Turn, verb: str, incident: Incident) -> bool:
        if verb == "held-to":
            return incident.reporter == turn.person.id
        if verb == "asked":
            vouched = turn.message.standing is Standing.MEMBER
            return vouched and incident.reporter == turn.person.id
        act = Act.ADD if verb == "add" else Act.DECIDE
        return turn.may(act, incident)

    def _held_to(self, turn: Turn, incident: Incident, hold: str) -> Reply:
        """Add words that were held before an alarm to a report this person had made."""
        held = turn.work.holds.get(hold)
        if held is None or held.person != turn.person.id or not held.words:
            return say(messages.dead_button())
        turn.work.holds.put(replace(held, words="", nudges=2, ref=incident.ref))
        return add_words(turn, incident, held.words)

    def _asked(self, turn: Turn, incident: Incident) -> Card:
        """The questions put to the reporter, and nothing else of the case."""
        questions = [
            entry for entry in turn.work.incidents.entries(incident.ref) if entry.step == "question"
        ]
        return Card(
            title=f"About {incident.ref}",
            quotes=tuple(
                Quote(f"{_name(turn, entry.author)} asks", read(entry.words)) for entry in questions
            ),
            buttons=(Button("Answer", press("add", incident.ref), primary=True),),
            summary="A question for you.",
        )


def _name(turn: Turn, person_id: str) -> str:
    person = turn.directory.person(person_id)
    return person.name if person else "Somebody"
