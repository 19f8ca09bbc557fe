"""Greetings, thanks and help: what a person would expect, short, with a way to the alarm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from bot.card import Button, Card, Press, Reply, press, say
from bot.intent import Intent
from bot.turn import Turn
from bot.views.act_now import REPORT
from intents.act_now import live_hold, show
from intents.policy import PolicyDesk


def help_card(turn: Turn) -> Card:
    """What Lanyard does, in the order of what matters."""
    buttons = [replace(REPORT, primary=True), Button("My reports", press("mine"))]
    if turn.person.holdings:
        buttons.append(Button("Show open cases", press("cases")))
    return Card(
        title="What I can do",
        text=(
            "Child in danger now? Ring 999.",
            "Worried about a child or an adult? Tell me in your own words, or press "
            f"“{REPORT.label}”. One press tells somebody.",
            "Ask me about the Online Safety Policy, such as: can I use my phone for a trip photo?",
            "I quote the policy. I do not decide, and I take no pictures.",
        ),
        buttons=tuple(buttons),
    )


class Help(Intent):
    """Help, a menu, or a message with nothing in it."""

    counted: ClassVar[str] = "help"
    verbs: ClassVar[Mapping[str, int]] = {"help": 0}
    PHRASES = frozenset({"help", "menu", "?", "what can you do", "commands", "start"})

    def hears(self, turn: Turn) -> bool:
        if turn.message.command in ("report", "dsl"):
            return False
        return not turn.typed or turn.typed.lower().strip(" .!") in self.PHRASES

    def answer(self, turn: Turn, press: Press) -> Reply:
        return say(help_card(turn))


class SmallTalk(Intent):
    """A hello, thanks, or filler."""

    WORDS: ClassVar[dict[str, str]] = {
        "greeting": "Hello. Ask me about the policy, or tell me what worries you.",
        "thanks": "You are welcome.",
        "praise": "Thank you.",
        "mood": "That sounds hard. Is it about a child? One press below tells somebody.",
    }

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def hears(self, turn: Turn) -> bool:
        return self._desk.read(turn.typed).action == "chat"

    def calm(self, turn: Turn) -> bool:
        return self._desk.read(turn.typed).chat != "mood"

    def answer(self, turn: Turn, press_: Press) -> Reply:
        kind = self._desk.read(turn.typed).chat or ""
        words = self.WORDS.get(kind, "Ask me about the policy, or tell me what worries you.")
        return say(Card(title=words, buttons=(REPORT, Button("What I can do", press("help")))))


STILL_HELD = Card(
    title="Nothing has been sent, and nobody has been told.",
    text=("Your words are kept for 24 hours. Worried about a child? Press below or ring.",),
)


class Commands(Intent):
    """Stop, undo and the like when there is nothing open to stop or undo."""

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def hears(self, turn: Turn) -> bool:
        return self._desk.read(turn.typed).action == "command"

    def answer(self, turn: Turn, press_: Press) -> Reply:
        command = self._desk.read(turn.typed).command or "help"
        if command in ("stop", "cancel", "restart"):
            held = live_hold(turn)
            if held is not None:
                return say(STILL_HELD, show(turn, held))
            return say(
                Card(
                    title="Stopped. Nothing was sent.",
                    text=("A report already sent stays sent.",),
                    buttons=(REPORT,),
                )
            )
        if command in ("undo", "back", "resume"):
            return say(Card(title="There is nothing to go back to.", buttons=(REPORT,)))
        return say(help_card(turn))
