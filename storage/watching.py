"""Keeps marks, and shows the watchdog rows as they stand, whether or not they can be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, not_, or_, select

from bot.ports.watching import Loose
from storage import tables
from storage.due import KNOWN, LONG_AGO, NEVER_SHOWN
from storage.rows import put

row = tables.notices.c
report = tables.incidents.c

MARK = "mark-"
"""Before the name of a mark: other things are kept in the same table."""


class SqlMarks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, name: str) -> str | None:
        meta = tables.meta.c
        found = select(meta.value).where(meta.name == MARK + name)
        value = self._connection.execute(found).scalar_one_or_none()
        return value.decode() if value is not None else None

    def write(self, name: str, words: str) -> None:
        put(self._connection, tables.meta, {"name": MARK + name}, {"value": words.encode()})


class SqlWatched:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_refs(self) -> tuple[str, ...]:
        found = select(report.ref).where(report.closed_at.is_(None)).order_by(report.serial)
        return tuple(self._connection.execute(found).scalars())

    def next_steps(self) -> Mapping[str, datetime | None]:
        ladder = tables.escalations.c
        found = (
            select(ladder.ref, ladder.next_at)
            .join(tables.incidents, report.ref == ladder.ref)
            .where(report.closed_at.is_(None))
        )
        return {ref: next_at for ref, next_at in self._connection.execute(found)}

    def to_redraw(self, before: datetime) -> tuple[Loose, ...]:
        return self._loose(row.receipt_at.is_not(None), row.due_at >= LONG_AGO, row.due_at < before)

    def leased_beyond(self, moment: datetime) -> tuple[Loose, ...]:
        return self._loose(row.lease_until > moment)

    def without_result(self, before: datetime) -> tuple[Loose, ...]:
        made = or_(row.created_at.is_(None), row.created_at < before)
        return self._loose(NEVER_SHOWN, row.due_at.is_(None), row.fault == "", made)

    def not_understood(self) -> tuple[Loose, ...]:
        return self._loose(row.due_at >= LONG_AGO, not_(KNOWN))

    def _loose(self, *where: Any) -> tuple[Loose, ...]:
        found = select(row.about, row.kind).where(*where).distinct()
        return tuple(Loose(about, kind) for about, kind in self._connection.execute(found))
