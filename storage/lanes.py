"""Keeps which destinations are in trouble, and lets them be tried when their platform answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, or_, select, update

from bot.lane import ANSWERED, Hold
from bot.notice import Notice
from storage import tables
from storage.delivery_tables import lanes
from storage.rows import put

lane = lanes.c


class SqlLanes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def failures(self, notice: Notice) -> int:
        found = select(lane.failures).where(lane.destination == _of(notice))
        return self._connection.execute(found).scalar_one_or_none() or 0

    def hold(self, notice: Notice, hold: Hold) -> None:
        values = {
            "platform": notice.to.platform,
            "failures": hold.failures,
            "urgent_until": hold.urgent_until,
            "normal_until": hold.normal_until,
            "rest_until": hold.rest_until,
        }
        destination = self._connection.execute(select(_of(notice))).scalar_one()
        # Nobody knows where it went once the report was erased meanwhile.
        if destination is not None:
            put(self._connection, lanes, {"destination": destination}, values)

    def answered(self, notice: Notice, now: datetime) -> None:
        free: dict[str, Any] = {"urgent_until": None, "normal_until": None, "rest_until": None}
        own = update(lanes).where(lane.destination == _of(notice), lane.failures > 0)
        if not self._connection.execute(own.values(failures=0, **free)).rowcount:
            return
        soon = now + ANSWERED
        # Two workers that hear an answer at once must not wait for each other's rows.
        others = (
            select(lane.destination)
            .where(lane.platform == notice.to.platform, lane.normal_until > soon)
            .with_for_update(skip_locked=True)
        )
        self._connection.execute(
            update(lanes)
            .where(lane.destination.in_(self._connection.execute(others).scalars().all()))
            .values(
                normal_until=soon,
                urgent_until=case((lane.urgent_until > soon, soon), else_=lane.urgent_until),
            )
        )


def _of(notice: Notice) -> Any:
    """The destination as the outbox names it, which may be in a code."""
    row = tables.notices.c
    return select(row.destination).where(row.id == notice.id).scalar_subquery()


def held(now: Any, *, urgent: bool) -> Any:
    """The destinations that may not be tried at ``now``."""
    soft = lane.urgent_until if urgent else lane.normal_until
    return select(lane.destination).where(or_(soft > now, lane.rest_until > now))


def held_until(moment: Any, is_urgent: Any) -> Any:
    """The later of ``moment`` and the end of the destination's hold, as an expression."""
    soft = case((is_urgent, lane.urgent_until), else_=lane.normal_until)
    later = case((and_(soft.is_not(None), soft > moment), soft), else_=moment)
    return case(
        (and_(lane.rest_until.is_not(None), lane.rest_until > later), lane.rest_until), else_=later
    )
