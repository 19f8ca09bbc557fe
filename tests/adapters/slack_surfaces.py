"""Draws random records on every surface of Slack, and says what is wrong with the drawing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adapters.slack.render import MESSAGE, PARTS, notice, pages
from adapters.slack.views import home_tab, modal
from bot.card import Card, Reply, Sheet
from bot.plain import visible
from tests.cuts import Cuts, clipped
from tests.records import Records, letters, words_in
from tests.stages.fake_slack import refuse_message
from tests.stages.fake_views import refuse_view

Data = dict[str, Any]

LEFT_OUT = re.compile(r"the last ([\d,]+) characters(?: and (\d+) buttons)? are not shown here")
NO_ROOM = re.compile(r"(\d+) more buttons did not fit\.")
OURS = re.compile(
    rf"Too long for Slack: .*|{NO_ROOM.pattern}|Part \d+ of \d+|.* characters is kept\. .*"
    r"|Only you can see this\.|\w+, if you would rather pick it|There is nothing more to show\.",
    re.DOTALL,
)
"""What the renderer says of its own."""


def faults(records: Records) -> Iterator[str]:
    """What is wrong with one random card and one random reply, on each surface."""
    card, reply = records.card(), records.reply()
    cuts = Cuts(_written((card, *reply.cards)), records.numbers)
    yield from _message("notice", notice(card).payload(), card, cuts)
    yield from _whole("notice", [notice(card).payload()["blocks"]], (card,))
    for page in pages(*reply.cards, footer="Only you can see this."):
        yield from _message("answer", page.payload(), reply.cards[0], cuts)
    drawn = [page.payload()["blocks"] for page in pages(*reply.cards)]
    if len(drawn) > PARTS:
        yield f"answer: more than {PARTS} messages"
    yield from _whole("answer", drawn, reply.cards)
    yield from _view("modal", modal(reply), reply, cuts, records)
    yield from _view("home", home_tab(reply), reply, cuts, records)


def _written(cards: tuple[Card, ...]) -> Iterator[str]:
    for card in cards:
        yield from map(visible, (*words_in(card), card.summary))
        yield from (visible(each.label) for each in card.buttons)


def _message(surface: str, payload: Data, card: Card, cuts: Cuts) -> Iterator[str]:
    blocks = payload["blocks"]
    refused = refuse_message(payload) if blocks else None
    if refused is not None:
        yield f"{surface}: {refused}"
    if len(json.dumps(blocks, ensure_ascii=False)) > MESSAGE:
        yield f"{surface}: too large"
    if set("<>") & set(payload["text"]):
        yield f"{surface}: markup in the notification"
    if not clipped(unescape(payload["text"]), visible(card.summary)):
        yield f"{surface}: the notification is cut, and nothing says so"
    yield from (f"{surface}: {each}" for each in cuts.faults(unescape(payload["text"])))
    yield from _blocks(surface, blocks, cuts)


def _view(surface: str, view: Data, reply: Reply, cuts: Cuts, records: Records) -> Iterator[str]:
    refused = refuse_view(json.loads(json.dumps(view)), "home" if surface == "home" else "modal")
    if refused is not None:
        yield f"{surface}: {refused}"
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as fault:
        yield f"{surface}: {fault}"
    replaced = reply.sheet is not None
    cards = reply.cards[:-1] if replaced else reply.cards
    yield from _blocks(surface, view["blocks"], cuts)
    yield from _whole(surface, [view["blocks"]], cards, reply.sheet)
    if surface == "modal" and reply.sheet is not None:
        yield from _fields(view, reply.sheet, records)


def _blocks(surface: str, blocks: list[Data], cuts: Cuts) -> Iterator[str]:
    """Each block by the SDK's own models; no number cut; nothing but plain text."""
    for block in blocks:
        try:
            parsed = Block.parse(block)
            if parsed is None:
                yield f"{surface}: the SDK does not know {block['type']}"
            else:
                parsed.validate_json()
        except SlackObjectFormationError as fault:
            yield f"{surface}: {fault}"
        if block["type"] != "input":
            for words in texts(block):
                yield from (f"{surface}: {each}" for each in cuts.faults(words))
    if '"mrkdwn"' in json.dumps(blocks):
        yield f"{surface}: markup is read"


