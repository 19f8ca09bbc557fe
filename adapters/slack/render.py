"""Draws a card as Block Kit: a pure function, all of it plain text, within Slack's limits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from adapters.slack.fitting import clipped, pieces, size
from bot.card import Button, Card
from bot.plain import toned, visible

Block = dict[str, Any]

HEADER, SECTION, FIELD, LABEL = 150, 3000, 2000, 75
FIELDS, BUTTONS_IN_A_ROW, BUTTONS, BLOCKS = 10, 5, 25, 50
VALUE = 300
"""Slack allows 2000; a press is a short sentence, and one message must hold all of them."""

MESSAGE = 11_000
"""All blocks of a message as JSON. Slack refuses near 13,000 with ``msg_blocks_too_long``; the
limit is in no documentation (bolt-js #2509, #2867), so this stays well below it."""

PARTS = 12
"""A card may go on in this many messages where it is an answer."""


@dataclass(frozen=True)
class Page:
    """One message. ``text`` is all that a lock screen or a notification shows of it."""

    text: str
    blocks: tuple[Block, ...]

    def payload(self) -> dict[str, Any]:
        """The arguments that every way of showing it has in common."""
        return {"text": self.text, "blocks": list(self.blocks)}


def notice(card: Card) -> Page:
    """``card`` in one message. What is too long for one is left out, and that is said."""
    body, buttons = list(body_of(card)), list(buttons_of(card, 0))
    if _that_fit(body, buttons) < len(body):
        kept = _that_fit(body, [*buttons, left_out(10**9)])
        body[kept:] = [left_out(length_of(body[kept:]))]
    return Page(_bland(card), (*body, *buttons))


def pages(*cards: Card, footer: str = "") -> tuple[Page, ...]:
    """``cards`` in as few messages as hold all of them, ``footer`` under each."""
    below = [context(footer)] if footer else []
    room = [*below, context("Part 00 of 00"), left_out(10**9, 10**3)]
    waiting = [
        block
        for number, card in enumerate(cards)
        for block in (*body_of(card), *buttons_of(card, number))
    ]
    filled: list[list[Block]] = []
    while waiting and len(filled) < PARTS:
        count = max(1, _that_fit(waiting, room))
        filled.append(waiting[:count])
        waiting = waiting[count:]
    if waiting:
        filled[-1].append(left_out(length_of(waiting), _buttons_in(waiting)))
    parts = len(filled)
    return tuple(
        Page(
            _bland(cards[0]),
            (*blocks, *([context(f"Part {n} of {parts}")] if parts > 1 else []), *below),
        )
        for n, blocks in enumerate(filled, 1)
    )


def words_of(block: Block) -> Iterator[str]:
    """The words a person reads in a block of ours, in order; buttons have none."""
    if "text" in block:
        yield block["text"]["text"]
    for part in (*block.get("fields", ()), *block.get("elements", ())):
        if part["type"] == "plain_text":
            yield part["text"]


def _that_fit(blocks: list[Block], room: list[Block]) -> int:
    """How many of ``blocks``, from the first, fit in a message beside those in ``room``."""
    left = MESSAGE - 2 - sum(map(_weight, room))
    for count, block in enumerate(blocks):
        left -= _weight(block)
        if left < 0 or count + len(room) == BLOCKS:
            return count
    return len(blocks)


def _weight(block: Block) -> int:
    """The block in a message's JSON, with the comma after it."""
    return size(json.dumps(block, ensure_ascii=False)) + 2


def length_of(blocks: list[Block]) -> int:
    return sum(size(words) for block in blocks for words in words_of(block))


def _buttons_in(blocks: list[Block]) -> int:
    """The buttons of ``blocks``, with those of which they only say that they did not fit."""
    drawn = sum(len(block["elements"]) for block in blocks if block["type"] == "actions")
    said = (_NO_ROOM.fullmatch(words) for block in blocks for words in words_of(block))
    return drawn + sum(int(found[1]) for found in said if found)


def _bland(card: Card) -> str:
    """``text`` is read as markup whatever else is said, so what could be markup is escaped."""
    summary = clipped(visible(card.summary), 2 * HEADER)
    return summary.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def body_of(card: Card) -> Iterator[Block]:
    title = visible(toned(card)).strip()
    if title:
        yield {"type": "header", "text": plain_text(clipped(title, HEADER))}
    if size(title) > HEADER:
        yield from _sections(visible(card.title))
    for paragraph in card.text:
        yield from _sections(visible(paragraph))
    yield from _facts(card.facts)
    for quote in card.quotes:
        yield from _sections(f"{visible(quote.label)}: {visible(quote.words)}")
    for piece in pieces(visible(card.source), FIELD):
        if piece.strip():
            yield context(piece)


def _sections(text: str) -> Iterator[Block]:
    for piece in pieces(text, SECTION):
        if piece.strip():
            yield {"type": "section", "text": plain_text(piece)}


def _facts(facts: Iterable[tuple[str, str]]) -> Iterator[Block]:
    written = [f"{visible(name)}: {visible(value)}" for name, value in facts]
    row: list[str] = []
    for fact in written:
        if row and (len(row) == FIELDS or sum(map(size, [*row, fact])) > SECTION):
            yield _row(row)
            row = []
        if size(fact) <= FIELD:
            row.append(fact)
        else:
            yield from _sections(fact)
    if row:
        yield _row(row)


def _row(facts: list[str]) -> Block:
    return {"type": "section", "fields": [plain_text(fact) for fact in facts]}


def buttons_of(card: Card, number: int) -> Iterator[Block]:
    pressable = [button for button in card.buttons if size(str(button.press)) <= VALUE][:BUTTONS]
    drawn = [button(each, f"press-{number}-{n}") for n, each in enumerate(pressable)]
    for first in range(0, len(drawn), BUTTONS_IN_A_ROW):
        yield {"type": "actions", "elements": drawn[first : first + BUTTONS_IN_A_ROW]}
    if len(card.buttons) > len(pressable):
        yield context(f"{len(card.buttons) - len(pressable)} more buttons did not fit.")


_NO_ROOM = re.compile(r"(\d+) more buttons did not fit\.")
"""What :func:`buttons_of` says of those it does not draw."""


def button(shows: Button, action: str) -> Block:
    drawn: Block = {
        "type": "button",
        "action_id": action,
        "text": plain_text(clipped(visible(shows.label), LABEL) or "…"),
        "value": str(shows.press),
    }
    return {**drawn, "style": "primary"} if shows.primary else drawn


def left_out(characters: int, buttons: int = 0) -> Block:
    also = f" and {buttons} buttons" if buttons else ""
    return context(
        f"Too long for Slack: the last {characters:,} characters{also} are not shown here."
    )


def context(text: str) -> Block:
    return {"type": "context", "elements": [plain_text(text)]}


def plain_text(text: str) -> Block:
    """Never mrkdwn: people's words must not ping, link or format."""
    return {"type": "plain_text", "text": text, "emoji": False}
