"""Moves what waits back in time, when the machine's clock was set back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, or_, select, update

from bot.conversation import Stage
from storage import tables
from storage.delivery_tables import lanes
from storage.rows import insert_new

MOVES = "clock-moves"

WAITING: dict[Table, tuple[Any, tuple[Column[Any], ...]]] = {
    tables.escalations: (
        tables.escalations.c.closed_at.is_(None),
        (
            tables.escalations.c.started_at,
            tables.escalations.c.taken_at,
            tables.escalations.c.spoken_at,
            tables.escalations.c.touched_at,
            tables.escalations.c.offered_at,
            tables.escalations.c.next_at,
            tables.escalations.c.climbed,
        ),
    ),
    tables.notices: (
        or_(tables.notices.c.due_at.is_not(None), tables.notices.c.lease_until.is_not(None)),
        (
            tables.notices.c.owed_at,
            tables.notices.c.due_at,
            tables.notices.c.lease_until,
            tables.notices.c.begun_at,
        ),
    ),
    lanes: (
        lanes.c.normal_until.is_not(None),
        (lanes.c.urgent_until, lanes.c.normal_until, lanes.c.rest_until),
    ),
    tables.holds: (tables.holds.c.ref == "", (tables.holds.c.at,)),
    tables.conversations: (
        tables.conversations.c.stage != Stage.FINISHED,
        (tables.conversations.c.touched_at,),
    ),
}
"""Which rows of each table wait, and by which of their moments; the counts of a ladder are named
after moments."""


class SqlWaiting:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def moves(self) -> int:
        meta = tables.meta.c
        found = select(meta.value).where(meta.name == MOVES)
        value = self._connection.execute(found).scalar_one_or_none()
        return int(value or b"0")

    def move_back(self, by: timedelta, after: int) -> None:
        meta = tables.meta
        insert_new(self._connection, meta, {"name": MOVES, "value": b"0"})
        locked = select(meta.c.value).where(meta.c.name == MOVES).with_for_update()
        if int(self._connection.execute(locked).scalar_one()) != after:
            return
        counted = update(meta).where(meta.c.name == MOVES).values(value=str(after + 1).encode())
        self._connection.execute(counted)
        for table, (waits, moments) in WAITING.items():
            self._move(table, waits, moments, by)

    def _move(
        self, table: Table, waits: Any, moments: tuple[Column[Any], ...], by: timedelta
    ) -> None:
        (key,) = table.primary_key.columns
        rows = self._connection.execute(select(key, *moments).where(waits).with_for_update())
        for row in rows.mappings().all():
            earlier = {m.name: _earlier(row[m], by) for m in moments if row[m] is not None}
            self._connection.execute(update(table).where(key == row[key]).values(earlier))


def _earlier(moment: Any, by: timedelta) -> Any:
    if not isinstance(moment, dict):
        return moment - by
    return {_renamed(counter, by): count for counter, count in moment.items()}


def _renamed(counter: str, by: timedelta) -> str:
    """As :func:`bot.escalation.counter` names a clock that began ``by`` earlier."""
    rung, at, began = counter.partition("@")
    return f"{rung}@{float(began) - by.total_seconds():.0f}" if at else counter
