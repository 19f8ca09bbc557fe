"""The act-now card: shown for a report, a worry, a disclosure, alone and before anything else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from bot.card import Button, Card, Field, Press, Reply, Sheet, press, say
from bot.checks import Kind
from bot.form import SKIPPED
from bot.intent import Intent
from bot.message import Standing
from bot.people import Person
from bot.ports import Held
from bot.recipients import to_ring_about_a_child
from bot.routes import asleep_until
from bot.tick import HELD_FOR
from bot.turn import Turn
from bot.views import messages
from bot.views.act_now import NO_HOLD, act_now
from bot.views.opened import read
from bot.views.wording import day_and_hour
from intents.alarm import LINK, WORDS
from intents.earlier import kept_out_before, stands_before, still_open
from intents.naming import named_holders
from intents.policy import PolicyDesk
from knowledge.language import honest_words, language_of
from knowledge.tidy import tidy

ONLINE = re.compile(
    r"\b(online|internet|snap(?:chat)?|insta(?:gram)?|whats ?app|discord|tik ?tok|roblox|fortnite"
    r"|gam(?:e|es|ing)|apps?|chat|dms?|messag\w+|posted|website|server|nudes?)\b",
    re.IGNORECASE,
)

ASKS_TO = re.compile(
    r"(?:please |hi |hello )*(?:i(?:'d| would)? (?:need|want|like|have|wish) to |let me )",
    re.IGNORECASE,
)
ASKS_TO_REPORT = re.compile(
    rf"{ASKS_TO.pattern}(?:report|raise|tell (?:you|someone|somebody))\b", re.IGNORECASE
)
"""Whoever says this is never asked to say it better first."""

BARE = frozenset(
    {
        "report", "make a report", "report something", "i want to report something", "ring me",
        "call me", "someone ring me", "can someone ring me", "can i talk to someone",
        "can i talk to a real person", "help me", "i need help now", "emergency", "urgent", "sos",
        "\U0001f198", "safeguarding", "disclosure", "child missing", "child is missing",
        "a child is missing", "missing child", "cant find a child", "can't find a child",
        "lost a child", "fgm", "prevent", "prevent concern", "grooming",
    }
)  # fmt: skip
"""A whole message of these words is a call for the card, whatever else they might mean."""


class ActNow(Intent):
    """``/report``, a button, a phrase that begins a form, or words that read like a worry."""

    verbs: ClassVar[Mapping[str, int]] = {
        "report": 0,
        "worry": 1,
        "no-worry": 1,
        "anew": 3,
        "afresh": 2,
    }
    for_anyone: ClassVar[bool] = True

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def hears(self, turn: Turn) -> bool:
        if turn.message.command == "report" or turn.person.guest:
            return True
        if turn.message.command == "dsl" or not turn.typed:
            return False
        if self._calls(turn) or ASKS_TO_REPORT.match(turn.typed):
            return True
        return self._desk.read(turn.typed).action == "report"

    def answer(self, turn: Turn, press: Press) -> Reply:
        if press.verb == "no-worry":
            held = turn.work.holds.get(press.args[0])
            if held is not None and held.person != turn.person.id:
                turn.audit("refused", detail="no-worry")
                held = None
            if held is None or held.ref:
                return say(messages.note("There is nothing here to delete."))
            turn.work.holds.forget(held.id)
            return say(messages.note("Thank you. Your words here are deleted."), replaces=True)
        if press.verb == "anew":
            return say(show(turn, _said_again(turn, press) or empty_hold(turn)))
        if press.verb == "afresh":
            return say(show(turn, _afresh(turn, press)), replaces=True)
        if LINK in turn.message.fields:
            return _about_a_message(turn)
        typed = turn.typed if turn.message.press is None else ""
        if typed and not self._calls(turn):
            held = hold_words(turn, turn.message.text)
            only = Button("I only want the policy", Press("policy-only", (held.id,)))
            card = _earlier(turn, held, show(turn, held, more=False), turn.message.text)
            card = replace(card, buttons=(*card.buttons, only))
            before = stands_before(turn)
            if before is not None:
                return say(still_open(turn, before, held), card)
        else:
            held = _nudged(turn, press) or live_hold(turn) or empty_hold(turn)
            card = show(turn, held)
            if press.verb != "worry":
                card = _earlier(turn, held, card)
        if turn.person.guest and turn.message.standing is Standing.UNKNOWN:
            return say(card, messages.not_checked(turn.directory).without_buttons())
        return say(card)

    def _calls(self, turn: Turn) -> bool:
        return calls(turn) or self._desk.read(turn.typed).command == "report"


def calls(turn: Turn) -> bool:
    """Whether the words only call for the card, and say nothing yet."""
    said = turn.typed.lower().strip(" .!?")
    named = {each for form in turn.school.forms.values() for each in form.begins} | BARE
    return said in named or ASKS_TO.sub("", said, count=1) in named


def _about_a_message(turn: Turn) -> Reply:
    """The alarm first; beside it, words and a link if the reporter wants them sent. The message
    itself is never copied: it may be a child's, or hold a picture."""
    held = empty_hold(turn)
    more = Card(
        title="Report this message",
        text=("Nothing of the message is copied here. Say in your own words what worries you.",),
    )
    sheet = Sheet(
        title="Report this message",
        fields=(
            Field(WORDS, "What worries you?", Kind.LONG, help="In your own words, if you wish."),
            Field(
                LINK,
                "Link to the message",
                help="Goes along with the alarm. Take it out if it should not.",
                typed=turn.message.fields[LINK],
            ),
        ),
        send=Button("Tell the DSL", press("tell", "child", held.id), primary=True),
        source="Nothing of the message is copied here. Sending tells the DSL, as the first button "
        "does.",
    )
    return Reply((show(turn, held), more), sheet=sheet)


