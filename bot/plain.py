"""A card as plain text, with nothing hidden in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.card import Card

# Left alone: the flags of England, Scotland and Wales, and the joiners inside emoji and inside
# words of scripts that need them. Everything else that leaves no mark on a screen is shown.
_UNSEEN = re.compile(
    "(?P<kept>\U0001f3f4[\U000e0020-\U000e007f]+"
    "|(?<=[^\x00-\u024f\\s])[\u200c\u200d](?=[^\x00-\u024f\\s]))"
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def pieces(words: str) -> Iterator[tuple[str, bool]]:
    """``words`` in order, cut into what can be seen (``True``) and single characters that
    cannot (``False``): zero-width, direction-changing and control characters."""
    seen = 0
    for found in _UNSEEN.finditer(words):
        if found["kept"]:
            continue
        if found.start() > seen:
            yield words[seen : found.start()], True
        yield found[0], False
        seen = found.end()
    if seen < len(words):
        yield words[seen:], True


def marked(character: str) -> str:
    """How a character that cannot be seen is written: ``[U+202E]``."""
    return f"[U+{ord(character):04X}]"


def visible(words: str) -> str:
    """``words`` with every character that cannot be seen written out, so that nothing in them
    can turn a line round or drive a terminal."""
    return "".join(piece if seen else marked(piece) for piece, seen in pieces(words))


def plain(card: Card, first: int = 1) -> str:
    """``card`` as lines of text; its buttons are numbered from ``first``."""
    title = f"{card.tone}: {card.title}" if card.tone else card.title
    lines = [title, *card.text]
    lines += [f"{name}: {value}" for name, value in card.facts]
    for quote in card.quotes:
        lines += [f"{quote.label}:", *(f"  | {line}" for line in quote.words.split("\n"))]
    if card.source:
        lines.append(f"Source: {card.source}")
    lines += [
        f"[{number}] {button.label}. Reply: {button.press}"
        for number, button in enumerate(card.buttons, first)
    ]
    return "\n".join(visible(line.replace("\r\n", "\n").rstrip("\r")) for line in lines)
