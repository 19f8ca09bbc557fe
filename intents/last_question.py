"""The last question of a person: remembered for a quarter of an hour, and no longer."""

from __future__ import annotations

from typing import Any

from bot.answers import LastRead
from bot.turn import Turn
from knowledge.understanding import Reading


def remember(turn: Turn, number: str, words: str, reading: Reading) -> None:
    """Keep the question in place of the one before it, under its answer's number."""
    last = LastRead(turn.person.id, number, words, vars(reading), turn.now)
    turn.work.last_reads.put(last)


def last_reading(turn: Turn) -> Reading | None:
    """How this person's last question was understood, while it is kept."""
    last = turn.work.last_reads.of(turn.person.id, turn.now)
    return _reading(last) if last is not None else None


def numbered(turn: Turn, number: str) -> tuple[str, Reading | None] | None:
    """The words of the question that was answered under ``number``, and how it was understood;
    ``None`` when it is no longer kept, or another was asked since."""
    last = turn.work.last_reads.of(turn.person.id, turn.now)
    if last is None or last.number != number.upper():
        return None
    return last.words, _reading(last)


def _reading(last: LastRead) -> Reading | None:
    """``None`` for what another version kept: a follow-up is then a question of its own."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in last.reading.items()
    }
    try:
        return Reading(**fields)
    except TypeError:
        return None
