"""What happens when a form about an answer is sent: a correction stands, a question is settled."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.answers import Addressee, Gap, Remedy
from bot.card import Card, Press, Reply, Tone, say
from bot.checks import Kind
from bot.climb import notice, to_person
from bot.conversation import Conversation, Stage
from bot.form import SKIPPED, Form, Step
from bot.notice import Kind as NoticeKind
from bot.turn import Turn
from bot.views import answers, messages
from bot.views.sheets import asking
from intents.dialogue import another_worry, asked_now
from intents.forms import settling
from intents.own_report import beside_the_answer, in_its_form
from intents.policy import PolicyDesk
from intents.putting_right import may_put_right
from intents.remedies import FORMS, put_in_place, subject_of
from intents.sheets import Sheets
from intents.write_up import NEEDED

MOST_NAMED = 5

ANOTHER = re.compile(
    r"\b(?:another|different|other|separate|second|new|unrelated)\b.{0,40}"
    r"\b(?:child|children|pupil|student|girl|boy|kid|worry|concern|thing|disclosure|matter)\b"
    r"|\b(?:something|someone|somebody|anything) else\b|\bby the way\b|\balso just\b",
    re.IGNORECASE | re.DOTALL,
)
"""How people say that what they type now is about something else."""

NOT_AN_ANSWER = 8
"""From this many words on, a worry typed where a number or a place was asked for may be one."""


class Writing(Sheets):
    """The dialogue, with the forms about answers beside those about cases."""

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def answer(self, turn: Turn, press: Press) -> Reply:
        forms = {**turn.school.case_forms, **FORMS}
        turn = replace(turn, school=replace(turn.school, case_forms=forms))
        about_it = in_its_form(turn, press)
        if about_it is not None:
            return about_it
        asked, beside = asked_now(turn, press), beside_the_answer(turn, press)
        reply = super().answer(turn, press)
        reply = replace(reply, cards=(*beside, *reply.cards))
        if asked is None or not self._another_worry(turn, *asked):
            return reply
        offer = another_worry(turn, *asked)
        return replace(reply, cards=(*reply.cards, offer))

    def _another_worry(self, turn: Turn, conversation: Conversation, step: Step) -> bool:
        """Whether words typed as an answer read like a worry of their own. Where a story is
        asked for every answer does, so there it must say that it is about something else."""
        if self._desk.read(turn.typed).action != "report":
            return False
        if conversation.form in FORMS or ANOTHER.search(turn.typed):
            return True
        return step.kind is not Kind.LONG and len(turn.typed.split()) >= NOT_AN_ANSWER

    def _finish(self, turn: Turn, form: Form, conversation: Conversation) -> Reply:
        if form.name not in FORMS:
            return super()._finish(turn, form, conversation)
        step = form.next(conversation.answers)
        if step is not None:
            return asking(form, conversation, step, NEEDED)
        turn.work.conversations.save(conversation.at(Stage.FINISHED), turn.now)
        file = self._settled if form is settling.FORM else self._corrected
        return say(file(turn, conversation), replaces=turn.message.press is not None)

    def _corrected(self, turn: Turn, conversation: Conversation) -> Card:
        """Entitlement is asked again: it may have gone since the form was opened."""
        subject = subject_of(turn, conversation.ref)
        if subject is None or not may_put_right(turn.person):
            (refused,) = turn.refuse("correct").cards
            return refused
        following = conversation.answers.get("next", "")
        if following == SKIPPED:
            following = ""
        right = conversation.answers["right"]
        _, told = put_in_place(turn, subject, Remedy.CORRECTED, right, following)
        return messages.note(
            f"Corrected: {answers.subject_words(subject)}.",
            f"Your words come first from now on. {told}",
            tone=Tone.DONE,
        )

    def _settled(self, turn: Turn, conversation: Conversation) -> Card:
        gap = turn.work.gaps.get(conversation.ref)
        if gap is None or not answers.may_answer(turn.person, gap, turn.directory):
            (refused,) = turn.refuse("settle", conversation.ref).cards
            return refused
        asked = turn.work.gaps.asked(gap.id)
        joining, captured = self._past_the_gate(turn, gap, conversation)
        done = replace(
            gap,
            answered_at=turn.now,
            role=answers.role_of(turn.person),
            answer=conversation.answers["answer"],
            joins=bool(joining),
        )
        if not turn.work.gaps.answer(done, joining):
            return messages.note("Somebody has answered this already. Your answer was not sent.")
        people = [person for each in asked if (person := turn.directory.person(each.person))]
        for person in people:
            for to in to_person(person, turn.school):
                turn.work.notices.add(notice(NoticeKind.GAP_ANSWER, gap.id, to, turn.now))
        turn.work.notices.redraw(gap.id, turn.now, NoticeKind.GAP)
        turn.audit("settle", gap.id)
        count = "1 person is" if len(people) == 1 else f"{len(people)} people are"
        text = [f"{count} being told once."]
        if joining:
            text.append("Whoever asks the same gets this answer, marked as yours by role and date.")
        if captured:
            text.append(
                "Some ways of asking were left out, because they would take questions that have "
                f"another answer: {'; '.join(f'“{each}”' for each in captured[:MOST_NAMED])}."
            )
        return Card(
            title="Answered.", tone=Tone.DONE, text=tuple(text), summary="A question was answered."
        )

    def _past_the_gate(
        self, turn: Turn, gap: Gap, conversation: Conversation
    ) -> tuple[list[str], list[str]]:
        """The phrasings that may be answered by themselves, and the questions that stopped others.

        What concerned the DSL is told to those who asked, and to nobody by itself.
        """
        if conversation.answers.get("again") != settling.AGAIN or gap.to is Addressee.PRINCIPAL:
            return [], []
        joining: list[str] = []
        stopped: list[str] = []
        for each in turn.work.gaps.asked(gap.id):
            captured = self._desk.alike.captured(each.words)
            stopped += [question for question in captured if question not in stopped]
            if not captured:
                joining.append(each.id)
        return joining, stopped
