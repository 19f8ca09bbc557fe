"""What a reporter does after the alarm: says who is part of it, or that it was a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot.card import Button, Card, Press, Reply, press, say
from bot.climb import concern_changed
from bot.incident import Concern, Incident, Part
from bot.intent import Intent
from bot.message import Standing
from bot.people import Role
from bot.recipients import SAFEGUARDING_ROLES, entitled
from bot.turn import Turn
from bot.views import messages
from bot.views.wording import age
from intents.added import open_again

MOST_SHOWN, MOST_BUTTONS = 10, 5


class Reporter(Intent):
    """Presses under the receipt, and the reporter's own list."""

    verbs: ClassVar[Mapping[str, int]] = {"part": 3, "about": 1, "mistake": 1, "mine": 0}
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
        if press.verb == "about":
            return say(self._about(turn, incident))
        if press.verb == "part":
            return self._part(turn, incident, press.args[1], press.args[2].lower() == "yes")
        return self._mistake(turn, incident)

    def _part(self, turn: Turn, incident: Incident, person_id: str, yes: bool) -> Reply:
        """Settle whether a role-holder the words name is part of it.

        Yes about the DSL or a deputy keeps it from all of them and calls the Principal; yes
        about the Principal calls the chair (Keeping Children Safe in Education, Part Four).
        """
        person = turn.directory.person(person_id.lower())
        settled = person is not None and person.id in incident.kept_from()
        if person is None or (settled and person.id not in incident.unsettled()):
            return say(messages.note("That is already answered. Thank you."))
        work = turn.work
        if not yes:
            work.incidents.concern(incident.ref, person.id, Concern.CLEARED)
        else:
            concerned = {person.id}
            if any(person.holds(role, incident.centre) for role in SAFEGUARDING_ROLES):
                for role in SAFEGUARDING_ROLES:
                    found = turn.directory.holders(role, incident.centre)
                    concerned |= {each.id for each in found}
            for each in concerned - {turn.person.id}:
                work.incidents.concern(incident.ref, each, Concern.SUBJECT)
        turn.audit("part-yes" if yes else "part-no", incident.ref)
        changed = work.incidents.get(incident.ref)
        if yes and changed is not None and changed.closed_at is not None:
            open_again(turn, changed)
        concern_changed(work, incident.ref, turn.directory, turn.school, turn.now)
        told = "is kept out of it. Others are being told."
        if not yes and changed is not None and person in entitled(changed, turn.directory):
            told = "is being told as well."
        elif not yes:
            told = "stays out of it: this kind of report goes to others."
        return say(
            messages.note(f"Thank you. {person.name} {told}"),
            replaces=turn.message.press is not None,
        )

    def _about(self, turn: Turn, incident: Incident) -> Card:
        """Lets the reporter say at any time that a role-holder is part of it."""
        people = [
            *turn.directory.holders(Role.DSL, incident.centre),
            *turn.directory.holders(Role.DEPUTY, incident.centre),
            *turn.directory.holders(Role.PRINCIPAL),
        ]
        return messages.note(
            "Who is part of this?",
            "One press, and they are told nothing more. Somebody else is called at once.",
            buttons=tuple(
                Button(person.name, press("part", incident.ref, person.id, "yes"))
                for person in dict.fromkeys(people)
                if person.id not in incident.kept_from()
            ),
        )

    def _mistake(self, turn: Turn, incident: Incident) -> Reply:
        """Nothing is recalled: the person called looks and closes it; figures leave it out."""
        turn.work.incidents.mark_mistake(incident.ref)
        turn.work.incidents.append(
            incident.ref,
            turn.now,
            turn.person.id,
            Part.REPORTER,
            "mistake",
            "Sent by mistake?",
            "The reporter says that this was sent by mistake.",
        )
        turn.audit("mistake", incident.ref)
        turn.work.notices.redraw(incident.ref, turn.now)
        return say(
            messages.note(
                "Thank you for saying so.",
                f"{incident.ref} is marked as sent by mistake. Somebody will look and close it.",
            )
        )


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
        facts.append((incident.ref, f"{state}, {age(turn.now - incident.reported_at)} old"))
        if len(buttons) < MOST_BUTTONS:
            buttons.append(_go_on(incident))
    return Card(title="Your reports", facts=tuple(facts), buttons=tuple(buttons))


def _go_on(incident: Incident) -> Button:
    if incident.finished_at is None and incident.closed_at is None:
        return Button(f"Go on writing {incident.ref}", press("write", incident.ref))
    return Button(f"Add to {incident.ref}", press("add", incident.ref))
