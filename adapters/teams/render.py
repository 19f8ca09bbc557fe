"""A Card as an Adaptive Card: pure, and nothing in it is ever read as Markdown or HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.card import Button, Card, Quote, Tone
from bot.plain import visible

Element = dict[str, Any]

VERSION = "1.4"
"""The newest version with Action.Execute that every Teams client, phones included, renders."""
MOST_IN_ROW = 6
ROW_CHARACTERS = 48
"""Teams cuts labels that do not fit beside each other, so long ones get a row of their own."""
STYLES = {Tone.URGENT: "attention", Tone.WARNING: "warning", Tone.DONE: "good"}

ACTIVE = re.compile(
    r"[\\`*_\[\]<>&~|\n]"  # emphasis, code, links, tags such as <at>, entities, tables
    r"|^[ \t]|^(#|[-+]\s|\d+[.)]\s|-{3})"  # headings and lists
    r"|[a-z]:\S|www\.|\S@\S"  # what some clients make a link of
    r"|\{\{",  # what the card's own functions turn into a date
    re.IGNORECASE,
)


def adaptive_card(card: Card) -> Element:
    """``card`` for Teams. Its size is the caller's to mind (:mod:`adapters.teams.fitting`)."""
    body: list[Element] = [_title(card)]
    body += [_words(paragraph) for paragraph in card.text]
    body += _facts(card.facts)
    body += [_quote(quote) for quote in card.quotes]
    if card.source:
        body.append(_words(card.source, isSubtle=True, size="Small"))
    body += [_row(row) for row in _rows(card.buttons)]
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        "lang": "en-GB",
        "fallbackText": visible(card.summary),
        "msteams": {"width": "Full"},
        "body": body,
    }


def size(card: Card) -> int:
    """How many bytes the card takes on the wire, at the most."""
    return len(json.dumps(adaptive_card(card)))


def _title(card: Card) -> Element:
    tone = card.tone.value
    title = card.title if card.title.startswith(tone) else f"{tone}: {card.title}"
    words = _words(title, weight="Bolder", size="Medium")
    if card.tone is Tone.PLAIN:
        return words
    return {"type": "Container", "style": STYLES[card.tone], "items": [words]}


def _words(text: str, **look: Any) -> Element:
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
            _words(quote.label.replace("\n", " "), weight="Bolder"),
            *({**line, "spacing": "None"} for line in lines),
        ],
    }


def _rows(buttons: tuple[Button, ...]) -> Iterator[list[Button]]:
    row: list[Button] = []
    for button in buttons:
        taken = sum(len(each.label) for each in row)
        if row and (len(row) == MOST_IN_ROW or taken + len(button.label) > ROW_CHARACTERS):
            yield row
            row = []
        row.append(button)
    if row:
        yield row


def _row(row: list[Button]) -> Element:
    return {"type": "ActionSet", "actions": [_action(button) for button in row]}


def _action(button: Button) -> Element:
    action: Element = {
        "type": "Action.Execute",
        "title": visible(button.label),
        "verb": "press",
        "data": {"press": str(button.press)},
    }
    if button.primary:
        action["style"] = "positive"
    return action
