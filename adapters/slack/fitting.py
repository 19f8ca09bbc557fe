"""Makes words fit Slack's limits without losing or garbling any of them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cutting import ELLIPSIS, cut


def size(text: str) -> int:
    """The length as Slack may count it: an emoji counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str, limit: int) -> Iterator[str]:
    """``text`` in order, in pieces of at most ``limit``, cut where a reader would pause."""
    while len(text) > limit or size(text) > limit:
        end = _cut(text, limit)
        yield text[:end]
        text = text[end:]
    yield text


def clipped(text: str, limit: int) -> str:
    """``text``, or its beginning and an ellipsis, on one line."""
    line = " ".join(text.split())
    if size(line) <= limit:
        return line
    return line[: _cut(line, limit - 1)].rstrip() + ELLIPSIS


def _cut(text: str, limit: int) -> int:
    most = min(limit, len(text))
    while (over := size(text[:most]) - limit) > 0:
        most -= max(1, over // 2)
    return cut(text, most)
