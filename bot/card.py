"""What is shown to a person: cards of words and presses, and pages of a form; no platform."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from bot.checks import Kind


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
    """Words for one person. ``summary`` is all that a lock screen or notification may show.

    ``live`` asks for the same card with what its reader may do now, for a platform that can draw
    one card in a room differently for each person who looks at it.
    """

    title: str
    text: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    quotes: tuple[Quote, ...] = ()
    source: str = ""
    buttons: tuple[Button, ...] = ()
    tone: Tone = Tone.PLAIN
    summary: str = "Lanyard has a message for you."
    live: Press | None = None

    def without_buttons(self) -> Card:
        return replace(self, buttons=())

    def to_json(self) -> dict[str, Any]:
        """A plain structure for storage; ``from_json`` is its inverse."""
        data = asdict(self)
        data["buttons"] = [[b.label, str(b.press), b.primary] for b in self.buttons]
        data["live"] = str(self.live or "")
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
            live=Press.parse(data["live"]) if data.get("live") else None,
        )


@dataclass(frozen=True)
class Field:
    """One question of a sheet. ``typed`` is what stands in it: what was kept, or what was typed
    and would not do, for which ``problem`` says what would. ``steers``: other questions of the
    sheet depend on it. ``longest`` is in characters, 0 where there is no limit of ours."""

    name: str
    label: str
    kind: Kind = Kind.SHORT
    choices: tuple[str, ...] = ()
    help: str = ""
    needed: bool = False
    typed: str = ""
    problem: str = ""
    steers: bool = False
    longest: int = 0


@dataclass(frozen=True)
class Sheet:
    """One page of a form, for a platform that can show one: a modal, a dialog.

    Each press goes with everything typed (:attr:`bot.message.Message.fields`, by field name; a
    field that was not shown is left out). ``send`` is the main one, ``buttons`` the others;
    ``changed`` asks for the sheet again when a field that steers was changed, and keeps
    nothing; ``closed`` is for a sheet that was put away unsent.
    """

    title: str
    fields: tuple[Field, ...]
    send: Button
    buttons: tuple[Button, ...] = ()
    source: str = ""
    changed: Press | None = None
    closed: Press | None = None

    def to_json(self) -> dict[str, Any]:
        """A plain structure for storage; ``from_json`` is its inverse."""
        buttons = [[b.label, str(b.press), b.primary] for b in (self.send, *self.buttons)]
        return {
            "title": self.title,
            "fields": [asdict(field) for field in self.fields],
            "buttons": buttons,
            "source": self.source,
            "changed": str(self.changed or ""),
            "closed": str(self.closed or ""),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        send, *buttons = (Button(label, Press.parse(p), main) for label, p, main in data["buttons"])
        fields = (
            Field(**{**each, "kind": Kind(each["kind"]), "choices": tuple(each["choices"])})
            for each in data["fields"]
        )
        return cls(
            title=data["title"],
            fields=tuple(fields),
            send=send,
            buttons=tuple(buttons),
            source=data["source"],
            changed=Press.parse(data["changed"]) if data["changed"] else None,
            closed=Press.parse(data["closed"]) if data["closed"] else None,
        )


FORM_ONLY = "page"
"""The verb of a press that opens a sheet: no use where there are none."""

SHOW_EVERYONE = "share"
"""The verb of a press that shows an answer to a whole room."""


@dataclass(frozen=True)
class Reply:
    """What the bot says back at once, to the person alone.

    ``replaces``: the first card takes the place of the card whose button was pressed. ``sheet``
    asks what the last card asks, where a page of a form can be shown. ``kept`` is false when
    nothing of what was sent could be kept, or nobody knows: a form that is open stays open.
    ``everyone``: the cards are for the whole room in which the button was pressed.
    ``asked_again``: it shows what nobody may be shown without being asked for again, so it is
    not kept for a retry.
    """

    cards: tuple[Card, ...] = ()
    replaces: bool = False
    sheet: Sheet | None = None
    kept: bool = True
    everyone: bool = False
    asked_again: bool = False

    def for_chat(self, *, forms: bool, everyone: bool) -> Reply:
        """Without what this platform cannot do: show ``forms``, or answer a room (``everyone``)."""
        useless = {verb for verb, can in ((FORM_ONLY, forms), (SHOW_EVERYONE, everyone)) if not can}
        if not useless:
            return self
        cards = (
            replace(card, buttons=tuple(b for b in card.buttons if b.press.verb not in useless))
            for card in self.cards
        )
        return replace(self, cards=tuple(cards), sheet=self.sheet if forms else None)

    def to_json(self) -> dict[str, Any]:
        return {
            "cards": [card.to_json() for card in self.cards],
            "replaces": self.replaces,
            "sheet": self.sheet.to_json() if self.sheet else None,
            "everyone": self.everyone,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        sheet = data.get("sheet")
        return cls(
            tuple(Card.from_json(card) for card in data["cards"]),
            data["replaces"],
            Sheet.from_json(sheet) if sheet else None,
            everyone=data.get("everyone", False),
        )


def say(*cards: Card, replaces: bool = False) -> Reply:
    return Reply(cards, replaces)
