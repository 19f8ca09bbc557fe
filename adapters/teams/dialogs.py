"""Draws dialogs, before one person alone: a page of a form to fill in, or cards to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from adapters.teams.connector import CARD
from adapters.teams.fitting import LIMIT
from adapters.teams.render import Element, body_of, paragraph, submit, whole_card
from bot.card import Button, Card, Field, Press, Reply, Sheet, Tone
from bot.checks import Kind
from bot.cutting import clipped
from bot.plain import visible

NAME = "Lanyard"
TITLE, WORDS = 60, 300
"""Characters of a dialog's title, and of what stands for something longer."""
RADIOS = 5
"""More choices than these are a list to open."""
LABEL = 80
DATE, TIME = "date", "time"
"""The pickers of a moment: inputs named after its field, with this behind a colon."""
PICKERS = ((DATE, "Input.Date", "The day"), (TIME, "Input.Time", "The time"))
SAVE = "Save and close"
ELSEWHERE = "Too long to show here. All of it goes to your own chat with me."
SPARE = 600
"""Bytes for what is said about that which does not fit."""


def dialog(reply: Reply) -> tuple[Element, tuple[Card, ...]]:
    """``reply`` as the task Teams shows in a dialog, and the cards that are too long for it,
    which must be shown in the person's own chat."""
    sheet = reply.sheet
    above = reply.cards[:-1] if sheet else reply.cards
    asks = {each.name: clipped(each.label, LABEL) for each in sheet.fields} if sheet else {}
    bottom = [] if sheet is None else _sheet_buttons(sheet, asks)
    left = LIMIT - SPARE - _weight(whole_card(NAME, [], actions=bottom))
    form = [] if sheet is None else _form(sheet, asks, left)
    top, long = _top(above, asks, left - _weight(form))
    title = sheet.title if sheet else above[0].title if above else NAME
    return _task(title, whole_card(NAME, [*top, *form], actions=bottom)), long


def again(reply: Reply, press: Press, asked: Mapping[str, str], typed: Mapping[str, str]) -> Reply:
    """The form once more after nothing of it could be kept, with everything that was typed.
    ``asked`` are the labels of its fields, which travelled with the buttons."""
    fields = tuple(
        Field(name, asked.get(name) or name, Kind.LONG, typed=words)
        for name, words in typed.items()
    )
    sheet = Sheet("Not sent", fields, Button("Send again", press, primary=True))
    return Reply((*reply.cards, Card("Not sent")), sheet=sheet)


def _task(title: str, card: Element) -> Element:
    title = " ".join(visible(title).split()) or NAME
    value = {
        "title": clipped(title, TITLE),
        "width": "medium",
        "height": "large",
        "card": {"contentType": CARD, "content": card},
    }
    return {"task": {"type": "continue", "value": value}}


def _top(
    cards: tuple[Card, ...], asks: Mapping[str, str], left: int
) -> tuple[list[Element], tuple[Card, ...]]:
    """The cards to be read first. One that is too long keeps its head and its buttons."""
    drawn: list[Element] = []
    long: list[Card] = []
    for card in cards:
        body = _asking(body_of(card), asks)
        if _weight(body) > left:
            long.append(card)
            head = Card(clipped(card.title, WORDS), text=(ELSEWHERE,), tone=card.tone)
            body = _asking(body_of(replace(head, buttons=card.buttons)), asks)
        if _weight(body) > left:
            body = body_of(head)
        if drawn and body:
            body[0] = {**body[0], "separator": True, "spacing": "Large"}
        left -= _weight(body)
        drawn += body
    return drawn, tuple(long)


def _asking(body: list[Element], asks: Mapping[str, str]) -> list[Element]:
    """Buttons beside fields send what stands in them, and what the fields were called."""
    for element in body if asks else ():
        for action in element.get("actions", ()):
            action["data"]["asks"] = dict(asks)
    return body


def _sheet_buttons(sheet: Sheet, asks: Mapping[str, str]) -> list[Element]:
    return [_sends(each, asks) for each in (sheet.send, *sheet.buttons[:3])]


def _sends(button: Button, asks: Mapping[str, str]) -> Element:
    return submit(button, {"press": str(button.press), "asks": dict(asks)})


def _form(sheet: Sheet, asks: Mapping[str, str], left: int) -> list[Element]:
    """The fields in their order; what does not fit is said to be missing."""
    notes = [clipped(sheet.source, WORDS)] if sheet.source else []
    if sheet.closed is not None:
        notes.append(f"The cross loses what you typed here; “{SAVE}” keeps it.")
    drawn = [paragraph(each, isSubtle=True, size="Small") for each in notes]
    save = [Button(SAVE, sheet.closed)] if sheet.closed is not None else []
    foot: list[Element] = [{"type": "ActionSet", "actions": [_sends(b, asks)]} for b in save]
    left -= _weight(drawn) + _weight(foot)
    missing = 0
    for field in sheet.fields:
        for elements in (list(_field(field)), [_kept(field)] if field.typed else []):
            if elements and _weight(elements) <= left:
                drawn += elements
                left -= _weight(elements)
                break
        else:
            missing += 1
    if missing:
        said = f"{missing} more questions did not fit here. Answer them in your chat with me."
        drawn.append(paragraph(said))
    return [*drawn, *foot]


def _field(field: Field) -> Iterator[Element]:
    if field.problem:
        said = paragraph(f"{Tone.WARNING}: {field.problem}", weight="Bolder")
        yield {"type": "Container", "style": "attention", "items": [said]}
    label = f"{visible(field.label)} (needed)" if field.needed else visible(field.label)
    chosen = field.kind is Kind.CHOICE and bool(field.choices)
    yield (_choice if chosen else _text)(field, label)
    help = field.help
    if field.kind is Kind.MOMENT:
        help = f"{help} In your own words, such as: {', '.join(field.choices[:3])}.".strip()
    if help:
        yield paragraph(help, isSubtle=True, size="Small", spacing="Small")
    if field.kind is Kind.MOMENT:
        for kind, element, what in PICKERS:
            yield {
                "type": element,
                "id": f"{field.name}:{kind}",
                "label": f"{what}, if you would rather pick it",
            }


def _choice(field: Field, label: str) -> Element:
    drawn: Element = {
        "type": "Input.ChoiceSet",
        "id": field.name,
        "label": label,
        "style": "expanded" if len(field.choices) <= RADIOS else "compact",
        "wrap": True,
        "choices": [{"title": visible(each), "value": each} for each in field.choices],
    }
    return {**drawn, "value": field.typed} if field.typed in field.choices else drawn


def _text(field: Field, label: str) -> Element:
    drawn: Element = {
        "type": "Input.Text",
        "id": field.name,
        "label": label,
        "isMultiline": field.kind is Kind.LONG,
    }
    if field.longest:
        # A refused answer may be longer than the limit it broke.
        drawn["maxLength"] = max(field.longest, len(field.typed))
    return {**drawn, "value": field.typed} if field.typed else drawn


def _kept(field: Field) -> Element:
    """In place of a field whose answer is too long to be shown in it."""
    return paragraph(
        f"{clipped(field.label, WORDS)} Your answer of {len(field.typed):,} characters is kept. "
        "It is too long to be changed here; you can add to it in your chat with me."
    )


def _weight(drawn: Element | list[Element]) -> int:
    return len(json.dumps(drawn))