def _fields(view: Data, sheet: Sheet, records: Records) -> Iterator[str]:
    """Each field of a form is there, or it is said why not; what is short of what it stands for
    says so, and no number in it is cut."""
    drawn = {block.get("block_id"): block for block in view["blocks"]}
    kept = [words for block in view["blocks"] for words in texts(block) if "is kept." in words]
    missing = sum(field.name not in drawn for field in sheet.fields)
    if missing != len(kept):
        yield f"modal: {missing} fields left out, {len(kept)} said to be"
    shown = [(view["title"]["text"], sheet.title or "Lanyard")]
    shown.append((view["submit"]["text"], sheet.send.label))
    for field in sheet.fields:
        if field.name not in drawn:
            continue
        block = drawn[field.name]
        shown.append((block["label"]["text"], field.label))
        options = block["element"].get("options", ())
        shown += [
            (each["text"]["text"], c) for each, c in zip(options, field.choices, strict=False)
        ]
        typed = block["element"].get("initial_value", "")
        if typed and typed != field.typed:
            yield f"modal: what was typed in {field.name} is another text now"
    cuts = Cuts((visible(whole) for _, whole in shown), records.numbers)
    for short, whole in shown:
        if not clipped(short, visible(whole)) and visible(whole).strip():
            yield f"modal: {short!r} for {whole[:80]!r}, and nothing says so"
        yield from (f"modal: {each}" for each in cuts.faults(short))


def _whole(
    surface: str, drawn: list[list[Data]], cards: Sequence[Card], sheet: Sheet | None = None
) -> Iterator[str]:
    """Every word and every button is there, or it is said how much is not."""
    blocks = [block for each in drawn for block in each if block["type"] != "input"]
    read = [words for block in blocks if block["type"] != "actions" for words in texts(block)]
    said = " ".join(read)
    left = [int(found[1].replace(",", "")) for found in LEFT_OUT.finditer(said)]
    here = [words for words in read if not OURS.fullmatch(words)]
    text = "".join("".join(here).split())
    if not left:
        for card in cards:
            for words in words_in(card):
                for word in visible(words).split():
                    if len(word) < 40 and word not in text:
                        yield f"{surface}: {word!r} is missing, and nothing says so"
                        return
    gone = letters(visible(words) for card in cards for words in words_in(card)) - len(text)
    if left and gone > sum(left):
        yield f"{surface}: {gone} letters are left out, and only {sum(left)} said to be"
    yield from _pressable(surface, blocks, cards, said, sheet)


def _pressable(
    surface: str, blocks: list[Data], cards: Sequence[Card], said: str, sheet: Sheet | None
) -> Iterator[str]:
    shown = [e["text"]["text"] for b in blocks if b["type"] == "actions" for e in b["elements"]]
    wanted = [visible(each.label) for card in cards for each in card.buttons]
    own = [visible(each.label) for each in sheet.buttons] if sheet and surface == "modal" else []
    lost = sum(int(found[1]) for found in NO_ROOM.finditer(said))
    lost += sum(int(found[2] or 0) for found in LEFT_OUT.finditer(said))
    if len(shown) + lost != len(wanted) + len(own):
        yield f"{surface}: {len(shown)} of {len(wanted)} buttons, {lost} said to be left out"
    waiting = iter([*wanted, *own])
    for label in shown:
        if not any(clipped(label, each or "\u2026") for each in waiting):
            yield f"{surface}: {label!r} is no button of these"


def texts(block: Data) -> Iterator[str]:
    """Every text in a block, buttons and labels included."""
    for value in block.values():
        if isinstance(value, dict):
            yield from ([value["text"]] if isinstance(value.get("text"), str) else texts(value))
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, dict) and isinstance(each.get("text"), str):
                    yield each["text"]
                elif isinstance(each, dict):
                    yield from texts(each)
