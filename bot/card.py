"""What is shown to a person: words and presses, with no platform and no inputs in them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self


@dataclass(frozen=True)
class Press:
    """What a button means. It is also a sentence: ``take 7KQ2`` may be pressed or typed."""

    verb: str
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.verb, *self.args))

    @classmethod
    def parse(cls, sentence: str) -> Press:
        """The press behind ``sentence``; an empty sentence has the empty verb."""
        verb, *args = sentence.split() or [""]
        return cls(verb, tuple(args))


def press(verb: str, *args: str) -> Press:
    return Press(verb, args)


class Tone(StrEnum):
    """How a card speaks. Always a word as well, never colour alone."""

    PLAIN = ""
    URGENT = "URGENT"
    WARNING = "WARNING"
    DONE = "DONE"


@dataclass(frozen=True)
class Button:
    """One press with its label (at most 75 characters, Slack's limit)."""

    label: str
    press: Press
    primary: bool = False


@dataclass(frozen=True)
class Quote:
    """Somebody's own words, always shown as plain text under a label of ours."""

    label: str
    words: str


@dataclass(frozen=True)
class Card:
    """Words for one person. ``summary`` is all that a lock screen or notification may show."""

    title: str
    text: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    quotes: tuple[Quote, ...] = ()
    source: str = ""
    buttons: tuple[Button, ...] = ()
    tone: Tone = Tone.PLAIN
    summary: str = "Lanyard has a message for you."

    def without_buttons(self) -> Card:
        return replace(self, buttons=())

    def to_json(self) -> dict[str, Any]:
        """A plain structure for storage; ``from_json`` is its inverse."""
        data = asdict(self)
        data["buttons"] = [[b.label, str(b.press), b.primary] for b in self.buttons]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            title=data["title"],
            text=tuple(data["text"]),
            facts=tuple((name, value) for name, value in data["facts"]),
            quotes=tuple(Quote(**quote) for quote in data["quotes"]),
            source=data["source"],
            buttons=tuple(
                Button(label, Press.parse(p), main) for label, p, main in data["buttons"]
            ),
            tone=Tone(data["tone"]),
            summary=data["summary"],
        )


@dataclass(frozen=True)
class Reply:
    """What the bot says back at once, to the person alone.

    ``replaces``: the first card takes the place of the card whose button was pressed.
    ``asked_again``: it shows what nobody may be shown without being asked for again, so it is
    not kept for a retry.
    """

    cards: tuple[Card, ...] = ()
    replaces: bool = False
    asked_again: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"cards": [card.to_json() for card in self.cards], "replaces": self.replaces}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(tuple(Card.from_json(card) for card in data["cards"]), data["replaces"])


def say(*cards: Card, replaces: bool = False) -> Reply:
    return Reply(cards, replaces)
