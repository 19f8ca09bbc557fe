"""Draws random records on every surface of Teams, and says what is wrong with the drawing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace as with_live
from typing import Any

from adapters.teams.dialogs import ELSEWHERE, dialog
from adapters.teams.fitting import parts, shortened
from adapters.teams.render import ACTIVE, MOST_READERS, READERS_ROOM, adaptive_card, size, visible
from bot.card import Card, Press, Reply
from tests.records import Records, Source, words_in

Data = dict[str, Any]

MOST = 28_000
"""Bytes of a card: the least of the limits that Microsoft's pages give."""
READERS = tuple(f"29:{n:0>70}" for n in range(MOST_READERS))
SAYS_SO = ("left out here", "did not fit", "characters is kept", ELSEWHERE)
DRAWN = {"TextBlock", "RichTextBlock", "FactSet", "Container", "ActionSet"}
INPUTS = {"Input.Text", "Input.ChoiceSet", "Input.Date", "Input.Time"}


def drawings(records: Records) -> Iterator[tuple[str, Data, tuple[Card, ...]]]:
    """Every Adaptive Card of one random card and one random reply, with what is on it."""
    card, reply = records.card(), records.reply()
    short = shortened(with_live(card, live=Press("view", ("7KQ2M",))))
    readers = READERS if size(short) <= MOST - 2_000 - READERS_ROOM else ()
    yield "notice", adaptive_card(short, readers=readers), (card,)
    yield "view", adaptive_card(short, readers=READERS[:1], one_reader=True), (card,)
    for each in reply.cards:
        for part in parts(each):
            yield "answer", adaptive_card(part), (each,)
    drawn, _ = dialog(reply)
    yield "dialog", drawn["task"]["value"]["card"]["content"], reply.cards


def faults(records: Records) -> Iterator[str]:
    """What is wrong with them."""
    for surface, drawn, cards in drawings(records):
        weight = len(json.dumps(drawn).encode())
        if weight > MOST:
            yield f"{surface}: {weight:,} bytes"
        yield from _elements(surface, drawn)
        yield from _numbers(surface, drawn, cards)
    reply = records.reply()
    yield from _dialog(reply)
    for card in reply.cards:
        yield from _whole("notice", [adaptive_card(shortened(card))], (card,))
        yield from _whole("answer", [adaptive_card(part) for part in parts(card)], (card,))


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


def _numbers(surface: str, drawn: Data, cards: tuple[Card, ...]) -> Iterator[str]:
    written = {visible(words) for card in cards for words in words_in(card)}
    sources = [source for each in written if (source := Source(each)).numbers]
    lines = {line for each in written for line in each.split("\n")}
    for words in texts(drawn):
        if words in lines:
            continue
        for source in sources:
            for number in source.cut_by(words):
                yield f"{surface}: {number!r} is cut"


def _dialog(reply: Reply) -> Iterator[str]:
    """Each field is there or it is said why not; a card too long for it is handed back."""
    drawn, long = dialog(reply)
    content = drawn["task"]["value"]["card"]["content"]
    if len(drawn["task"]["value"]["title"]) > 64:
        yield "dialog: long title"
    cards = reply.cards[:-1] if reply.sheet else reply.cards
    yield from _whole(
        "dialog", [content, *(adaptive_card(p) for c in long for p in parts(c))], cards
    )
    if long and not any(ELSEWHERE in words for words in texts(content)):
        yield "dialog: a card is elsewhere, and nothing says so"
    names = {each.get("id") for each in elements(content)}
    for field in reply.sheet.fields if reply.sheet else ():
        said = json.dumps(content)
        if field.name not in names and "did not fit" not in said and "is kept" not in said:
            yield f"dialog: field {field.name} left out without a word"


def _whole(surface: str, drawn: list[Data], cards: Iterable[Card]) -> Iterator[str]:
    """Every word is there, or it is said that some are not."""
    read = "".join(words for each in drawn for words in texts(each))
    if surface != "dialog" and any(sign in read for sign in SAYS_SO):
        return
    read = re.sub(r"\s+", "", read)
    for card in cards:
        for words in words_in(card):
            for word in visible(words).split():
                # The colon that other platforms put behind a quote's label is a line here.
                word = word.removesuffix(":")
                if len(word) < 40 and word not in read:
                    yield f"{surface}: {word!r} is missing, and nothing says so"
                    return


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
