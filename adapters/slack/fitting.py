"""Makes words fit Slack's limits without losing or garbling any of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.plain import MARK

ELLIPSIS, ZWJ = "…", "\u200d"
MARKED = 10
"""The most characters that the mark of one unseen character takes: ``[U+10FFFF]``."""

# Best first. A space between two digits is no boundary: it may be inside a telephone number.
_BOUNDARIES = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?;:])\s(?![\d(])"),
    re.compile(r"(?<![\d)])\s|\s(?![\d(])"),
)
_GLUE = re.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_TOGETHER = re.compile(r"[0-9.+/()-]")
_NUMBER = re.compile(r"(?<![\w.+/()-])[\w.+/()-]*\d[\w.+/()-]*(?: [\d(+][\w.+/()-]*)*")
"""A clause's or a telephone number, with the spaces in it."""

_BEGINS = re.compile(r"(?<= )(?:[(+]?0\d|\+|\w+\.\w)")
_NEAR = 80


def size(text: str) -> int:
    """The length as Slack may count it: an emoji counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str, limit: int) -> Iterator[str]:
    """``text`` in order, in pieces of at most ``limit``, cut where a reader would pause."""
    while len(text) > limit or size(text) > limit:
        cut = _cut(text, limit)
        yield text[:cut]
        text = text[cut:]
    yield text


def clipped(text: str, limit: int) -> str:
    """``text``, or its beginning and an ellipsis, on one line."""
    line = " ".join(text.split())
    if size(line) <= limit:
        return line
    return line[: _cut(line, limit - 1)].rstrip() + ELLIPSIS


def _cut(text: str, limit: int) -> int:
    most = min(limit, len(text))
    while size(text[:most]) > limit:
        most -= max(1, (size(text[:most]) - limit) // 2)
    for boundary in _BOUNDARIES:
        # One further than may be cut, so that what follows a boundary is seen.
        found = boundary.finditer(text, most // 2, most + 1)
        ends = [each.end() for each in found if each.end() <= most]
        if ends:
            return ends[-1]
    return _unjoined(text, most)


def _unjoined(text: str, most: int) -> int:
    """No pause in sight: cut, but not inside a number, between a letter and its accent, nor
    inside the mark of a character that cannot be seen."""
    first = max(most - _NEAR, 0)
    for found in _NUMBER.finditer(text, first, most + _NEAR):
        if found.start() < most < found.end():
            # Several numbers in a row: before the one that the cut would fall in.
            begins = [each.start() for each in _BEGINS.finditer(text, found.start(), most + 1)]
            starts = [at for at in (found.start(), *begins) if first < at <= most]
            most = max(starts, default=most)
            break
    marks = [each.span() for each in MARK.finditer(text, max(most - 60, 0), most + MARKED)]
    for cut in range(most, max(most - 40, 1), -1):
        before, after = text[cut - 1], text[cut : cut + 1]
        joined = after and (unicodedata.combining(after) or _GLUE.match(after) or before == ZWJ)
        number = after and _TOGETHER.match(before) and _TOGETHER.match(after)
        if not joined and not number and not any(start < cut < end for start, end in marks):
            return cut
    # One number as far as can be seen: it is cut, but no mark in it is.
    return next((start for start, end in marks if 0 < start < most < end), most)
