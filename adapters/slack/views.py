"""Draws modals and the Home tab: pure functions of a reply, all of it within Slack's limits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from adapters.slack.fitting import clipped, size
from adapters.slack.render import (
    BUTTONS_IN_A_ROW,
    Block,
    body_of,
    button,
    buttons_of,
    context,
    left_out,
    length_of,
    plain_text,
)
from bot.card import Card, Field, Press, Reply, Sheet, Tone
from bot.checks import Kind
from bot.plain import visible

View = dict[str, Any]

TITLE, MOST_BLOCKS, LABEL, HINT = 24, 100, 2000, 2000
INPUT, OPTION, OPTION_VALUE, RADIOS, OPTIONS = 3000, 75, 150, 5, 100
"""A text field holds 3,000 characters; a list, 100 options of 75."""

VIEW = 200_000
"""All of a view as JSON, below the 250,000 at which Slack refuses."""

DATE, TIME = "date", "time"
"""The pickers of a moment: blocks named after its field, with this behind a colon."""

CLOSE, NAME = "Close", "Lanyard"


def modal(reply: Reply) -> View:
    """``reply`` as a modal: its sheet below the cards that come before it, or its cards."""
    if reply.sheet is None:
        return _view(NAME, _cards(reply.cards, MOST_BLOCKS))
    return sheet_modal(reply.sheet, reply.cards[:-1])


def sheet_modal(sheet: Sheet, above: tuple[Card, ...] = ()) -> View:
    """A page of a form with fields to fill in, ``above`` it what must be read first."""
    fields = [block for field in sheet.fields for block in _field(field)]
    below = _sheet_buttons(sheet)
    said = clipped(visible(sheet.source), HINT)
    source = [context(said)] if said else []
    room = MOST_BLOCKS - len(fields) - len(below) - len(source)
    view = _view(sheet.title, [*_cards(above, room), *source, *fields, *below])
    view |= {
        "submit": plain_text(clipped(visible(sheet.send.label), TITLE)),
        "private_metadata": json.dumps(_presses(sheet)),
        "notify_on_close": sheet.closed is not None,
    }
    return view


def home_tab(reply: Reply, drawn: str = "") -> View:
    """The Home tab: cards, and an ask box in place of the last of them if there is one; below
    the first of them, when it was ``drawn``."""
    asks = reply.sheet.fields if reply.sheet is not None else ()
    boxes = [_ask_box(field) for field in asks]
    cards = reply.cards[: len(reply.cards) - bool(boxes)]
    stamp = [context(drawn)] if drawn else []
    top = [*_cards(cards[:1], MOST_BLOCKS - len(boxes) - len(stamp)), *boxes, *stamp]
    rest = _cards(cards[1:], MOST_BLOCKS - len(top), first=1)
    metadata = json.dumps(_presses(reply.sheet)) if reply.sheet else ""
    return {"type": "home", "blocks": [*top, *rest], "private_metadata": metadata}


def _view(title: str, blocks: list[Block]) -> View:
    return {
        "type": "modal",
        "callback_id": "lanyard",
        "title": plain_text(clipped(visible(title), TITLE) or NAME),
        "close": plain_text(CLOSE),
        "blocks": blocks or [context("There is nothing more to show.")],
    }


def _presses(sheet: Sheet) -> dict[str, str]:
    """What sending, changing a field and closing mean; read back by :func:`meant_by`."""
    presses = {"send": sheet.send.press, "changed": sheet.changed, "closed": sheet.closed}
    return {name: str(press) for name, press in presses.items() if press is not None}


def meant_by(view: View, what: str) -> Press | None:
    """The press behind ``what`` (send, changed, closed) of a view of ours."""
    try:
        said = json.loads(view.get("private_metadata") or "{}").get(what)
    except (ValueError, AttributeError):
        return None
    return Press.parse(said) if isinstance(said, str) and said else None


def _cards(cards: Iterable[Card], room: int, first: int = 0) -> list[Block]:
    """The blocks of ``cards``, as many as there is ``room`` for; the rest is said to be left
    out, and the buttons of a card stand even when some of its words do not."""
    blocks: list[Block] = []
    weight = lost = 0
    missing: list[Block] = []
    for number, card in enumerate(cards, first):
        body, buttons = list(body_of(card)), list(buttons_of(card, number))
        space = room - len(blocks) - len(buttons) - 1
        fitting = 0
        for block in body[: max(space, 0)]:
            weight += len(json.dumps(block))
            if weight > VIEW:
                break
            fitting += 1
        if space < 0 or missing:
            missing += body
            lost += len(card.buttons)
            continue
        blocks += [*body[:fitting], *buttons]
        missing += body[fitting:]
    return [*blocks, left_out(length_of(missing), lost)] if missing or lost else blocks


def _sheet_buttons(sheet: Sheet) -> list[Block]:
    drawn = [button(each, f"sheet-{n}") for n, each in enumerate(sheet.buttons)]
    return [
        {"type": "actions", "elements": drawn[at : at + BUTTONS_IN_A_ROW]}
        for at in range(0, len(drawn), BUTTONS_IN_A_ROW)
    ]


def _field(field: Field) -> Iterator[Block]:
    if field.problem:
        yield context(clipped(f"{Tone.WARNING}: {visible(field.problem)}", LABEL))
    if size(field.typed) > INPUT:
        # What is longer than a box would be cut by it: it stays as it is, and that is said.
        count = f"{len(field.typed):,}"
        yield context(
            f"{field.label} Your answer of {count} characters is kept. It is too long to be "
            "changed here; you can add to it in your messages."
        )
        return
    yield {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(clipped(visible(field.label), LABEL)),
        "element": _element(field),
        "optional": not field.needed,
        **_hint(field),
        **({"dispatch_action": True} if field.steers else {}),
    }
    if field.kind is Kind.MOMENT:
        for kind, label in ((DATE, "The day"), (TIME, "The time")):
            yield {
                "type": "input",
                "block_id": f"{field.name}:{kind}",
                "label": plain_text(f"{label}, if you would rather pick it"),
                "element": {"type": f"{kind}picker", "action_id": field.name},
                "optional": True,
            }


def _element(field: Field) -> Block:
    if field.kind is Kind.CHOICE and field.choices:
        return _choice(field)
    drawn: Block = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": field.kind is Kind.LONG,
        "max_length": min(field.longest or INPUT, INPUT),
    }
    if field.typed.strip():
        # A refused answer may be longer than the limit it broke.
        drawn["max_length"] = max(drawn["max_length"], size(field.typed))
        drawn["initial_value"] = field.typed
    return drawn


def _choice(field: Field) -> Block:
    options = [_option(choice) for choice in field.choices[:OPTIONS]]
    few = len(options) <= RADIOS
    drawn: Block = {
        "type": "radio_buttons" if few else "static_select",
        "action_id": field.name,
        "options": options,
    }
    if field.typed in field.choices[:OPTIONS]:
        drawn["initial_option"] = _option(field.typed)
    return drawn


def _option(choice: str) -> Block:
    return {"text": plain_text(clipped(visible(choice), OPTION)), "value": choice[:OPTION_VALUE]}


def _hint(field: Field) -> Block:
    longest = field.longest or 0
    words = [field.help] if field.help else []
    if field.kind is Kind.MOMENT:
        words.append(f"In your own words, such as: {', '.join(field.choices[:3])}.")
    if longest > INPUT:
        words.append(f"Up to {INPUT:,} characters here; you can add more afterwards.")
    hint = clipped(visible(" ".join(words)), HINT)
    return {"hint": plain_text(hint)} if hint else {}


def _ask_box(field: Field) -> Block:
    """Pressing Enter asks."""
    return {
        "type": "input",
        "block_id": field.name,
        "dispatch_action": True,
        "label": plain_text(clipped(visible(field.label), LABEL)),
        "element": {
            "type": "plain_text_input",
            "action_id": field.name,
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        },
        **_hint(field),
    }
