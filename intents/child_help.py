"""In a report about an adult: a child needs help now, so a DSL who is not part of it is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot.card import Press, Reply, Tone, say
from bot.conversation import Stage
from bot.form import Route
from bot.incident import Concern, Incident, Part
from bot.intent import Intent
from bot.may import Act
from bot.recipients import SAFEGUARDING_ROLES
from bot.turn import Turn
from bot.views import messages
from intents.alarm import raise_alarm

STEP = "child-help"
WORDS = "A child needs help now. Ring me: I will tell you the rest."


class ChildHelp(Intent):
    """Pressed by the reporter of a report about an adult, or by whoever reads it."""

    verbs: ClassVar[Mapping[str, int]] = {STEP: 1}

    def answer(self, turn: Turn, press: Press) -> Reply:
        incident = turn.work.incidents.get(press.args[0].upper())
        if (
            incident is None
            or incident.route is not Route.ADULT
            or not (incident.reporter == turn.person.id or turn.may(Act.READ, incident))
        ):
            turn.audit("refused", press.args[0].upper(), press.verb)
            return say(messages.not_yours(turn.directory))
        if any(entry.step == STEP for entry in turn.work.incidents.entries(incident.ref)):
            return say(messages.note("A DSL has been called for the child already."))
        raised = self._call(turn, incident)
        turn.work.incidents.append(
            incident.ref,
            turn.now,
            turn.person.id,
            Part.REPORTER if incident.reporter == turn.person.id else Part.CASE,
            STEP,
            "The child needs help now",
            f"A DSL who is not part of this was called as {raised.ref}, without a name.",
        )
        turn.audit(STEP, incident.ref)
        return say(
            messages.note(
                f"A DSL is being called for the child: {raised.ref}.",
                "In danger now? Ring 999.",
                "The DSL is not told about the adult.",
                tone=Tone.DONE,
            )
        )

    def _call(self, turn: Turn, incident: Incident) -> Incident:
        """A report of its own about the child: none of the adult's report is in it, and whoever
        is kept out of that is kept out of this."""
        before = turn.work.conversations.active(turn.person.id)
        raised = raise_alarm(
            turn,
            turn.school.forms["child"],
            WORDS,
            dict.fromkeys(incident.kept_from() - {turn.person.id}, Concern.SUBJECT),
            centre=_centre(turn, incident),
        )
        begun = turn.work.conversations.active(turn.person.id)
        if begun is not None:
            turn.work.conversations.save(begun.at(Stage.PAUSED), turn.now)
        paused = before and turn.work.conversations.find(turn.person.id, before.form, before.ref)
        if paused:
            turn.work.conversations.save(paused.at(Stage.OPEN), turn.now)
        return raised


def _centre(turn: Turn, incident: Incident) -> str:
    """The report's centre, or another one whose DSL or deputy is not part of it."""
    without = incident.kept_from()
    for centre in (incident.centre, *turn.directory.centres):
        if any(turn.directory.holders(r, centre, without=without) for r in SAFEGUARDING_ROLES):
            return centre
    return incident.centre
