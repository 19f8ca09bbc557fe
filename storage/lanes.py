"""Keeps which destinations are in trouble, and lets them be tried when their platform answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, or_, select, update

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
        return self._connection.execute(_FAILURES, {"of": notice.id}).scalar_one_or_none() or 0

    def hold(self, notice: Notice, hold: Hold) -> None:
        values = {
            "platform": notice.to.platform,
            "failures": hold.failures,
            "urgent_until": hold.urgent_until,
            "normal_until": hold.normal_until,
            "rest_until": hold.rest_until,
        }
        destination = self._connection.execute(_DESTINATION, {"of": notice.id}).scalar_one_or_none()
        # Nobody knows where it went once the report was erased meanwhile.
        if destination is not None:
            put(self._connection, lanes, {"destination": destination}, values)

    def answered(self, notice: Notice, now: datetime) -> None:
        if not self._connection.execute(_FREE, {"of": notice.id}).rowcount:
            return
        soon = now + ANSWERED
        waiting = self._connection.execute(_WAIT, {"of": notice.to.platform, "soon": soon})
        lanes_waiting = waiting.scalars().all()
        if lanes_waiting:
            self._connection.execute(_HASTEN, {"lanes": lanes_waiting, "soon": soon})


# Statements are built once: building one takes longer than the database does.
_row = tables.notices.c
_DESTINATION = select(_row.destination).where(_row.id == bindparam("of"))
"""The destination as the outbox names it, which may be in a code."""
_FAILURES = select(lane.failures).where(lane.destination == _DESTINATION.scalar_subquery())
_FREE = (
    update(lanes)
    .where(lane.destination == _DESTINATION.scalar_subquery(), lane.failures > 0)
    .values(failures=0, urgent_until=None, normal_until=None, rest_until=None)
)
# Two workers that hear an answer at once must not wait for each other's rows.
_WAIT = (
    select(lane.destination)
    .where(lane.platform == bindparam("of"), lane.normal_until > bindparam("soon"))
    .with_for_update(skip_locked=True)
)
_SOON = bindparam("soon", type_=tables.Moment())
_HASTEN = (
    update(lanes)
    .where(lane.destination.in_(bindparam("lanes", expanding=True)))
    .values(
        normal_until=_SOON,
        urgent_until=case((lane.urgent_until > _SOON, _SOON), else_=lane.urgent_until),
    )
)


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
