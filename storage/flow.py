"""Counts how delivery and calling go; reports about adults and drills are in none of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, not_, select

from bot.form import Route
from bot.notice import Kind
from bot.ports.flow import Results, Waiting
from storage import tables
from storage.due import LONG_AGO, NEVER_SHOWN

row = tables.notices.c
report = tables.incidents.c

COUNTED = (Route.CHILD, Route.SITE)
"""A route that cannot be read counts as the other one."""

LISTS = (Kind.REMINDER, Kind.STUCK, Kind.HELD)
"""What is owed because of reports without naming one, those about adults among them, or because
of words that became one."""

OF_A_REPORT = and_(report.route.in_([str(route) for route in COUNTED]), ~report.drill)
UNCOUNTED = select(report.ref).where(not_(OF_A_REPORT))
PLAIN = (row.kind.not_in([str(kind) for kind in LISTS]), row.about.not_in(UNCOUNTED))

RESULT = case(
    (row.receipt_at.is_not(None), "shown"),
    (row.fault != "", row.fault),
    (row.due_at.is_not(None), "waiting"),
    else_="none",
)


class SqlFlow:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self, now: datetime) -> tuple[Waiting, ...]:
        found = (
            select(row.platform, row.lane, func.count(), func.min(row.owed_at))
            .where(NEVER_SHOWN, row.due_at >= LONG_AGO, row.owed_at <= now, *PLAIN)
            .group_by(row.platform, row.lane)
            .order_by(row.platform, row.lane)
        )
        return tuple(Waiting(*each) for each in self._connection.execute(found))

    def results(self) -> tuple[Results, ...]:
        result: Any = RESULT.label("result")
        found = (
            select(row.platform, result, func.count())
            .where(*PLAIN)
            .group_by(row.platform, result)
            .order_by(row.platform, result)
        )
        return tuple(Results(*each) for each in self._connection.execute(found))

    def overdue(self, before: datetime) -> int:
        ladder = tables.escalations.c
        found = (
            select(func.count())
            .select_from(tables.escalations)
            .join(tables.incidents, report.ref == ladder.ref)
            .where(ladder.next_at < before, OF_A_REPORT)
        )
        return self._connection.execute(found).scalar_one()
