"""What happens when something written about a case is sent: a note, a question, a decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rapidfuzz import fuzz, process

from bot.card import Card, Reply, Tone, say
from bot.checks import Refused
from bot.climb import redraw, tell, to_person, touched
from bot.conversation import Conversation
from bot.escalation import Audience
from bot.form import Form
from bot.incident import Incident, Part
from bot.ladder import wakes
from bot.may import Act
from bot.notice import Kind
from bot.recipients import entitled, of_its_route
from bot.turn import Turn
from bot.views import messages
from intents.added import tell_of_words
from intents.alarm import ask_whether_part
from intents.handing import offer
from intents.mistake import treat_as_real
from intents.naming import note_named, note_noted

Filed = Callable[[Turn, Incident, Conversation], str]
"""Does what the form is for; returns what to tell the writer."""


def file_case_form(turn: Turn, form: Form, conversation: Conversation) -> Reply:
    """Append what was written to the case, then do what this form is for.

    Entitlement is asked again here: it may have gone since the form was opened.
    """
    incident = turn.work.incidents.get(conversation.ref)
    act = Act.ADD if form.name == "addition" else Act.DECIDE
    mine = incident is not None and form.name == "addition" and incident.reporter == turn.person.id
    if incident is None or not (mine or turn.may(act, incident)):
        return turn.refuse(form.name, conversation.ref)
    asked: tuple[Card, ...] = ()
    part = Part.REPORTER if mine else Part.CASE
    if part is Part.REPORTER:
        new = [note_named(turn, incident.ref, value) for _, value in conversation.given(form)]
        changed = turn.work.incidents.get(incident.ref)
        asked = ask_whether_part(turn, changed) if any(new) and changed else ()
    try:
        told = EFFECTS[form.name](turn, incident, conversation)
    except Refused as problem:
        return say(messages.note(str(problem)))
    real = treat_as_real(turn, incident.ref) if mine else ()
    if part is Part.CASE:
        said = {step.name: value for step, value in conversation.given(form)}
        named = note_noted(turn, turn.work.incidents.get(incident.ref) or incident, said)
        asked = tuple(messages.part_of_note(incident, person) for person in named)
    for step, value in conversation.given(form):
        turn.work.incidents.append(
            incident.ref, turn.now, turn.person.id, part, step.name, step.prompt, value
        )
    turn.audit(form.name, incident.ref)
    touched(turn.work, incident.ref, turn.person.id, turn.now, turn.school)
    redraw(turn.work, incident.ref, turn.now)
    done = messages.note(told, tone=Tone.DONE)
    return say(done, *real, *asked, replaces=turn.message.press is not None)


def add_words(turn: Turn, incident: Incident, words: str) -> Reply:
    """Add ``words`` to a report as its reporter would by hand, whatever else they have begun."""
    form = turn.school.case_forms["addition"]
    (step,) = form.steps
    whole = Conversation("", turn.person.id, form.name, incident.ref, {step.name: words})
    return file_case_form(turn, form, whole)


def _addition(turn: Turn, incident: Incident, conversation: Conversation) -> str:
    ref = incident.ref
    if tell_of_words(turn, ref, _count(turn)):
        return f"Added to {ref}. It is open again, as if you had reported it now."
    escalation, known = turn.work.escalations.get(ref), turn.work.incidents.get(ref) or incident
    for person in entitled(known, turn.directory) if escalation and not escalation.taken else ():
        if person.id != turn.person.id:
            tell(turn.work, person, Kind.REPLY, ref, turn.now, turn.school, _count(turn))
    return f"Added to {ref}. Earlier words stay as they were."


def _question(turn: Turn, incident: Incident, conversation: Conversation) -> str:
    reporter = turn.directory.person(incident.reporter)
    if reporter is None or reporter.guest:
        return f"Kept with {incident.ref}, but the reporter cannot be reached here. Ring them."
    tell(turn.work, reporter, Kind.QUESTION, incident.ref, turn.now, turn.school, _count(turn))
    return f"{reporter.name} is being told that there is a question. Ring if it is urgent."


def _note(turn: Turn, incident: Incident, conversation: Conversation) -> str:
    return f"Kept with {incident.ref}."


def _handover(turn: Turn, incident: Incident, conversation: Conversation) -> str:
    # Whoever is kept out of it stands among them: who is missing would be told by it.
    allowed = entitled(incident, turn.directory)
    everybody = dict.fromkeys((*of_its_route(incident, turn.directory), *allowed))
    possible = {p.name: p for p in everybody if p.id != turn.person.id}
    found = process.extractOne(conversation.answers["to"], list(possible), scorer=fuzz.WRatio)
    if not possible or found is None or found[1] < 70:
        names = ", ".join(possible) or "nobody else is entitled to it"
        raise Refused(f"Not handed over: that name was not found. It can go to: {names}.")
    person = possible[found[0]]
    escalation = turn.work.escalations.get(incident.ref)
    if escalation is None or escalation.taken is None or escalation.taken.by != turn.person.id:
        raise Refused(f"Not handed over: you do not have {incident.ref}. Take it first.")
    if person.away(turn.now):
        raise Refused(f"Not handed over: {person.name} is marked away. Ring them, or ask others.")
    if person not in allowed or not to_person(person, turn.school):
        raise Refused(f"Not handed over: {person.name} cannot be reached here. Ring them.")
    offer(turn, incident.ref, person.id)
    nth, waking = _count(turn), wakes(Audience.OFFERED, incident)
    tell(turn.work, person, Kind.OFFER, incident.ref, turn.now, turn.school, nth, waking=waking)
    return f"{person.name} is being asked. Until they accept it, you have {incident.ref}."


def _decision(turn: Turn, incident: Incident, conversation: Conversation) -> str:
    return f"Decision kept with {incident.ref}, with its reason."


def _closing(turn: Turn, incident: Incident, conversation: Conversation) -> str:
    escalation = turn.work.escalations.get(incident.ref)
    if escalation is None or escalation.taken is None:
        raise Refused(f"Not closed: nobody has taken {incident.ref} yet. Take it first.")
    turn.work.escalations.put(replace(escalation, closed_at=turn.now), None)
    turn.work.incidents.close(incident.ref, turn.now, conversation.answers["outcome"])
    return f"{incident.ref} is closed. Notes can still be added."


def _count(turn: Turn) -> int:
    """A number of its own for each message about a case, later ones higher."""
    return int(turn.now.timestamp())


EFFECTS: dict[str, Filed] = {
    "addition": _addition,
    "question": _question,
    "note": _note,
    "handover": _handover,
    "decision": _decision,
    "closing": _closing,
}
