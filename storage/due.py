"""Which notices may be sent now, and when the next one may: asked several times for every card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, func, or_, select, text

from bot.notice import Kind, Lane
from storage import tables
from storage.delivery_tables import lanes
from storage.lanes import held, held_until

row = tables.notices.c
URGENT_FIRST = case((row.lane == Lane.URGENT, 0), else_=1)
NEVER_SHOWN = row.receipt_at.is_(None)
PRESSING = and_(row.lane == Lane.URGENT, NEVER_SHOWN)
"""An alarm that nobody has seen tries again sooner than what is only drawn again."""
KIND, DESTINATION = func.coalesce(row.kind, ""), func.coalesce(row.destination, "")
"""The same columns, by which SQLite must not look: it would find by them nearly every notice
there ever was, and not by their time the few that are due."""
KNOWN = and_(KIND.in_([str(kind) for kind in Kind]), row.lane.in_([str(lane) for lane in Lane]))
"""What this version understands. What another version wrote waits for that one, and a damaged row
holds up no other; the watchdog tells of both."""
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
"""Every moment is later: unlike "is not null", this lets the index find the few that are set."""

TRY_LANES = text(
    "SELECT lane FROM unnest(CAST(:lanes AS text[])) AS lane "
    "WHERE pg_try_advisory_xact_lock(hashtextextended(lane, 0)) LIMIT :most"
)
OTHERS = 4
"""How many times as many destinations are looked at where several processes choose."""

NOW = bindparam("now", type_=tables.Moment())
DUE_AND_FREE = (
    row.due_at <= NOW,
    KNOWN,
    row.destination.not_in(select(row.destination).where(row.lease_until > NOW)),
    row.destination.not_in(held(NOW, urgent=True)),
    or_(PRESSING, row.destination.not_in(held(NOW, urgent=False))),
)
FREE_LANES = (
    select(DESTINATION)
    .where(*DUE_AND_FREE)
    .group_by(DESTINATION)
    .order_by(func.min(URGENT_FIRST), func.min(row.due_at), func.min(row.serial))
    .limit(bindparam("most"))
)
IN_ORDER = (case((NEVER_SHOWN, 0), else_=1), URGENT_FIRST, row.due_at, row.serial)
"""What nobody has been shown goes before what is only drawn again."""
PLACED = (
    select(
        row.serial,
        func.row_number().over(partition_by=row.destination, order_by=IN_ORDER).label("place"),
    )
    .where(row.destination.in_(bindparam("lanes", expanding=True)), *DUE_AND_FREE)
    .subquery()
)
FIRST_OF = (
    select(tables.notices)
    .where(row.serial.in_(select(PLACED.c.serial).where(PLACED.c.place == 1)), row.due_at <= NOW)
    .order_by(*IN_ORDER)
    .with_for_update(skip_locked=True)
)

BUSY = (
    select(DESTINATION.label("destination"), func.max(row.lease_until).label("until"))
    .where(row.lease_until >= LONG_AGO)
    .group_by(DESTINATION)
    .subquery()
)
MOMENT = case((BUSY.c.until > row.due_at, BUSY.c.until), else_=row.due_at)
NEXT: Select[datetime | None] = (
    select(func.min(held_until(MOMENT, PRESSING)))
    .select_from(tables.notices)
    .outerjoin(BUSY, BUSY.c.destination == row.destination)
    .outerjoin(lanes, lanes.c.destination == row.destination)
    .where(row.due_at >= LONG_AGO, KNOWN)
)


def may_be_sent(connection: Connection, now: datetime, most: int) -> Sequence[Row[Any]]:
    """The first due notice of each destination with nothing under way, most pressing first;
    nobody else gets them before the end of the transaction."""
    ours = _alone_in(connection, _free_lanes(connection, now, most), most)
    if not ours:
        return ()
    # Looked up afresh now that the destinations are ours.
    return connection.execute(FIRST_OF, {"now": now, "lanes": list(ours)}).all()


def never_shown(before: datetime) -> tuple[Any, ...]:
    """That a notice due since before ``before`` was never shown, as conditions."""
    return (NEVER_SHOWN, row.due_at >= LONG_AGO, row.owed_at < before)


def _free_lanes(connection: Connection, now: datetime, most: int) -> Sequence[str]:
    # Several processes want the same ones: whoever comes second takes those behind.
    several = most * OTHERS if connection.dialect.name == "postgresql" else most
    return connection.execute(FREE_LANES, {"now": now, "most": several}).scalars().all()


def _alone_in(connection: Connection, free: Sequence[str], most: int) -> Sequence[str]:
    """Those of ``free`` that no other process is just choosing from.

    Without it, two processes could lease two different notices of one lane. On SQLite the
    whole database is locked already.
    """
    if connection.dialect.name != "postgresql" or not free:
        return free
    return connection.execute(TRY_LANES, {"lanes": list(free), "most": most}).scalars().all()
