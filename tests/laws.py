"""What holds of every card that anybody is shown, whatever it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.views.wording import BUTTON
from tests.stages.stage import Shown
from tests.test_house import NEVER_SAID

GAPS = re.compile(r"\bNone\b|\{\w*\}|\bUTC[+-]|\bhas (?:this|it|\w+) since\b|nobody may look")
"""What a sentence of ours never has in it: nothing where a name was to be, an offset for a
reader who is not an engineer, English that can be read two ways."""


def broken(card: Shown) -> Iterator[str]:
    """The laws that ``card`` breaks."""
    first = next((at for at, line in enumerate(card.lines) if "999" in line), 0)
    if first > 1:
        yield f"999 stands below other words: {card.words}"
    if found := NEVER_SAID.search(card.words):
        yield f"“{found[0]}” is never said: {card.words}"
    if found := GAPS.search(card.words):
        yield f"“{found[0]}” in: {card.words}"
    for label in card.buttons:
        if not label.strip() or len(label) > BUTTON:
            yield f"a button called {label!r}: {card.words}"
