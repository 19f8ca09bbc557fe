"""In a report about an adult: a child needs help now, so a DSL who is not part of it is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot.card import Button, Card, Press, Reply, Tone, press, say
from bot.conversation import Stage
from bot.escalation import Audience
from bot.form import Route
from bot.incident import Incident, Part
from bot.intent import Intent
from bot.may import Act
from bot.people import Person
from bot.recipients import SAFEGUARDING_ROLES, called, members
from bot.turn import Turn
from bot.views import messages
from bot.views.wording import label, listed, number_of
from intents.alarm import raise_alarm

STEP = "child-help"
WORDS = "A child needs help now. Ring me: I will tell you the rest."

Uninvolved = Mapping[str, tuple[Person, ...]]
"""By centre, the DSLs and deputies who are not part of a report."""


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
            return say(turn.or_missing(messages.not_yours(turn.directory)))
        before = _called_before(turn, incident)
        if any(members(Audience.SAFEGUARDING, each, turn.directory) for each in before):
            return say(messages.note("A DSL has been called for the child already."))
        uninvolved = _uninvolved(turn, incident)
        chosen = press.args[1].lower() if len(press.args) > 1 else ""
        if uninvolved and incident.centre not in uninvolved and not chosen:
            return say(_who_may_be_called(turn, incident, uninvolved))
        centre = chosen if chosen in uninvolved else incident.centre
        if before and centre not in uninvolved:
            whom = listed(_whom(turn, before[-1])) or "Whoever there is"
            return say(messages.note(f"Called for the child already: {whom}."))
        return say(self._call(turn, incident, centre, dsl=centre in uninvolved))

    def _call(self, turn: Turn, incident: Incident, centre: str, *, dsl: bool) -> Card:
        """A report of its own about the child: none of the adult's report is in it, and whoever
        is kept out of that is kept out of this."""
        before = turn.work.conversations.active(turn.person.id)
        form = turn.school.forms["child"]
        raised = raise_alarm(turn, form, WORDS, {}, centre=centre, sibling=incident)
        begun = turn.work.conversations.active(turn.person.id)
        if begun is not None:
            turn.work.conversations.save(begun.at(Stage.PAUSED), turn.now)
        paused = before and turn.work.conversations.find(turn.person.id, before.form, before.ref)
        if paused:
            turn.work.conversations.save(paused.at(Stage.OPEN), turn.now)
        whom = "A DSL who is not part of this" if dsl else listed(_whom(turn, raised)) or "Nobody"
        turn.work.incidents.append(
            incident.ref,
            turn.now,
            turn.person.id,
            Part.REPORTER if incident.reporter == turn.person.id else Part.CASE,
            STEP,
            "The child needs help now",
            f"Called as {raised.ref}, without a name: {whom}.",
        )
        turn.audit(STEP, incident.ref)
        return _done(turn, raised, dsl=dsl)


def _uninvolved(turn: Turn, incident: Incident) -> Uninvolved:
    """The report's centre first."""
    without = {*incident.kept_from(), turn.person.id}
    found = {
        centre: tuple(
            dict.fromkeys(
                person
                for role in SAFEGUARDING_ROLES
                for person in turn.directory.holders(role, centre, without=without)
            )
        )
        for centre in (incident.centre, *turn.directory.centres)
    }
    return {centre: people for centre, people in found.items() if people}


def _called_before(turn: Turn, incident: Incident) -> tuple[Incident, ...]:
    """The reports about the child, once somebody was called for it by this press."""
    if not any(entry.step == STEP for entry in turn.work.incidents.entries(incident.ref)):
        return ()
    siblings = turn.work.incidents.siblings(incident.ref)
    return tuple(each for each in siblings if each.route is Route.CHILD)


def _whom(turn: Turn, raised: Incident) -> list[str]:
    """The names of those whom a call about the child reaches, if it is no DSL."""
    people = called(Audience.SAFEGUARDING, raised, turn.directory, turn.now)
    return [person.name for person in people if person.id != turn.person.id]


def _who_may_be_called(turn: Turn, incident: Incident, uninvolved: Uninvolved) -> Card:
    """Nobody of the report's own centre may know. Whether those of another one are part of it only
    the reporter can say, so nobody is called unasked."""
    centres = turn.directory.centres
    return messages.note(
        "Who may be called for the child?",
        "In danger now? Ring 999.",
        "Nobody has been called for the child yet. Choose people who are not part of this.",
        tone=Tone.WARNING,
        buttons=(
            *(
                Button(
                    label(f"{centres[centre].name}: call {listed([p.name for p in people])}"),
                    press(STEP, incident.ref, centre),
                )
                for centre, people in uninvolved.items()
            ),
            Button("None of these", press(STEP, incident.ref, incident.centre)),
        ),
    )


def _done(turn: Turn, raised: Incident, *, dsl: bool) -> Card:
    about = (Button("Is one of them part of this?", press("about", raised.ref)),)
    danger = "In danger now? Ring 999."
    whom = _whom(turn, raised)
    if not whom:
        door = number_of(turn.directory.numbers.front_door)
        title = f"Nobody here can be called for the child: {raised.ref}."
        return messages.note(title, danger, f"Ring {door} now.", tone=Tone.WARNING)
    title = "A DSL is" if dsl else f"{listed(whom)} {'is' if len(whom) == 1 else 'are'}"
    return messages.note(
        f"{title} being called for the child: {raised.ref}.",
        danger,
        *((f"Called: {listed(whom)}. They are not told about the adult.",) if dsl else ()),
        tone=Tone.DONE,
        buttons=about,
    )
