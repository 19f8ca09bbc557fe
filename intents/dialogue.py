"""Which dialogue a press or a sentence means, and whether this person may still go on with it."""

from __future__ import annotations

from bot.card import Button, Card, Press
from bot.card import press as press_of
from bot.conversation import Conversation
from bot.form import Form, Step
from bot.incident import is_ref
from bot.may import Act
from bot.turn import Turn


def which(turn: Turn, press: Press) -> Conversation | None:
    """The dialogue a press names, else the one that is open (or, to resume, the latest)."""
    conversations, person = turn.work.conversations, turn.person.id
    if press.verb == "write" and press.args:
        incident = turn.work.incidents.get(press.args[0])
        if incident is None or incident.reporter != person:
            return None
        return conversations.find(person, incident.form, incident.ref)
    if len(press.args) >= 2:
        ref = "" if press.args[1] == "-" else press.args[1]
        return conversations.find(person, press.args[0], ref)
    if press.verb == "resume":
        return conversations.latest(person)
    return conversations.active(person)


def asked_now(turn: Turn, press: Press) -> tuple[Conversation, Step] | None:
    """The dialogue and the question that typed words are about to answer."""
    if turn.message.press is not None or turn.message.fields or not turn.typed:
        return None
    conversation = which(turn, press)
    form = turn.school.form(conversation.form) if conversation else None
    step = form.next(conversation.answers) if conversation and form else None
    return (conversation, step) if conversation and step else None


def another_worry(turn: Turn, conversation: Conversation, step: Step) -> Card:
    """Offers an alarm of its own for words that were kept as an answer; nothing is lost either
    way."""
    about = (conversation.form, conversation.ref or "-", step.name)
    kept = f"It is kept in {conversation.ref} as well." if conversation.ref else ""
    return Card(
        title="Is this about something else?",
        text=tuple(words for words in ("If it is, nobody has been told of it yet.", kept) if words),
        buttons=(Button("Yes: show me who to tell", press_of("anew", *about)),),
        summary="Lanyard has a question for you.",
    )


def no_longer_open(turn: Turn, form: Form, conversation: Conversation) -> bool:
    """Whether a form about a case was opened by somebody who may not go on with it now: asked at
    every page, for a modal may stay open while a role ends. What they wrote is kept."""
    incident = turn.work.incidents.get(conversation.ref)
    if not form.for_case or incident is None:
        return False
    return not turn.may(Act.ADD if form.name == "addition" else Act.DECIDE, incident)


def audit_if_anothers(turn: Turn, press: Press) -> None:
    """A press that names somebody else's report was not one of theirs."""
    ref = next((arg for arg in press.args[:2] if is_ref(arg)), "")
    if ref:
        turn.audit("refused", ref, press.verb)
