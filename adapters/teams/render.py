"""A Card as an Adaptive Card: pure, and nothing in it is ever read as Markdown or HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.card import FORM_ONLY, Button, Card, Press, Quote, Tone
from bot.cutting import ELLIPSIS
from bot.plain import toned, visible

Element = dict[str, Any]

VERSION = "1.4"
"""The newest version with Action.Execute that every Teams client, phones included, renders."""
MOST_IN_ROW = 5
ROW_CHARACTERS, BUTTON_CHARACTERS = 36, 4
"""What a narrow pane (320 pixels) has room for, and what a button takes besides its label: some
clients cut what does not fit beside the others, so long labels get a row of their own."""
MOST_READERS = 60
"""Teams draws a card anew by itself for no more people than these."""
READERS_ROOM = 6_000
"""Bytes that the names of so many readers take."""
PRESS, REFRESH = "press", "refresh"
"""The verbs of Action.Execute: somebody pressed, or their client asks for their own card."""
STYLES = {Tone.URGENT: "attention", Tone.WARNING: "warning", Tone.DONE: "good"}

ACTIVE = re.compile(
    r"[\\`*_\[\]<>&~|\n]"  # emphasis, code, links, tags such as <at>, entities, tables
    r"|^[ \t]|^(#|[-+]\s|\d+[.)]\s|-{3})"  # headings and lists
    r"|[a-z]:\S|www\.|\S@\S"  # what some clients make a link of
    r"|\{\{",  # what the card's own functions turn into a date
    re.IGNORECASE,
)


def adaptive_card(
    card: Card, *, readers: tuple[str, ...] = (), one_reader: bool = False
) -> Element:
    """``card`` for Teams. Its size is the caller's to mind (:mod:`adapters.teams.fitting`).

    ``readers`` are the accounts (``29:…``) that see a live card in a room each with their own
    buttons. ``one_reader``: it is such a card, for one of them, and what its buttons lead to is
    shown in a dialog before that person alone, where nothing of it stays in a chat.
    """
    whole = whole_card(visible(card.summary), list(_body(card, dialogs=one_reader)))
    if card.live is not None and (readers or one_reader):
        whole["refresh"] = _refresh(card.live, readers[:MOST_READERS])
    return whole


def body_of(card: Card) -> list[Element]:
    """The elements of ``card``, its buttons among them, as they stand in a dialog."""
    return list(_body(card, in_dialog=True))


def _body(card: Card, *, dialogs: bool = False, in_dialog: bool = False) -> Iterator[Element]:
    body: list[Element] = [_title(card)]
    body += [paragraph(words) for words in card.text]
    body += _facts(card.facts)
    body += [_quote(quote) for quote in card.quotes]
    if card.source:
        body.append(paragraph(card.source, isSubtle=True, size="Small"))
    yield from body
    for row in _rows(card.buttons):
        actions = [_action(each, card.live, dialogs, in_dialog) for each in row]
        yield {"type": "ActionSet", "actions": actions}


def whole_card(summary: str, body: list[Element], **more: Any) -> Element:
    """An Adaptive Card around ``body``."""
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        "lang": "en",
        "fallbackText": summary,
        "msteams": {"width": "Full"},
        "body": body,
        **more,
    }


def size(card: Card) -> int:
    """How many bytes the card takes on the wire, at the most."""
    return len(json.dumps(adaptive_card(card)))


def _title(card: Card) -> Element:
    words = paragraph(toned(card), weight="Bolder", size="Medium")
    if card.tone is Tone.PLAIN:
        return words
    return {"type": "Container", "style": STYLES[card.tone], "items": [words]}


def paragraph(text: str, **look: Any) -> Element:
    """A paragraph, exactly as it is. Plain words go in a TextBlock; whatever a client might read
    as Markdown goes in a TextRun, where nothing is read, so nothing needs escaping."""
    shown = visible(text)
    if not ACTIVE.search(shown):
        return {"type": "TextBlock", "text": shown, "wrap": True, **look}
    lines = [_run(line, **look) for line in shown.split("\n")]
    if len(lines) == 1:
        return lines[0]
    return {
        "type": "Container",
        "items": [lines[0], *({**e, "spacing": "None"} for e in lines[1:])],
    }


def _run(line: str, **look: Any) -> Element:
    # An empty line would be dropped; a no-break space keeps its height. ``{{DATE(…)}}`` works in
    # a run too, so no run holds both its braces.
    runs = (line or "\u00a0").replace("{{", "{\0{").replace("{{", "{\0{").split("\0")
    return {
        "type": "RichTextBlock",
        "inlines": [{"type": "TextRun", "text": run, **look} for run in runs],
    }


def _facts(facts: tuple[tuple[str, str], ...]) -> list[Element]:
    """Facts in their order; one whose words are not plain stands by itself beside its name."""
    elements: list[Element] = []
    for name, value in facts:
        name, value = visible(name), visible(value)
        if ACTIVE.search(name) or ACTIVE.search(value):
            first, *more = value.split("\n")
            named = _run(f"{name}: ".replace("\n", " "), weight="Bolder")
            if first:
                named["inlines"] += _run(first)["inlines"]
            items = [named, *({**_run(line), "spacing": "None"} for line in more)]
            elements.append({"type": "Container", "items": items} if more else named)
            continue
        if not elements or elements[-1]["type"] != "FactSet":
            elements.append({"type": "FactSet", "facts": []})
        elements[-1]["facts"].append({"title": name, "value": value})
    return elements


def _quote(quote: Quote) -> Element:
    """Somebody's own words: always runs, one for each line, under a label of ours."""
    lines = [_run(line) for line in visible(quote.words).split("\n")]
    return {
        "type": "Container",
        "style": "emphasis",
        "items": [
            paragraph(quote.label.replace("\n", " "), weight="Bolder"),
            *({**line, "spacing": "None"} for line in lines),
        ],
    }


def _rows(buttons: tuple[Button, ...]) -> Iterator[list[Button]]:
    row: list[Button] = []
    for button in buttons:
        taken = sum(len(each.label) + BUTTON_CHARACTERS for each in (*row, button))
        if row and (len(row) == MOST_IN_ROW or taken > ROW_CHARACTERS):
            yield row
            row = []
        row.append(button)
    if row:
        yield row


def _action(button: Button, live: Press | None, dialogs: bool, in_dialog: bool) -> Element:
    data: Element = {"press": str(button.press)}
    if in_dialog:
        return submit(button, data)
    if dialogs or button.press.verb == FORM_ONLY:
        return submit(button, {**data, "msteams": {"type": "task/fetch"}})
    if live is not None:
        data["live"] = str(live)
    return {
        "type": "Action.Execute",
        "title": _title_of(button),
        "verb": PRESS,
        "data": data,
        **_style(button),
    }


def submit(button: Button, data: Element) -> Element:
    """A button that opens a dialog or is in one: there Teams knows no Action.Execute."""
    return {
        "type": "Action.Submit",
        "title": _title_of(button),
        "data": data,
        **_style(button),
    }


def _title_of(button: Button) -> str:
    """Never empty: a button without a name cannot be read out."""
    return visible(button.label) or ELLIPSIS


def _style(button: Button) -> Element:
    return {"style": "positive"} if button.primary else {}


def _refresh(live: Press, readers: tuple[str, ...]) -> Element:
    """Lets every reader's client ask for the card as that reader may have it."""
    action = {
        "type": "Action.Execute",
        "title": "Bring up to date",
        "verb": REFRESH,
        "data": {"press": str(live)},
    }
    return {"action": action, **({"userIds": list(readers)} if readers else {})}
