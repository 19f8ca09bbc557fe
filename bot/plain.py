"""A card as plain text, with nothing hidden in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.card import Card

# Left alone: the flags of England, Scotland and Wales, and a joiner inside an emoji or inside a
# word of a script that needs it. Everything else that leaves no mark on a screen is shown.
_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in name) + "\U000e007f"
    for name in ("gbeng", "gbsct", "gbwls")
)
_HIDDEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_JOINED = f"[^\x00-\u024f\\s{_HIDDEN}]"
_UNSEEN = re.compile(f"(?P<kept>{_FLAGS}|(?<={_JOINED})[\u200c\u200d](?={_JOINED}))|[{_HIDDEN}]")
MARK = re.compile(r"\[U\+[0-9A-F]{4,6}\]")
"""How :func:`marked` writes a character, for whoever must not cut one in two."""


def pieces(words: str) -> Iterator[tuple[str, bool]]:
    """``words`` in order, cut into what can be seen (``True``) and single characters that
    cannot (``False``): zero-width, direction-changing and control characters. However a line
    was ended, it ends in a line feed."""
    words = words.replace("\r\n", "\n").replace("\r", "\n")
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
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub(lambda found: found["kept"] or marked(found[0]), words)


def toned(card: Card) -> str:
    """The title behind the word for its tone, unless it begins with it: colour alone says
    nothing, and nobody is to hear it twice."""
    said = not card.tone or card.title.lstrip().upper().startswith(card.tone)
    return card.title if said else f"{card.tone}: {card.title}"


def plain(card: Card, first: int = 1) -> str:
    """``card`` as lines of text; its buttons are numbered from ``first``."""
    lines = [toned(card), *card.text]
    lines += [f"{name}: {value}" for name, value in card.facts]
    for quote in card.quotes:
        lines += [f"{quote.label}:", f"  | {quote.words}"]
    if card.source:
        lines.append(f"Source: {card.source}")
    lines += [
        f"[{number}] {button.label}. Reply: {button.press}"
        for number, button in enumerate(card.buttons, first)
    ]
    # Further lines of one part stand in from the edge: no words can pass for a button of ours.
    return "\n".join(visible(line).replace("\n", "\n  | ") for line in lines)
