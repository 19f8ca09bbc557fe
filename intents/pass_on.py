"""Passes a question on that the policy does not cover, to be answered once for all who ask it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import ClassVar

from bot.answers import Addressee, Asking, Gap
from bot.card import Button, Card, Press, Quote, Reply, Tone, press, say
from bot.climb import notice, to_person
from bot.incident import new_ref
from bot.intent import Intent
from bot.notice import Destination, Kind
from bot.people import Role
from bot.turn import Turn
from bot.views import messages
from bot.views.act_now import REPORT
from intents.last_question import numbered
from intents.nameless import without_names
from intents.policy import PolicyDesk
from knowledge.key_words import key_words

WORDS, KEYS = "words", "keys"
NEW = "new"
MOST_LIKE = 3


class PassOn(Intent):
    """Three short questions, all of them presses: does it concern the DSL, may they read your
    words, and is it the same as one of these? Nothing is kept before the last."""

    verbs: ClassVar[Mapping[str, int]] = {"pass": 1}

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def answer(self, turn: Turn, press: Press) -> Reply:
        number, *rest = press.args
        kept = numbered(turn, number)
        if kept is None or turn.person.guest:
            return say(_ask_again())
        if not rest:
            return say(_about_whom(turn, number))
        to = Addressee.PRINCIPAL if rest[0].lower() == Addressee.PRINCIPAL else Addressee.DSL
        if len(rest) == 1:
            return say(_consent(to, number), replaces=True)
        consented = rest[1].lower() == WORDS
        said = without_names(kept[0], tuple(turn.directory.people.values()))
        words = said if consented else key_words(said)
        if not words.strip():
            return say(_nothing_left(to, number), replaces=True)
        chosen = rest[2].upper() if rest[2:] else ""
        # Compared by all its words, which are here for a quarter of an hour; kept as agreed.
        gap, alike = self._place(turn, to, said, chosen)
        return self._pass(turn, number, to, words, consented, gap, alike)

    def _pass(
        self,
        turn: Turn,
        number: str,
        to: Addressee,
        words: str,
        consented: bool,
        gap: Gap | None,
        alike: tuple[tuple[Gap, str], ...],
    ) -> Reply:
        if gap is None and alike:
            return say(_same_as(number, to, consented, alike), replaces=True)
        if gap is None:
            gap = Gap(f"G{new_ref()}", to, turn.person.centre, turn.now)
            turn.work.gaps.add(gap)
        asking = Asking(
            secrets.token_hex(8), gap.id, turn.now, words, consented, person=turn.person.id
        )
        if not turn.work.gaps.ask(asking):
            return say(messages.note("You have passed this question on already."), replaces=True)
        for place in destinations(turn, gap):
            turn.work.notices.add(notice(Kind.GAP, gap.id, place, turn.now))
        turn.work.notices.redraw(gap.id, turn.now, Kind.GAP)
        turn.audit("pass-on", gap.id)
        whom = "the DSL" if to is Addressee.DSL else "the Principal"
        return say(
            Card(
                title=f"Passed on to {whom}.",
                tone=Tone.DONE,
                text=(
                    "You get one message when it is answered. Until then it is not a yes.",
                    "Is it urgent? Ring them instead.",
                ),
                summary="Your question was passed on.",
            ),
            replaces=True,
        )

    def _place(
        self, turn: Turn, to: Addressee, words: str, chosen: str
    ) -> tuple[Gap | None, tuple[tuple[Gap, str], ...]]:
        """Where the question belongs: with others like it, or if that is not sure, which it may
        be the same as. Meaning alone is too coarse to decide it; the asker knows.

        To the Principal it goes by itself: the DSL, whom such questions are about, may ask there
        too, and is neither shown what others ask nor told the answer to it.
        """
        found = []
        for gap in turn.work.gaps.open(to):
            asked = turn.work.gaps.asked(gap.id)
            if to is Addressee.PRINCIPAL and any(each.person != turn.person.id for each in asked):
                continue
            best = self._desk.alike.nearest(words, [each.words for each in asked])
            if best is None or not best[1].close:
                continue
            if gap.id == chosen:
                return gap, ()
            # Whoever agreed to key words alone is quoted to nobody who asks.
            agreed = [each.words for each in asked if each.consented]
            like = self._desk.alike.nearest(words, agreed)
            if best[1].same or like is not None:
                found.append((best[1], gap, agreed[like[0]] if like is not None else ""))
        found.sort(key=lambda each: (each[0].same, each[0].words + each[0].meaning), reverse=True)
        if chosen and to is Addressee.DSL:
            return None, ()
        if found and found[0][0].same:
            return found[0][1], ()
        if to is Addressee.PRINCIPAL:
            return None, ()
        return None, tuple((gap, like) for _, gap, like in found[:MOST_LIKE])


def destinations(turn: Turn, gap: Gap) -> tuple[Destination, ...]:
    """The DSL's room where the question came up first; without a room, or for the Principal,
    their own messages."""
    centre = turn.directory.centres.get(gap.centre)
    rooms = centre.dsl_rooms if centre is not None and gap.to is Addressee.DSL else {}
    found = [Destination(p, rooms[p]) for p in turn.school.platforms if p in rooms]
    if found:
        return tuple(found)
    people = turn.directory.holders(Role.DSL, gap.centre) if gap.to is Addressee.DSL else ()
    people = people or turn.directory.holders(Role.PRINCIPAL)
    return tuple(place for person in people for place in to_person(person, turn.school))


def _about_whom(turn: Turn, number: str) -> Card:
    return Card(
        title="Is your question about the DSL or a deputy?",
        text=(
            "Then the Principal gets it instead.",
            "Worried about what somebody did? Press “Report a worry”: this is for questions only.",
        ),
        buttons=(
            Button("No: pass it to the DSL", press("pass", number, Addressee.DSL), primary=True),
            Button("Yes: pass it to the Principal", press("pass", number, Addressee.PRINCIPAL)),
            REPORT,
        ),
        summary="One question before it is passed on.",
    )


def _consent(to: Addressee, number: str) -> Card:
    they_see = "The DSL and deputies see" if to is Addressee.DSL else "The Principal sees"
    also = " Staff who ask something like it may see them too." if to is Addressee.DSL else ""
    return Card(
        title="May your words be passed on as you typed them?",
        text=(
            f"{they_see} them without your name, and with names of staff taken out.{also}",
            "The school keeps who asked for up to 90 days, to tell you the answer.",
            "Is a child's name in it? Choose key words, or ask again without the name.",
        ),
        buttons=(
            Button("Yes, pass on my words", press("pass", number, to, WORDS), primary=True),
            Button("No, key words only", press("pass", number, to, KEYS)),
        ),
        summary="One question before it is passed on.",
    )


def _same_as(
    number: str, to: Addressee, consented: bool, alike: tuple[tuple[Gap, str], ...]
) -> Card:
    how = WORDS if consented else KEYS
    return Card(
        title="Somebody has passed on something like it. Is it the same question?",
        quotes=tuple(Quote(f"Question {at}", words) for at, (_, words) in enumerate(alike, 1)),
        buttons=(
            *(
                Button(
                    "Yes, the same" if len(alike) == 1 else f"The same as question {at}",
                    press("pass", number, to, how, gap.id),
                )
                for at, (gap, _) in enumerate(alike, 1)
            ),
            Button("No, mine is different", press("pass", number, to, how, NEW)),
        ),
        summary="One question before it is passed on.",
    )


def _nothing_left(to: Addressee, number: str) -> Card:
    return Card(
        title="None of its words can be passed on that way. Nothing was kept.",
        text=("Pass it on as you typed it, or ring them.",),
        buttons=(Button("Pass on my words", press("pass", number, to, WORDS)), REPORT),
    )


def _ask_again() -> Card:
    return Card(
        title="That question is no longer kept here. Nothing was passed on.",
        text=("Your question is kept for 15 minutes or until the next. Please ask it once more.",),
        buttons=(REPORT,),
    )
