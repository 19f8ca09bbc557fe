"""A card that is too long for Teams: told in parts, or shortened with what was left out said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from adapters.teams.render import size
from bot.card import Card, Quote
from bot.cutting import clipped, cut
from bot.plain import visible

LIMIT = 26_000
"""Bytes of one card. Sources give 28, 40 and 100 KB for a whole message."""
PIECE = 8_000
PARTS = 99
"""More messages than anybody wrote words for; only empty lines by the ten thousand need more."""
MOST_BUTTONS = 6
LONGEST_TITLE = 300
CONTINUED = " (continued)"
HEAD = 4_000
"""Bytes of a title, or of a source: three hundred empty lines are more than they seem."""


def parts(card: Card) -> tuple[Card, ...]:
    """``card``, or several cards that say all of it in order, each small enough to send. What
    is more than :data:`PARTS` hold is left out, and that is said."""
    if _length(card) <= LIMIT and size(card) <= LIMIT:
        return (card,)
    card = _with_sane_head(card)
    cards = _packed(replace(card, title=f"{card.title} (99 of 99)"), _pieces(card))
    packed = list(islice(cards, PARTS))
    if next(cards, None) is not None:
        left = _length(card) - sum(map(_length, packed[:-1]))
        buttons = card.buttons[sum(len(part.buttons) for part in packed[:-1]) :]
        note = _left_out("Teams", left, len(buttons[MOST_BUTTONS:]))
        packed[-1] = replace(
            packed[-1], text=(note,), facts=(), quotes=(), buttons=buttons[:MOST_BUTTONS]
        )
    count = len(packed)
    return tuple(
        replace(
            part,
            title=f"{card.title} ({number} of {count})" if count > 1 else card.title,
            source=card.source if number == count else "",
        )
        for number, part in enumerate(packed, 1)
    )


def shortened(card: Card) -> Card:
    """``card``, or as much of it as one message holds, saying what was left out. Every button
    that fits is kept: they lead to the whole."""
    whole = parts(card)
    if len(whole) == 1:
        return whole[0]
    card = _with_sane_head(card)
    frame = _frame(card)
    kept, weight, nothing = list[Card](), size(frame), size(Card("")) - 2
    words = replace(card, buttons=())
    for piece in _pieces(words):
        weight += size(piece) - nothing
        if weight > LIMIT - 400:
            break
        kept.append(piece)
    left = _length(words) - sum(map(_length, kept))
    lost = len(card.buttons) - len(frame.buttons)
    kept_card = _joined(frame, *kept)
    note = _left_out("one message in Teams", left, lost)
    return replace(kept_card, text=(*kept_card.text, note)) if left or lost else kept_card


def _left_out(where: str, characters: int, buttons: int) -> str:
    also = f" and {buttons} buttons" if buttons else ""
    return f"Too long for {where}: about {characters:,} characters{also} are left out here."


def _with_sane_head(card: Card) -> Card:
    """Title and source short enough to stand on every part; the rest of them becomes text."""
    title, text, source = card.title, card.text, card.source
    end, most = cut(title, LONGEST_TITLE), LONGEST_TITLE
    while _weight(title[:end]) > HEAD and most > 1:
        most //= 2
        end = cut(title, most)
    if end < len(title):
        title, text = title[:end], (title[end:], *text)
    if len(source) > 2 * LONGEST_TITLE or _weight(source) > HEAD:
        text, source = (*text, source), ""
    return replace(
        card, title=title, text=text, source=source, summary=clipped(card.summary, LONGEST_TITLE)
    )


def _frame(card: Card) -> Card:
    """The card with none of its words but head and foot, and its buttons, as far as they fit."""
    frame = replace(card, text=(), facts=(), quotes=())
    while frame.buttons and size(frame) > LIMIT - 2_000:
        frame = replace(frame, buttons=frame.buttons[:-1])
    return frame


def _pieces(card: Card) -> Iterator[Card]:
    """The card's parts, each a card of its own, none larger than :data:`PIECE` or so."""
    for paragraph in card.text:
        for words in _broken(paragraph):
            yield Card("", text=(words,))
    for name, value in card.facts:
        piece = Card("", facts=((name, value),))
        if size(piece) <= PIECE:
            yield piece
        else:
            yield from _quoted(Quote(name, value))
    for quote in card.quotes:
        yield from _quoted(quote)
    for button in card.buttons:
        yield Card("", buttons=(button,))


def _quoted(quote: Quote) -> Iterator[Card]:
    label = quote.label[: cut(quote.label, LONGEST_TITLE)]
    words = quote.label[len(label) :] + quote.words
    for number, some in enumerate(_broken(words)):
        yield Card("", quotes=(Quote(f"{label}{CONTINUED}" if number else label, some),))


def _broken(words: str) -> Iterator[str]:
    """``words`` in pieces that joined again are the same words."""
    start, guess = 0, PIECE
    while True:
        # No more than could fit is ever weighed: long words cost no longer each.
        some = words[start : start + guess + 1]
        while (weight := _weight(some)) > PIECE and len(some) > 1:
            some = some[: max(1, len(some) * PIECE // (weight + PIECE // 10))]
        if start + len(some) == len(words):
            yield some
            return
        end = cut(some, len(some) - 1) if len(some) > 1 else 1
        yield some[:end]
        start, guess = start + end, min(PIECE, 2 * end + 64)


def _weight(words: str) -> int:
    return size(Card("", quotes=(Quote("", words),)))


def _packed(head: Card, pieces: Iterable[Card]) -> Iterator[Card]:
    """The pieces in as few cards as hold them. Beside each other they weigh no more than the sum
    of what each weighs alone, so none is weighed twice."""
    empty = replace(head, text=(), facts=(), quotes=(), buttons=())
    frame, nothing = size(empty), size(Card("")) - 2
    waiting, weight = list[Card](), frame
    for piece in pieces:
        more = size(piece) - nothing
        if waiting and weight + more > LIMIT:
            yield _joined(empty, *waiting)
            waiting, weight = [], frame
        waiting.append(piece)
        weight += more
    yield _joined(empty, *waiting)


def _joined(card: Card, *pieces: Card) -> Card:
    every = (card, *pieces)
    return replace(
        card,
        text=tuple(each for some in every for each in some.text),
        facts=tuple(each for some in every for each in some.facts),
        quotes=tuple(each for some in every for each in some.quotes),
        buttons=tuple(each for some in every for each in some.buttons),
    )


def _length(piece: Card) -> int:
    """How much there is to read in it, as it is shown; a label that goes on is counted once."""
    labels = (quote.label for quote in piece.quotes if not quote.label.endswith(CONTINUED))
    words = (quote.words for quote in piece.quotes)
    facts = (each for fact in piece.facts for each in fact)
    return sum(len(visible(each)) for each in (*piece.text, *facts, *labels, *words))
