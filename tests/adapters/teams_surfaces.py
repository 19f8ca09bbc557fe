"""Draws random records on every surface of Teams, and says what is wrong with the drawing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_live
from typing import Any

from adapters.teams.dialogs import ELSEWHERE, NAME, dialog
from adapters.teams.fitting import parts, shortened
from adapters.teams.render import ACTIVE, MOST_READERS, READERS_ROOM, adaptive_card, size
from adapters.teams.searching import attachment
from bot.card import Card, Field, Press, Reply
from bot.checks import Kind
from bot.plain import visible
from tests.cuts import Cuts, clipped
from tests.records import Records, letters, words_in

Data = dict[str, Any]

MOST = 28_000
"""Bytes of a card: the least of the limits that Microsoft's pages give."""
READERS = tuple(f"29:{n:0>70}" for n in range(MOST_READERS))
DRAWN = {"TextBlock", "RichTextBlock", "FactSet", "Container", "ActionSet"}
INPUTS = {"Input.Text", "Input.ChoiceSet", "Input.Date", "Input.Time"}
LEFT_OUT = re.compile(
    r"Too long for .*: about ([\d,]+) characters(?: and (\d+) buttons)? are left out here\."
)
NO_ROOM = re.compile(r"(\d+) more questions did not fit here\..*")
KEPT = re.compile(r".*Your answer of [\d,]+ characters is kept\..*", re.DOTALL)
OURS = re.compile(
    rf"{LEFT_OUT.pattern}|{NO_ROOM.pattern}|{KEPT.pattern}|{re.escape(ELSEWHERE)}"
    r"|The cross loses .*|The (?:day|time), if you would rather pick it",
    re.DOTALL,
)
"""What the renderer says of its own."""


@dataclass(frozen=True)
class Drawing:
    """One Adaptive Card, and the cards and the form's fields that are on it."""

    surface: str
    drawn: Data
    cards: tuple[Card, ...]
    fields: tuple[Field, ...] = ()


def drawings(records: Records) -> Iterator[Drawing]:
    """Every Adaptive Card of one random card and one random reply."""
    card, reply = records.card(), records.reply()
    short = shortened(with_live(card, live=Press("view", ("7KQ2M",))))
    readers = READERS if size(short) <= MOST - 2_000 - READERS_ROOM else ()
    yield Drawing("notice", adaptive_card(short, readers=readers), (card,))
    yield Drawing("view", adaptive_card(short, readers=READERS[:1], one_reader=True), (card,))
    for each in reply.cards:
        for part in parts(each):
            yield Drawing("answer", adaptive_card(part), (each,))
        if each.quotes:
            yield Drawing("extension", attachment(each)["content"], (each,))
    drawn, _ = dialog(reply)
    fields = reply.sheet.fields if reply.sheet else ()
    yield Drawing("dialog", drawn["task"]["value"]["card"]["content"], reply.cards, fields)


def faults(records: Records) -> Iterator[str]:
    """What is wrong with them."""
    everything = list(drawings(records))
    cards = [card for each in everything for card in each.cards]
    written = {visible(words) for card in cards for words in words_in(card)}
    # In Teams what stands over a quote and the quote are texts of their own.
    quotes = [quote for card in cards for quote in card.quotes]
    written |= {visible(words) for quote in quotes for words in (quote.label, quote.words)}
    written |= {_hint(field) for each in everything for field in each.fields}
    cuts = Cuts(written, records.numbers)
    for each in everything:
        weight = len(json.dumps(each.drawn).encode())
        if weight > MOST:
            yield f"{each.surface}: {weight:,} bytes"
        yield from _elements(each.surface, each.drawn)
        for words in texts(each.drawn):
            yield from (f"{each.surface}: {fault}" for fault in cuts.faults(words))
        summary = NAME if each.surface == "dialog" else visible(each.cards[0].summary)
        if not clipped(each.drawn["fallbackText"], summary):
            yield f"{each.surface}: the notification is cut, and nothing says so"
    reply = records.reply()
    yield from _dialog(reply, records)
    for card in reply.cards:
        yield from _whole("notice", [adaptive_card(shortened(card))], (card,))
        yield from _whole("answer", [adaptive_card(part) for part in parts(card)], (card,))
        if card.quotes:
            yield from _extension(card, records)


def _hint(field: Field) -> str:
    """What stands under a field: its choices, which may end in a number, before a full stop."""
    if field.kind is not Kind.MOMENT:
        return visible(field.help)
    such_as = f"In your own words, such as: {', '.join(field.choices[:3])}."
    return visible(f"{field.help} {such_as}".strip())


def _extension(card: Card, records: Records) -> Iterator[str]:
    """A clause found by the message extension: its preview, and the card that is put in."""
    drawn = attachment(card)
    yield from _whole("extension", [drawn["content"]], (card,))
    preview, said = drawn["preview"]["content"], visible(card.quotes[0].words)
    cuts = Cuts((visible(card.title), said), records.numbers)
    for short, whole in ((preview["title"], visible(card.title)), (preview["text"], said)):
        if not clipped(short, whole):
            yield f"extension: {short!r} for {whole[:80]!r}, and nothing says so"
        yield from (f"extension: {fault}" for fault in cuts.faults(short))


