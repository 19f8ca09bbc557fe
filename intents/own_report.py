"""Answers what a reporter asks about their own report, in a form of it and outside one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from bot.card import Button, Card, Press, Reply, press, say
from bot.checks import Kind
from bot.conversation import Conversation
from bot.form import Form, Step
from bot.incident import Incident
from bot.intent import Intent
from bot.ports import Held
from bot.turn import Turn
from bot.views import messages, own_report, write_up
from bot.views.receipt import receipt_now
from bot.views.sheets import asking
from intents.act_now import calls, live_hold, show
from intents.dialogue import which
from intents.filing import add_words
from intents.last_question import last_reading
from intents.own_questions import About, asked_about, takes_it_back
from intents.policy import PolicyDesk
from intents.smalltalk import STILL_HELD

LATELY = timedelta(days=7)
"""For so long after a report a question without a name for it is about that report."""

VERBATIM = frozenset({"child_words", "your_words"})
"""Steps that ask for what was said: there such a question may be the child's own."""

KEPT_NUDGED = 2
"""Words beside a report are asked about no more: it has been sent."""


class OwnReport(Intent):
    """A question about the report made last, outside its form."""

    verbs: ClassVar[Mapping[str, int]] = {"keep": 1}

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def typed(self, press: Press) -> bool:
        return False

    def hears(self, turn: Turn) -> bool:
        if turn.message.command or not turn.message.place.private or not turn.vouched:
            return False
        about, incident = asked_about(turn.typed), last_report(turn)
        if incident is not None and incident.mistake and takes_it_back(turn.typed):
            # A new worry may be told in such words: it gets the way to an alarm.
            return not calls(turn) and self._desk.read(turn.typed).action != "report"
        if about is None or (incident is None and _unsent(turn, incident) is None):
            return False
        if about is About.PERSON:
            # A new emergency may begin with these words.
            return not calls(turn) and self._desk.read(turn.typed).action != "report"
        return about not in (About.READERS, About.TROUBLE) or last_reading(turn) is None

    def answer(self, turn: Turn, press: Press) -> Reply:
        if press.verb == "keep":
            return self._keep(turn, press.args[0].lower())
        about, incident = asked_about(turn.typed), last_report(turn)
        held = _unsent(turn, incident)
        if held is not None:
            return say(STILL_HELD, show(turn, held))
        assert incident is not None
        if about is None:
            return add_words(turn, incident, turn.message.text)
        return say(_answered(turn, incident, about))

    def _keep(self, turn: Turn, hold: str) -> Reply:
        """Add the words that stood beside a report to it, because their writer chose so."""
        held = turn.work.holds.get(hold)
        incident = turn.work.incidents.get(held.ref) if held is not None else None
        if held is None or incident is None or held.person != turn.person.id:
            return turn.refuse("keep")
        if not held.words:
            return say(messages.note(f"That is in {held.ref} already."))
        turn.work.holds.put(replace(held, words=""))
        return replace(add_words(turn, incident, held.words), replaces=False)


def in_its_form(turn: Turn, press: Press) -> Reply | None:
    """The answer to a question typed while a form about that report is open, with the form's own
    question below; ``None`` where the words are for the form."""
    found = _form_of_own(turn, press)
    if found is None:
        return None
    form, conversation, incident, step = found
    about = asked_about(turn.typed)
    cards: tuple[Card, ...]
    story = form.for_case or (step is not None and step.kind is Kind.LONG)
    if incident.mistake and not story and takes_it_back(turn.typed):
        cards = add_words(turn, incident, turn.message.text).cards
    elif about is None or (step is not None and step.name in VERBATIM):
        return None
    else:
        cards = (_answered(turn, incident, about, writing=bool(conversation.answers)),)
    if step is None:
        return say(*cards, write_up.review(form, conversation))
    return asking(form, conversation, step, before=cards)


def beside_the_answer(turn: Turn, press: Press) -> tuple[Card, ...]:
    """What is said as well where such words are kept as a form's answer: they may be a child's,
    or a question of the reporter's own."""
    found, about = _form_of_own(turn, press), asked_about(turn.typed)
    if found is None or about is None:
        return ()
    return (_answered(turn, found[2], about, keep=False),)


def last_report(turn: Turn) -> Incident | None:
    """The report this person made last, while a question is likely to be about it."""
    latest = next(iter(turn.work.incidents.by(turn.person.id)), None)
    if latest is None or turn.now - (latest.closed_at or latest.reported_at) >= LATELY:
        return None
    return latest


def _unsent(turn: Turn, incident: Incident | None) -> Held | None:
    """Words of theirs that were sent to nobody, if they are later than the report."""
    held = live_hold(turn)
    if held is None or not held.words:
        return None
    return held if incident is None or held.at > incident.reported_at else None


def _form_of_own(
    turn: Turn, press: Press
) -> tuple[Form, Conversation, Incident, Step | None] | None:
    if turn.message.press is not None or turn.message.fields or not turn.vouched:
        return None
    conversation = which(turn, press)
    form = turn.school.form(conversation.form) if conversation else None
    if conversation is None or form is None or (form.for_case and form.name != "addition"):
        return None
    incident = turn.work.incidents.get(conversation.ref)
    if incident is None or incident.reporter != turn.person.id:
        return None
    return form, conversation, incident, form.next(conversation.answers)


def _answered(
    turn: Turn, incident: Incident, about: About, *, writing: bool = False, keep: bool = True
) -> Card:
    """The answer, with a press that adds the words to the report: it is theirs to choose."""
    card = _card(turn, incident, about, writing=writing)
    if not keep:
        return card
    held = Held(
        secrets.token_hex(6),
        turn.person.id,
        turn.message.text,
        turn.now,
        KEPT_NUDGED,
        incident.ref,
    )
    turn.work.holds.put(held)
    add = Button(f"Add my words to {incident.ref}", press("keep", held.id))
    return replace(card, buttons=(*card.buttons, add))


def _card(turn: Turn, incident: Incident, about: About, *, writing: bool) -> Card:
    directory, now = turn.directory, turn.now
    match about:
        case About.READERS:
            return own_report.readers(incident, directory)
        case About.NAME:
            return own_report.name(incident, directory, now)
        case About.UNDO:
            return own_report.undo(incident, writing=writing)
        case About.TROUBLE:
            return own_report.trouble(incident, directory, now)
    escalation = turn.work.escalations.get(incident.ref)
    assert escalation is not None
    if about is About.PERSON:
        return own_report.person(incident, escalation, directory, now)
    receipt = receipt_now(incident, escalation, turn.work, directory, turn.school, now)
    return own_report.status(incident, receipt)
