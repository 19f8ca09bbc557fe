"""What is to be mended in the set-up, as a card for the DSLs and the Principal."""

from __future__ import annotations

from collections.abc import Sequence

from bot.card import Card, Tone
from bot.set_up import Fault

MOST = 8
"""How many faults one card tells; the command tells them all."""


def to_mend(faults: Sequence[Fault]) -> Card:
    """Every fault with what to do; once there is none any more, that."""
    if not faults:
        return Card(
            title="Lanyard's set-up: everything is mended",
            tone=Tone.DONE,
            summary="Lanyard's set-up: everything is mended.",
        )
    count = "1 thing" if len(faults) == 1 else f"{len(faults)} things"
    left = len(faults) - MOST
    more = (f"{left} more: python -m bot check lists them all.",) if left > 0 else ()
    return Card(
        title=f"Lanyard's set-up: {count} to mend",
        tone=Tone.WARNING,
        text=(
            "Mend these before a report needs them, or pass this to whoever runs Lanyard.",
            *map(str, faults[:MOST]),
            *more,
        ),
        source="Checked every morning; told again when something changes, else once a week.",
        summary=f"Lanyard's set-up has {count} to mend.",
    )
