"""Lanyard itself, through the desk that every platform asks."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.bench.rivals.text import Said


def opened(document: Path | None = None) -> Callable[[str], Said]:
    """Return what answers one message, the card's words included.

    Args:
        document: the policy; the bundled edition when it is None.
    """
    # imported here, so that the time it takes counts as starting
    from bot import clock
    from intents.policy import PolicyDesk

    desk = PolicyDesk.open(document)
    today = clock.now().date()

    def answer(question: str) -> Said:
        reading = desk.read(question)
        desk.answer(reading, today)
        told = asdict(reading)
        names = ("action", "verdict", "urgency", "route", "category")
        return Said(
            list(reading.clauses), reading.score, None, {name: told[name] for name in names}
        )

    return answer
