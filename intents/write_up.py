"""The dialogue: takes answers to a form, one at a time or a page at once, and keeps each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import ClassVar

from bot.card import Card, Press, Reply, Tone, say
from bot.checks import Kind, Refused, long
from bot.climb import raise_urgency
from bot.conversation import Conversation, Stage
from bot.form import Form, Step
from bot.incident import Part
from bot.intent import Intent
from bot.recipients import to_ring, to_ring_about_a_child
from bot.turn import Turn
from bot.views import messages, write_up
from bot.views.sheets import NOTHING, asking
from bot.views.wording import with_role
from intents.added import tell_of_words
from intents.alarm import ask_whether_part
from intents.dialogue import audit_if_anothers, no_longer_open, which
from intents.filing import file_case_form
from intents.forms import centre
from intents.mistake import treat_as_real
from intents.moving import move
from intents.naming import heard, note_named

SENTENCES = {
    "skip": "skip",
    "skip this": "skip",
    "go back": "back",
    "back": "back",
    "pause": "pause",
    "pause report": "pause",
    "stop": "stop",
    "stop report": "stop",
    "cancel": "stop",
    "cancel report": "stop",
    "finish": "finish",
    "finish report": "finish",
    "change an answer": "change",
}
"""What may be typed inside a form instead of a press; none of them answers any question, but
for "back" where :data:`SAYS_BACK` are asked."""

SAYS_BACK = frozenset({"injury", "child_words", "your_words"})
"""Steps to which "back" is an answer."""

STALE = timedelta(minutes=30)
"""A form left alone for so long claims no more words: they may well be another worry."""

ELSEWHERE = frozenset({"help", "menu", "cases", "open cases", "my cases", "my reports", "mine"})
"""What leaves an open form without touching it."""

NEEDED = "This one is needed."

View = Callable[[Form, Conversation], Card]


class WriteUp(Intent):
    """Everything typed or pressed while a form is open."""

    verbs: ClassVar[Mapping[str, int]] = {
        "answer": 4,
        "skip": 2,
        "back": 2,
        "pause": 2,
        "resume": 2,
        "change": 2,
        "finish": 2,
        "undo": 0,
        "write": 1,
    }

    for_unvouched: ClassVar[bool] = True

    def typed(self, press: Press) -> bool:
        return False

    def hears(self, turn: Turn) -> bool:
        if turn.message.command or not turn.message.place.private or not self.open_to(turn):
            return False
        if turn.typed.lower().strip(" .!?") in ELSEWHERE:
            return False
        if turn.typed.lower() in ("undo", "resume"):
            return turn.work.conversations.latest(turn.person.id) is not None
        active = turn.work.conversations.active(turn.person.id)
        if active is None or active.touched_at is None:
            return active is not None
        return turn.now - active.touched_at < STALE or turn.typed.lower() in SENTENCES

    def answer(self, turn: Turn, press: Press) -> Reply:
        if turn.message.press is None:
            press = _sentence(turn)
        if press.verb == "undo":
            return self._undo(turn)
        conversation = which(turn, press)
        form = turn.school.form(conversation.form) if conversation else None
        if conversation is None or form is None:
            audit_if_anothers(turn, press)
            return say(turn.or_missing(write_up.stale("There is nothing to go on with.")))
        if no_longer_open(turn, form, conversation):
            return turn.refuse(form.name, conversation.ref)
        step = form.next(conversation.answers)
        if turn.typed.lower() == "back" and step is not None and step.name in SAYS_BACK:
            press = Press("type")
        return self._act(turn, form, conversation, press)

    def _act(self, turn: Turn, form: Form, conversation: Conversation, press: Press) -> Reply:
        if conversation.stage is Stage.FINISHED and press.verb not in ("resume", "write"):
            return say(write_up.stale("That is already finished."))
        match press.verb:
            case "resume" | "write":
                return self._next(turn, form, conversation.at(Stage.OPEN))
            case "pause":
                return self._keep(turn, form, conversation.at(Stage.PAUSED), write_up.paused)
            case "stop":
                return self._keep(turn, form, conversation.at(Stage.CANCELLED), write_up.stopped)
            case "back":
                return self._next(turn, form, conversation.at(Stage.OPEN).back(form))
            case "change":
                if len(press.args) < 3:
                    return say(write_up.which_to_change(form, conversation))
                return self._change(turn, form, conversation, press.args[2])
            case "finish":
                return self._finish(turn, form, conversation)
        step = form.next(conversation.answers)
        pressed = press.args[2] if len(press.args) > 2 else ""
        if step is None:
            if press.verb == "type":
                return self._more(turn, form, conversation)
            return say(write_up.stale("You have already answered that."))
        if pressed and pressed != step.name:
            old = write_up.stale("That button belongs to an earlier question.")
            return asking(form, conversation, step, before=(old,))
        if press.verb == "skip":
            if step.needed:
                problem = f"{NEEDED} Type an answer, or pause."
                return asking(form, conversation, step, problem)
            return self._next(turn, form, conversation.skip(step.name))
        return self._take(turn, form, conversation, step, press)

    def _more(self, turn: Turn, form: Form, conversation: Conversation) -> Reply:
        """What is typed under the last page: to a report it is a note, to a message not yet sent
        more of it."""
        *earlier, last = form.asked(conversation.answers)
        if not form.for_case:
            self._note(turn, form, conversation.ref, last)
        elif earlier or last.kind is not Kind.LONG:
            told = messages.note("That is not kept. To add it, press “Change an answer”.")
            return say(told, write_up.review(form, conversation))
        else:
            whole = f"{conversation.answers[last.name]}\n{turn.message.text}"
            try:
                conversation = conversation.answer(last.name, last.check(whole, turn.now))
            except Refused as problem:
                return say(messages.note(str(problem)), write_up.review(form, conversation))
            conversation = turn.work.conversations.save(conversation, turn.now)
        return say(write_up.review(form, conversation))

    def _change(self, turn: Turn, form: Form, conversation: Conversation, step: str) -> Reply:
        """Ask again; in a form what was answered still stands there."""
        before = {step: conversation.answers.get(step, "")}
        return self._next(turn, form, conversation.at(Stage.OPEN).forget(step), typed=before)

    def _take(
        self, turn: Turn, form: Form, conversation: Conversation, step: Step, press: Press
    ) -> Reply:
        typed = turn.message.text
        if press.verb == "answer":
            choices = {str(number): choice for number, choice in enumerate(step.check.choices)}
            typed = choices.get(press.args[3], "")
        try:
            value = step.check(typed, turn.now.astimezone(turn.directory.zone))
        except Refused as problem:
            kept = self._note(turn, form, conversation.ref, step)
            return asking(form, conversation, step, str(problem), kept=kept)
        if step.kind is Kind.CHOICE and value != typed.strip():
            self._note(turn, form, conversation.ref, step)
        conversation, cards = self._kept(turn, form, conversation, step, value)
        if value in step.warns:
            cards = (self.ring_now(turn, conversation.ref), *cards)
        return self._next(turn, form, conversation, cards)

    def _note(self, turn: Turn, form: Form, ref: str, step: Step, typed: str = "") -> bool:
        """Keep what was typed beside the question it does not answer: nothing is lost."""
        if form.for_case or (turn.message.press is not None and not typed):
            return False
        try:
            words = long()(typed or turn.message.text, turn.now)
        except Refused:
            return False
        prompt = f"Said when asked “{step.prompt}”"
        turn.work.incidents.append(
            ref, turn.now, turn.person.id, Part.REPORTER, "said", prompt, words
        )
        note_named(turn, ref, words)
        treat_as_real(turn, ref)
        self._tell_the_owner(turn, ref)
        return True

    def _kept(
        self, turn: Turn, form: Form, conversation: Conversation, step: Step, value: str
    ) -> tuple[Conversation, tuple[Card, ...]]:
        """The answer kept: in the dialogue, and at once as an entry of the report."""
        conversation = conversation.answer(step.name, value)
        if form.for_case:
            return conversation, ()
        work, ref = turn.work, conversation.ref
        work.incidents.append(
            ref, turn.now, turn.person.id, Part.REPORTER, step.name, step.prompt, value
        )
        self._heed(turn, ref, step, value)
        named = note_named(turn, ref, heard(step.name, value, turn.directory))
        self._tell_the_owner(turn, ref)
        real = treat_as_real(turn, ref)
        incident = work.incidents.get(ref)
        asked = ask_whether_part(turn, incident) if incident and named else ()
        return conversation, (*real, *asked)

    def _tell_the_owner(self, turn: Turn, ref: str) -> None:
        """Whoever took it hears that more was written, once in five minutes at most."""
        tell_of_words(turn, ref, int(turn.now.timestamp()) // 300)

    def _heed(self, turn: Turn, ref: str, step: Step, value: str) -> None:
        """An answer may make a report more urgent, never less, and say whose child it is."""
        incident = turn.work.incidents.get(ref)
        escalation = turn.work.escalations.get(ref)
        if incident is None or escalation is None:
            return
        if value in step.raises:
            raise_urgency(turn.work, incident, escalation, turn.directory, turn.school, turn.now)
        if step.name == centre.NAME:
            move(turn, incident, value)

    def _next(
        self,
        turn: Turn,
        form: Form,
        conversation: Conversation,
        before: tuple[Card, ...] = (),
        typed: Mapping[str, str] = NOTHING,
    ) -> Reply:
        conversation = turn.work.conversations.save(conversation, turn.now)
        step = form.next(conversation.answers)
        if step is None:
            return Reply((*before, write_up.review(form, conversation)))
        return asking(form, conversation, step, before=before, typed=typed)

    def _finish(self, turn: Turn, form: Form, conversation: Conversation) -> Reply:
        missing = next(
            (
                s
                for s in form.asked(conversation.answers)
                if s.needed and s.name not in conversation.answers
            ),
            None,
        )
        if missing is not None:
            return asking(form, conversation, missing, NEEDED)
        turn.work.conversations.save(conversation.at(Stage.FINISHED), turn.now)
        if form.for_case:
            return file_case_form(turn, form, conversation)
        turn.work.incidents.finish(conversation.ref, turn.now)
        turn.audit("finish-write-up", conversation.ref)
        turn.work.notices.redraw(conversation.ref, turn.now)
        return say(write_up.finished(conversation.ref), replaces=turn.message.press is not None)

    def _keep(self, turn: Turn, form: Form, conversation: Conversation, view: View) -> Reply:
        turn.work.conversations.save(conversation, turn.now)
        return say(view(form, conversation))

    def _undo(self, turn: Turn) -> Reply:
        latest = turn.work.conversations.latest(turn.person.id)
        form = turn.school.form(latest.form) if latest else None
        if latest is None or form is None or latest.stage is Stage.FINISHED:
            return say(messages.note("There is nothing to undo."))
        return self._next(turn, form, latest.at(Stage.OPEN))

    def ring_now(self, turn: Turn, ref: str) -> Card:
        """What comes before anything else once somebody is in danger, or may be; it never sends
        the reporter to whom the report concerns."""
        person, directory, incident = turn.person, turn.directory, turn.work.incidents.get(ref)
        if incident is None:
            centre, ring = person.centre, to_ring_about_a_child(person, directory, turn.now)
        else:
            centre, ring = incident.centre, to_ring(incident, directory, turn.now)
        then = f"Then ring {with_role(ring[0], centre)}. " if ring else ""
        return Card(title="Ring 999 now.", tone=Tone.URGENT, text=(f"{then}The rest can wait.",))


def _sentence(turn: Turn) -> Press:
    verb = SENTENCES.get(turn.typed.lower().strip(" .!"))
    if verb is None and turn.typed.lower() in ("undo", "resume"):
        verb = turn.typed.lower()
    return Press(verb or "type")
