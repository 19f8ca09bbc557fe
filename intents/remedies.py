"""What the DSL or the Principal does about an answer, and what staff say of one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import ClassVar

from bot.answers import GAP, SHOWN_FOR, Correction, Judged, Remedy
from bot.card import Button, Card, Press, Reply, Tone, press, say
from bot.climb import notice, to_person
from bot.conversation import Conversation, Stage
from bot.intent import Intent
from bot.notice import Kind
from bot.turn import Turn
from bot.views import answers, messages, write_up
from intents.forms import correcting, settling
from intents.putting_right import may_put_right

NUMBERED = re.compile(r"(?:A\d+|G[2-9A-Z]{5})")


class Remedies(Intent):
    """Withdraw, correct and restore an answer; answer a question that was passed on."""

    for_vouched: ClassVar[bool] = True
    verbs: ClassVar[Mapping[str, int]] = {
        "withdraw": 1,
        "correct": 1,
        "restore": 1,
        "settle": 1,
    }

    def typed(self, press: Press) -> bool:
        return (
            press.verb in ("withdraw", "correct")
            and len(press.args) == 1
            and NUMBERED.fullmatch(press.args[0].upper()) is not None
        )

    def answer(self, turn: Turn, press: Press) -> Reply:
        wanted = press.args[0]
        if press.verb == "settle":
            return self._settle(turn, wanted.upper())
        if not may_put_right(turn.person):
            return turn.refuse(press.verb)
        if press.verb == "restore":
            return self._restore(turn, wanted.lower())
        subject = subject_of(turn, wanted.upper())
        if subject is None:
            return say(_no_answer(wanted))
        if press.verb == "correct":
            return say(open_form(turn, correcting.FORM.name, wanted.upper()))
        return self._withdraw(turn, subject)

    def _withdraw(self, turn: Turn, subject: str) -> Reply:
        correction, told = put_in_place(turn, subject, Remedy.WITHDRAWN)
        return say(
            Card(
                title=f"Withdrawn: {answers.subject_words(subject)}.",
                tone=Tone.DONE,
                text=(f"From now on staff are told to ask. {told}",),
                buttons=(Button("Let the answer stand again", press("restore", correction.id)),),
                summary="An answer was withdrawn.",
            )
        )

    def _restore(self, turn: Turn, correction_id: str) -> Reply:
        found = turn.work.corrections.get(correction_id)
        if found is None or found.ended_at is not None or not may_know(turn, found.subject):
            return say(messages.dead_button())
        turn.work.corrections.end(found.subject, turn.now)
        turn.work.notices.redraw(found.id, turn.now, Kind.CORRECTION)
        turn.audit("restore-answer", detail=found.subject)
        words = answers.subject_words(found.subject)
        return say(
            messages.note(
                f"It stands again: {words}.",
                "The messages about it say so now.",
                tone=Tone.DONE,
            )
        )

    def _settle(self, turn: Turn, gap_id: str) -> Reply:
        gap = turn.work.gaps.get(gap_id)
        if gap is None or not answers.may_answer(turn.person, gap, turn.directory):
            return turn.refuse("settle", gap_id)
        if gap.answered_at is not None:
            return say(messages.note("Somebody has answered this already."))
        return say(open_form(turn, settling.FORM.name, gap.id))


class Judging(Intent):
    """Was this right? Kept as a figure, of which nobody learns who said it."""

    verbs: ClassVar[Mapping[str, int]] = {"right": 1, "editions": 1}

    def answer(self, turn: Turn, press: Press) -> Reply:
        if press.verb == "editions":
            return self._editions(turn, out=press.args[0].lower() == "off")
        number, *how = press.args
        if not turn.work.answers.was_shown(number.upper(), turn.person.id):
            return say(messages.dead_button())
        if not how:
            return say(_was_it_right(number))
        if how[0].lower() not in set(Judged):
            return say(messages.dead_button())
        turn.work.answers.judge(number.upper(), Judged(how[0].lower()), turn.now)
        if how[0].lower() == Judged.RIGHT:
            return say(messages.note("Thank you.", tone=Tone.DONE), replaces=True)
        return say(
            messages.note(
                "Thank you. It is counted, without your name, in the Principal's weekly digest.",
                "Do not act on an answer you doubt. Ask the DSL first.",
                tone=Tone.DONE,
            ),
            replaces=True,
        )

    def _editions(self, turn: Turn, *, out: bool) -> Reply:
        turn.work.corrections.opt_out(turn.person.id, out)
        back = Button("Tell me again when clauses change", press("editions", "on"))
        if not out:
            return say(messages.note("You will be told again when clauses change."))
        return say(
            messages.note(
                "You will not be told about new editions any more.",
                "Corrections by the DSL or the Principal still reach you.",
                buttons=(back,),
            )
        )


def subject_of(turn: Turn, reference: str) -> str | None:
    """What an answer's number, or the reference of a question passed on, stands for, if it is an
    answer that this person may know of."""
    if reference.startswith("G"):
        subject = GAP + reference
    else:
        shown = turn.work.answers.get(reference)
        subject = shown.subject if shown is not None else ""
    return subject if subject and may_know(turn, subject) else None


def may_know(turn: Turn, subject: str) -> bool:
    """Whether this person may know of an answer: of one given by hand only those it was for them
    to give, until it is given to whoever asks the same."""
    if not subject.startswith(GAP):
        return True
    gap = turn.work.gaps.get(subject.removeprefix(GAP))
    if gap is None or gap.answered_at is None:
        return False
    return gap.joins or answers.may_answer(turn.person, gap, turn.directory)


def put_in_place(
    turn: Turn, subject: str, remedy: Remedy, right: str = "", following: str = ""
) -> tuple[Correction, str]:
    """Put a correction in place of an answer and owe everyone who was shown it one message.

    Returns it with a sentence about who is told.
    """
    role = answers.role_of(turn.person)
    correction = Correction(
        secrets.token_hex(6), subject, remedy, role, turn.now, right=right, next=following
    )
    turn.work.corrections.add(correction)
    shown = turn.work.answers.people([subject], turn.now - SHOWN_FOR)
    told = {*shown, *_askers(turn, subject)} - {turn.person.id}
    people = [person for each in sorted(told) if (person := turn.directory.person(each))]
    for person in people:
        for to in to_person(person, turn.school):
            turn.work.notices.add(notice(Kind.CORRECTION, correction.id, to, turn.now))
    turn.audit(f"answer-{remedy}", detail=subject)
    if not people:
        return correction, "Nobody else was shown it in the last 90 days."
    count = "1 person" if len(people) == 1 else f"{len(people)} people"
    return correction, f"{count} shown it in the last 90 days get one message."


def open_form(turn: Turn, name: str, ref: str) -> Card:
    """The first question of one of the forms about answers."""
    form = FORMS[name]
    begun = turn.work.conversations.find(turn.person.id, name, ref)
    if begun is None or begun.stage in (Stage.FINISHED, Stage.CANCELLED):
        version = begun.version if begun else 0
        id_ = begun.id if begun else f"{ref}-{name}-{turn.person.id}"
        begun = Conversation(id_, turn.person.id, name, ref, version=version)
    begun = turn.work.conversations.save(begun.at(Stage.OPEN), turn.now)
    step = form.next(begun.answers)
    return write_up.review(form, begun) if step is None else write_up.question(form, begun, step)


FORMS = {form.name: form for form in (settling.FORM, correcting.FORM)}
"""What role-holders write about answers; none of it belongs to a case."""


def _askers(turn: Turn, subject: str) -> set[str]:
    """Those who asked a question that was answered by hand: they were told the answer."""
    if not subject.startswith(GAP):
        return set()
    asked = turn.work.gaps.asked(subject.removeprefix(GAP))
    return {each.person for each in asked if each.person}


def _was_it_right(number: str) -> Card:
    return Card(
        title=f"Was answer {number} right?",
        buttons=(
            Button("Yes", press("right", number, Judged.RIGHT)),
            *(
                Button(f"No: {words}", press("right", number, how))
                for how, words in answers.JUDGED.items()
            ),
        ),
        summary="Was this answer right?",
    )


def _no_answer(number: str) -> Card:
    return messages.note(
        f"There is no answer {number} to put right.",
        "Numbers stand under each answer, and are kept for 90 days. An answer that says the "
        "policy does not say has nothing to withdraw.",
    )