def elements(drawn: Data) -> Iterator[Data]:
    """Every element of a card, containers' included, and its actions."""
    waiting = [*drawn["body"], *({"type": "ActionSet", "actions": [a]} for a in _foot(drawn))]
    while waiting:
        element = waiting.pop(0)
        yield element
        waiting += element.get("items", [])


def _foot(drawn: Data) -> list[Data]:
    found: list[Data] = drawn.get("actions", [])
    return found


def _elements(surface: str, drawn: Data) -> Iterator[str]:
    """Only what every client draws, nothing read as markup, every button with a meaning."""
    wanted = DRAWN | (INPUTS if surface == "dialog" else set())
    ids = [each["id"] for each in elements(drawn) if each["type"].startswith("Input.")]
    if len(ids) != len(set(ids)):
        yield f"{surface}: two fields share a name"
    for element in elements(drawn):
        if element["type"] not in wanted:
            yield f"{surface}: {element['type']}"
        if element["type"] == "TextBlock" and ACTIVE.search(element["text"]):
            yield f"{surface}: markup is read"
        for action in element.get("actions", ()):
            kind = "Action.Submit" if surface in ("dialog", "view") else "Action.Execute"
            if action["type"] != kind or not action["data"]["press"]:
                yield f"{surface}: {action['type']} does nothing there"
    if len(_foot(drawn)) > 5:
        yield f"{surface}: more buttons at the foot than are shown"


def _dialog(reply: Reply, records: Records) -> Iterator[str]:
    """Each field is there or it is said why not; a card too long for it is handed back."""
    drawn, long = dialog(reply)
    task = drawn["task"]["value"]
    content = task["card"]["content"]
    if len(task["title"]) > 64:
        yield "dialog: long title"
    cards = reply.cards[:-1] if reply.sheet else reply.cards
    handed_back = [adaptive_card(part) for card in long for part in parts(card)]
    yield from _whole("dialog", [content, *handed_back], cards, dialog_of=reply)
    if long and not any(ELSEWHERE in words for words in texts(content)):
        yield "dialog: a card is elsewhere, and nothing says so"
    shown = [(task["title"], reply.sheet.title if reply.sheet else cards[0].title)]
    inputs = {each["id"]: each for each in elements(content) if each["type"].startswith("Input.")}
    said = [words for words in texts(content) if OURS.fullmatch(words)]
    kept = sum(KEPT.fullmatch(words) is not None for words in said)
    lost = sum(int(found[1]) for words in said if (found := NO_ROOM.fullmatch(words)))
    fields = reply.sheet.fields if reply.sheet else ()
    missing = [each.name for each in fields if each.name not in inputs]
    if len(missing) != kept + lost:
        yield f"dialog: {len(missing)} fields left out, {kept + lost} said to be"
    for field in fields:
        if field.name in inputs:
            drawn_field = inputs[field.name]
            shown.append((drawn_field["label"].removesuffix(" (needed)"), field.label))
            options = [each["title"] for each in drawn_field.get("choices", ())]
            shown += zip(options, field.choices, strict=True) if options else ()
    cuts = Cuts((visible(whole) for _, whole in shown), records.numbers)
    for short, whole in shown:
        if not clipped(short, visible(whole)) and visible(whole).strip():
            yield f"dialog: {short!r} for {whole[:80]!r}, and nothing says so"
        yield from (f"dialog: {fault}" for fault in cuts.faults(short))


def _whole(
    surface: str, drawn: list[Data], cards: Sequence[Card], dialog_of: Reply | None = None
) -> Iterator[str]:
    """Every word and every button is there, or it is said how much is not."""
    read = [words for each in drawn for words in texts(each)]
    left = [found for words in read if (found := LEFT_OUT.fullmatch(words))]
    text = re.sub(r"\s+", "", "".join(words for words in read if not OURS.fullmatch(words)))
    gone = letters(visible(words) for card in cards for words in words_in(card)) - len(text)
    said = sum(int(found[1].replace(",", "")) for found in left)
    if left and gone > said + len(cards):
        yield f"{surface}: {gone} letters are left out, and about {said} said to be"
    for card in cards if not left else ():
        for words in words_in(card):
            for word in visible(words).split():
                # The colon that other platforms put behind a quote's label is a line here.
                word = word.removesuffix(":")
                if len(word) < 40 and word not in text:
                    yield f"{surface}: {word!r} is missing, and nothing says so"
                    return
    if dialog_of is None:
        shown = sum(len(e.get("actions", ())) for each in drawn for e in elements(each))
        lost = sum(int(found[2] or 0) for found in left)
        if shown + lost != (wanted := sum(len(card.buttons) for card in cards)):
            yield f"{surface}: {shown} of {wanted} buttons, {lost} said to be left out"


def texts(drawn: Data) -> Iterator[str]:
    """Every text a person reads in a card, line by line."""
    for element in elements(drawn):
        if "text" in element:
            yield element["text"]
        if "inlines" in element:
            yield "".join(run["text"] for run in element["inlines"])
        for fact in element.get("facts", ()):
            yield f"{fact['title']}: {fact['value']}"
        if "label" in element:
            yield element["label"]
