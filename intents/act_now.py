"""The act-now card: shown for a report, a worry, a disclosure, alone and before anything else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import ClassVar

from bot.card import Card, Press, Reply, say
from bot.intent import Intent
from bot.ports import Held
from bot.turn import Turn
from bot.views import messages
from bot.views.act_now import NO_HOLD, act_now
from intents.policy import PolicyDesk

ONLINE = ("online", "snap", "insta", "whatsapp", "discord", "tiktok", "game", "app", "message")

ASKS_TO_REPORT = re.compile(
    r"(?:please |hi |hello )*(?:i(?:'d| would)? (?:need|want|like|have|wish) to |let me )"
    r"(?:report|raise|tell (?:you|someone|somebody))\b",
    re.IGNORECASE,
)
"""Whoever says this is never asked to say it better first."""


class ActNow(Intent):
    """``/report``, a button, a phrase that begins a form, or words that read like a worry."""

    verbs: ClassVar[Mapping[str, int]] = {"report": 0, "worry": 1, "no-worry": 1}

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def hears(self, turn: Turn) -> bool:
        if turn.message.command == "report" or turn.person.guest:
            return True
        if turn.message.command == "dsl" or not turn.typed:
            return False
        if self._begins(turn) or ASKS_TO_REPORT.match(turn.typed):
            return True
        return self._desk.read(turn.typed).action == "report"

    def answer(self, turn: Turn, press: Press) -> Reply:
        if press.verb == "no-worry":
            held = turn.work.holds.get(press.args[0])
            if held is not None and held.person == turn.person.id and not held.ref:
                turn.work.holds.forget(held.id)
            return say(messages.note("Thank you. Your words here are deleted."), replaces=True)
        hold = press.args[0] if press.verb == "worry" and press.args else NO_HOLD
        words = turn.typed if turn.message.press is None else ""
        if words and not self._begins(turn) and not _bare(words):
            hold = hold_words(turn, turn.message.text)
        return say(show(turn, hold, words))

    def _begins(self, turn: Turn) -> bool:
        said = turn.typed.lower().strip(" .!")
        return any(said in form.begins for form in turn.school.forms.values())


def show(turn: Turn, hold: str = NO_HOLD, words: str = "") -> Card:
    """The act-now card for this person, now."""
    return act_now(
        turn.directory,
        turn.school.forms,
        turn.person.centre,
        turn.now,
        hold=hold,
        online=any(word in words.lower() for word in ONLINE),
        school_open=turn.school.terms.is_open(turn.now),
        more=hold == NO_HOLD,
    )


def hold_words(turn: Turn, words: str) -> str:
    """Keep ``words`` sealed until a press sends them on; several messages add up."""
    held = turn.work.holds.of(turn.person.id)
    if held is not None and (turn.now - held.at).total_seconds() < 900:
        joined = Held(held.id, held.person, f"{held.words}\n{words}", held.at, held.nudges)
    else:
        joined = Held(secrets.token_hex(6), turn.person.id, words, turn.now)
    turn.work.holds.put(joined)
    return joined.id


def _bare(words: str) -> bool:
    """Words that only ask for the card and say nothing yet."""
    return words.lower().strip(" .!") in ("report", "make a report", "i want to report something")
