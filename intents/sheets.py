"""The dialogue a page at a time: takes what stands in a modal or a dialog, and keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from bot.card import FORM_ONLY, Card, Press, Reply, say
from bot.checks import Refused
from bot.conversation import Conversation, Stage
from bot.form import SKIPPED, Form, Step
from bot.turn import Turn
from bot.views import write_up
from bot.views.sheets import BACK, LEAVE, SEND, asking
from intents.dialogue import audit_if_anothers, no_longer_open, which
from intents.write_up import NEEDED, WriteUp


@dataclass
class _Taken:
    """What came of one page: the dialogue with the good answers in it, and the others."""

    conversation: Conversation
    cards: tuple[Card, ...] = ()
    problems: dict[str, str] = field(default_factory=dict)


class Sheets(WriteUp):
    """A page of a form is opened, drawn again, sent, left for the one before, or put away."""

    verbs: ClassVar[Mapping[str, int]] = {**WriteUp.verbs, FORM_ONLY: 2, SEND: 3, LEAVE: 3}

    def answer(self, turn: Turn, press: Press) -> Reply:
        if press.verb not in (FORM_ONLY, SEND, LEAVE):
            return super().answer(turn, press)
        conversation = which(turn, press)
        form = turn.school.form(conversation.form) if conversation else None
        if conversation is None or form is None:
            audit_if_anothers(turn, press)
            return say(turn.or_missing(write_up.stale("There is nothing to go on with.")))
        if no_longer_open(turn, form, conversation):
            return turn.refuse(form.name, conversation.ref)
        if conversation.stage is Stage.FINISHED:
            return say(write_up.stale("That is already finished."))
        page = press.args[2] if len(press.args) > 2 else ""
        if press.verb == LEAVE:
            return self._leave(turn, form, conversation, page)
        if press.verb == SEND:
            return self._send(turn, form, conversation, page, back=BACK in press.args[3:])
        return self._open(turn, form, conversation, page)

    def _open(self, turn: Turn, form: Form, conversation: Conversation, page: str) -> Reply:
        """The page that was asked for, else the one with the next question. With fields it is
        only drawn again, as an answer in it decides what else it asks."""
        typed = dict(turn.message.fields)
        if not typed:
            conversation = turn.work.conversations.save(conversation.at(Stage.OPEN), turn.now)
        pages = form.pages({**conversation.answers, **typed})
        step = form.next(conversation.answers)
        if page.lower() in pages:
            step = pages[page.lower()][0]
        if step is None:
            return say(write_up.review(form, conversation))
        return asking(form, conversation, step, typed=typed)

    def _send(
        self, turn: Turn, form: Form, conversation: Conversation, page: str, *, back: bool
    ) -> Reply:
        taken = self._taken(turn, form, conversation.at(Stage.OPEN), page, whole=not back)
        conversation, fields = taken.conversation, turn.message.fields
        names = list(form.pages(conversation.answers))
        at = names.index(page) if page in names else 0
        if back:
            return self._at(turn, form, conversation, names[max(at - 1, 0)], taken.cards)
        if taken.problems:
            saved = turn.work.conversations.save(conversation, turn.now)
            name, problem = next(iter(taken.problems.items()))
            step = form.step(name)
            assert step is not None
            wrong = {name: fields.get(name, "") for name in taken.problems}
            return asking(
                form,
                saved,
                step,
                problem,
                before=taken.cards,
                typed=wrong,
                problems=taken.problems,
            )
        unseen = [
            step
            for step in form.pages(conversation.answers).get(page, ())
            if step.name not in conversation.answers
        ]
        if unseen or at + 1 < len(names):
            return self._at(
                turn, form, conversation, page if unseen else names[at + 1], taken.cards
            )
        saved = turn.work.conversations.save(conversation, turn.now)
        if form.for_case:
            return self._finish(turn, form, saved)
        return Reply((*taken.cards, write_up.review(form, saved)))

    def _leave(self, turn: Turn, form: Form, conversation: Conversation, page: str) -> Reply:
        """Put away unsent: what arrived is kept all the same."""
        taken = self._taken(turn, form, conversation, page, whole=False)
        for name in taken.problems:
            step = form.step(name)
            if step is not None:
                self._note(turn, form, conversation.ref, step, turn.message.fields[name])
        empty = form.for_case and not taken.conversation.answers
        stage = Stage.CANCELLED if empty else Stage.PAUSED
        saved = turn.work.conversations.save(taken.conversation.at(stage), turn.now)
        view = write_up.paused if turn.message.fields else write_up.closed
        return Reply() if empty else say(*taken.cards, view(form, saved))

    def _at(
        self, turn: Turn, form: Form, conversation: Conversation, page: str, cards: tuple[Card, ...]
    ) -> Reply:
        saved = turn.work.conversations.save(conversation, turn.now)
        return asking(form, saved, form.pages(saved.answers)[page][0], before=cards)

    def _taken(
        self, turn: Turn, form: Form, conversation: Conversation, page: str, *, whole: bool
    ) -> _Taken:
        """Keep every good answer of the page; ``whole``: what was left out is skipped."""
        taken, fields = _Taken(conversation), turn.message.fields
        now = turn.now.astimezone(turn.directory.zone)
        for step in form.pages({**conversation.answers, **fields}).get(page, ()):
            typed, kept = fields.get(step.name), taken.conversation.answers.get(step.name)
            if typed is None or (typed and typed == kept):
                continue
            if not typed.strip():
                self._left_out(taken, step, kept, whole)
                continue
            try:
                value = step.check(typed, now)
            except Refused as problem:
                taken.problems[step.name] = str(problem)
                continue
            if value == kept:
                continue
            taken.conversation, cards = self._kept(turn, form, taken.conversation, step, value)
            warned = value in step.warns
            taken.cards += (
                (self.ring_now(turn, taken.conversation.ref), *cards) if warned else cards
            )
        return taken

    def _left_out(self, taken: _Taken, step: Step, kept: str | None, whole: bool) -> None:
        if step.needed and whole:
            taken.problems[step.name] = NEEDED
        elif whole or kept not in (None, SKIPPED):
            taken.conversation = taken.conversation.skip(step.name)
