"""Draws random records on every surface of Slack, and says what is wrong with the drawing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adapters.slack.render import MESSAGE, PARTS, notice, pages
from adapters.slack.views import home_tab, modal
from bot.card import Card, Reply, Sheet
from bot.plain import visible
from tests.records import Records, Source, words_in
from tests.stages.fake_slack import refuse_message
from tests.stages.fake_views import refuse_view

Data = dict[str, Any]

SAYS_SO = ("not shown here", "did not fit", "characters is kept")


def faults(records: Records) -> Iterator[str]:
    """What is wrong with one random card and one random reply, on each surface."""
    card, reply = records.card(), records.reply()
    yield from _message("notice", notice(card).payload(), (card,))
    for page in pages(*reply.cards, footer="Only you can see this."):
        yield from _message("answer", page.payload(), reply.cards)
    yield from _whole("answer", [p.payload()["blocks"] for p in pages(*reply.cards)], reply.cards)
    yield from _view("modal", modal(reply), reply)
    yield from _view("home", home_tab(reply), reply)


def _message(surface: str, payload: Data, cards: tuple[Card, ...]) -> Iterator[str]:
    blocks = payload["blocks"]
    refused = refuse_message(payload) if blocks else None
    if refused is not None:
        yield f"{surface}: {refused}"
    if len(json.dumps(blocks, ensure_ascii=False)) > MESSAGE:
        yield f"{surface}: too large"
    if set("<>") & set(payload["text"]):
        yield f"{surface}: markup in the notification"
    yield from _blocks(surface, blocks, cards)


def _view(surface: str, view: Data, reply: Reply) -> Iterator[str]:
    refused = refuse_view(json.loads(json.dumps(view)), "home" if surface == "home" else "modal")
    if refused is not None:
        yield f"{surface}: {refused}"
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as fault:
        yield f"{surface}: {fault}"
    replaced = reply.sheet is not None
    cards = reply.cards[:-1] if replaced else reply.cards
    yield from _blocks(surface, view["blocks"], reply.cards)
    yield from _whole(surface, [view["blocks"]], cards)
    if surface == "modal" and reply.sheet is not None:
        yield from _fields(view, reply.sheet)


def _blocks(surface: str, blocks: list[Data], cards: tuple[Card, ...]) -> Iterator[str]:
    """Each block by the SDK's own models; no number cut; nothing but plain text."""
    written = {visible(words) for card in cards for words in words_in(card)}
    written |= {" ".join(each.split()) for each in written}
    sources = [source for each in written if (source := Source(each)).numbers]
    for block in blocks:
        try:
            parsed = Block.parse(block)
            if parsed is None:
                yield f"{surface}: the SDK does not know {block['type']}"
            else:
                parsed.validate_json()
        except SlackObjectFormationError as fault:
            yield f"{surface}: {fault}"
        for words in texts(block):
            if words in written or block["type"] == "input":
                continue
            for source in sources:
                for number in source.cut_by(words):
                    yield f"{surface}: {number!r} is cut"
    if '"mrkdwn"' in json.dumps(blocks):
        yield f"{surface}: markup is read"


def _fields(view: Data, sheet: Sheet) -> Iterator[str]:
    """Each field of a form is there, or it is said why not; and no number in its words is cut."""
    drawn = {block.get("block_id"): block for block in view["blocks"]}
    for field in sheet.fields:
        block = drawn.get(field.name)
        if block is None:
            if "characters is kept" not in str(view["blocks"]):
                yield f"modal: field {field.name} left out without a word"
            continue
        for words in texts(block):
            for source in map(Source, (visible(field.label), visible(field.help), *field.choices)):
                if words.endswith("\u2026") and words[:12] == source.text[:12]:
                    yield from (f"modal: {n!r} is cut" for n in source.cut_by(words))


def _whole(surface: str, drawn: list[list[Data]], cards: Iterable[Card]) -> Iterator[str]:
    """Every word is there, or it is said that some are not."""
    read = "".join(words for blocks in drawn for block in blocks for words in texts(block))
    if any(sign in read for sign in SAYS_SO):
        return
    if len(drawn) > PARTS:
        yield f"{surface}: more than {PARTS} messages"
    read = "".join(read.split())
    for card in cards:
        for words in words_in(card):
            for word in visible(words).split():
                if len(word) < 40 and word not in read:
                    yield f"{surface}: {word!r} is missing, and nothing says so"
                    return


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