def show(turn: Turn, held: Held | None = None, *, more: bool = True) -> Card:
    """The act-now card for this person, now. It never sends them to somebody their words name;
    ``more`` offers the alarms that are not about a person as well."""
    words = held.words if held else ""
    holders = [p for p in turn.directory.role_holders() if p.id != turn.person.id]
    named = named_holders(words, holders, turn.person.centre)
    stands = stands_before(turn)
    spoken = (language_of(tidy(line)) for line in words.splitlines())
    language = next((code for code in spoken if code), None)
    return act_now(
        turn.directory,
        turn.school.forms,
        turn.person,
        turn.now,
        hold=held.id if held else NO_HOLD,
        online=ONLINE.search(words) is not None,
        school_open=turn.school.terms.is_open(turn.now),
        asleep_until=_asleep_until(turn, named),
        more=more,
        without=frozenset(person.id for person in named) | kept_out_before(turn),
        earlier=stands.ref if stands else "",
        honest=honest_words(language) if language else None,
    )


def _earlier(turn: Turn, held: Held, card: Card, said: str = "") -> Card:
    """The card, with word of what was written before and would go along, and a press to leave
    it out: it may be about something else."""
    before = len(held.words) - len(said)
    if before <= 0:
        return card
    at = day_and_hour(held.at, turn.directory.zone)
    leave = Button("Leave out what I wrote before", press("afresh", held.id, str(before)))
    return replace(
        card,
        text=(*card.text, f"What you wrote before ({at}) goes along."),
        buttons=(*card.buttons, leave),
    )


def _afresh(turn: Turn, press: Press) -> Held:
    """Hold what was typed last by itself; what came before stays held, and is asked about."""
    held = _own(turn, press)
    if held is None or held.ref or not press.args[1].isdigit():
        return empty_hold(turn)
    before, last = held.words[: int(press.args[1])], held.words[int(press.args[1]) :]
    if not last:
        # Pressed before: what was left out stays so, and what was said last is held by itself.
        return live_hold(turn) or empty_hold(turn)
    turn.work.holds.put(replace(held, words=before.removesuffix("\n")))
    alone = Held(secrets.token_hex(6), turn.person.id, last, turn.now)
    turn.work.holds.put(alone)
    return alone


def _nudged(turn: Turn, press: Press) -> Held | None:
    """The words that a reminder is about, if they were not sent on since."""
    held = _own(turn, press) if press.verb == "worry" else None
    return held if held is not None and not held.ref else None


def _own(turn: Turn, press: Press) -> Held | None:
    held = turn.work.holds.get(press.args[0])
    return held if held is not None and held.person == turn.person.id else None


def _said_again(turn: Turn, press: Press) -> Held | None:
    """Hold what this person gave as an answer, as a worry of its own; the answer stays."""
    form, ref, step = press.args[:3]
    conversation = turn.work.conversations.find(turn.person.id, form, "" if ref == "-" else ref)
    words = conversation.answers.get(step, "") if conversation is not None else ""
    if words in ("", SKIPPED) and conversation is not None:
        # It answered nothing that was asked, and is with the report as it was said.
        words = next(
            (
                read(entry.words)
                for entry in reversed(turn.work.incidents.entries(conversation.ref))
                if turn.person.goes_by(entry.author) and entry.step == "said"
            ),
            "",
        )
    if words in ("", SKIPPED):
        return None
    held = Held(secrets.token_hex(6), turn.person.id, words, turn.now)
    turn.work.holds.put(held)
    return held


def _asleep_until(turn: Turn, named: Collection[Person]) -> datetime | None:
    without = frozenset(person.id for person in named)
    tell = to_ring_about_a_child(turn.person, turn.directory, turn.now, without)
    return asleep_until(tell, turn.school.platforms, turn.school.terms, turn.now)


def live_hold(turn: Turn) -> Held | None:
    """What this person typed and has not sent on, if it is not a day old."""
    held = turn.work.holds.of(turn.person.id)
    return held if held is not None and turn.now - held.at < HELD_FOR else None


def empty_hold(turn: Turn) -> Held:
    """A card without words has an identity of its own too: pressed twice, it is one report."""
    held = Held(secrets.token_hex(6), turn.person.id, "", turn.now)
    turn.work.holds.put(held)
    return held


def hold_words(turn: Turn, words: str) -> Held:
    """Keep ``words`` sealed until a press sends them on; several messages add up."""
    held = live_hold(turn)
    if held is not None and held.words and turn.now - held.at < timedelta(minutes=15):
        joined = replace(held, words=f"{held.words}\n{words}")
    else:
        joined = Held(secrets.token_hex(6), turn.person.id, words, turn.now)
    turn.work.holds.put(joined)
    return joined
