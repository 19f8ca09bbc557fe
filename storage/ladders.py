"""Keeps the ladders of open reports and decides, between two people at once, who took it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, literal, select, update

from bot.escalation import Acknowledgement, Audience, Escalation, Offer, Phase, Rung
from bot.notice import Kind
from storage import tables
from storage.due import KIND, never_shown
from storage.rows import insert_new

log = logging.getLogger(__name__)

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands in for the start of a ladder that cannot be read."""

_LADDER = select(tables.escalations).where(tables.escalations.c.ref == bindparam("of"))


class SqlEscalations:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, escalation: Escalation, next_at: datetime | None) -> None:
        """As promised by the port; and what another process recorded meanwhile is kept.

        An acknowledgement, a talk with the reporter, the closing and calls already made can be
        added by a late writer, never taken back: only :meth:`hand_over` changes the owner, and
        only :meth:`offer` and :meth:`withdraw_offer` what is offered.
        """
        row = {"ref": escalation.ref, **_values(escalation), "next_at": next_at}
        if insert_new(self._connection, tables.escalations, row):
            return
        table = tables.escalations
        stored = self._connection.execute(
            select(table).where(table.c.ref == escalation.ref).with_for_update()
        ).one()
        values = _values(_merged(_escalation(stored), escalation))
        if stored.acknowledged_at is not None:
            values["acknowledged_at"] = stored.acknowledged_at
        if stored.started_at != escalation.started_at:
            values["told_late_at"] = None
        self._connection.execute(
            update(table).where(table.c.ref == escalation.ref).values(**values, next_at=next_at)
        )

    def restart(
        self, escalation: Escalation, next_at: datetime | None, *, again: bool = False
    ) -> None:
        table = tables.escalations
        values = {**_values(escalation), "told_late_at": None}
        if again:
            del values["acknowledged_at"]
        self._connection.execute(
            update(table).where(table.c.ref == escalation.ref).values(**values, next_at=next_at)
        )

    def get(self, ref: str) -> Escalation | None:
        """Its ladder; one without rungs where the row cannot be read, so that the report can be
        opened and taken all the same."""
        try:
            row = self._connection.execute(_LADDER, {"of": ref}).one_or_none()
            return _escalation(row) if row is not None else None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            log.error("unreadable", extra={"action": "climb", "ref": ref})
            return Escalation(ref, NEVER, (), {})

    def due(self, now: datetime) -> tuple[str, ...]:
        table = tables.escalations
        rows = select(table.c.ref).where(table.c.next_at <= now)
        found = self._connection.execute(rows.order_by(table.c.next_at, table.c.ref))
        return tuple(found.scalars())

    def to_climb(self, ref: str, now: datetime) -> Escalation | None:
        table = tables.escalations
        mine = select(table.c.ref).where(table.c.ref == ref, table.c.next_at <= now)
        free = self._connection.execute(mine.with_for_update(skip_locked=True)).one_or_none()
        return self.get(ref) if free is not None else None

    def late(self, before: datetime) -> tuple[str, ...]:
        notice, table = tables.notices.c, tables.escalations
        untold = exists().where(table.c.ref == notice.about, table.c.told_late_at.is_(None))
        found = select(notice.about).where(
            *never_shown(before),
            KIND == Kind.CASE,
            untold,
        )
        # Sorted here: SQLite would go through every notice to have them in order.
        return tuple(sorted(set(self._connection.execute(found).scalars())))

    def told_late(self, ref: str, at: datetime) -> None:
        self._set(ref, told_late_at=at)

    def take(self, ref: str, by: str, at: datetime) -> Acknowledgement:
        table = tables.escalations
        free = update(table).where(table.c.ref == ref, table.c.taken_at.is_(None))
        first = func.coalesce(table.c.acknowledged_at, literal(at, tables.Moment()))
        self._connection.execute(free.values(taken_by=by, taken_at=at, acknowledged_at=first))
        standing = select(table.c.taken_by, table.c.taken_at).where(table.c.ref == ref)
        row = self._connection.execute(standing).one_or_none()
        if row is None:
            raise LookupError(f"there is no ladder for {ref}")
        return Acknowledgement(row.taken_by, row.taken_at)

    def offer(self, ref: str, to: str, at: datetime) -> None:
        self._set(ref, offered_to=to, offered_at=at)

    def withdraw_offer(self, ref: str) -> None:
        self._set(ref, offered_to=None, offered_at=None)

    def hand_over(self, ref: str, to: str, at: datetime) -> None:
        table = tables.escalations
        first = func.coalesce(table.c.acknowledged_at, table.c.taken_at)
        self._set(
            ref,
            taken_by=to,
            taken_at=at,
            acknowledged_at=first,
            offered_to=None,
            offered_at=None,
        )

    def owned_by(self, person: str) -> tuple[str, ...]:
        table = tables.escalations
        mine = select(table.c.ref).where(table.c.taken_by == person, table.c.closed_at.is_(None))
        return tuple(self._connection.execute(mine.order_by(table.c.taken_at)).scalars())

    def _set(self, ref: str, **values: Any) -> None:
        table = tables.escalations
        done = self._connection.execute(update(table).where(table.c.ref == ref).values(**values))
        if done.rowcount != 1:
            raise LookupError(f"there is no ladder for {ref}")


def _merged(stored: Escalation, given: Escalation) -> Escalation:
    """``given`` with what was recorded since it was read. A ladder begun anew counts anew."""
    climbed = dict(given.climbed)
    if (given.started_at, given.rungs) == (stored.started_at, stored.rungs):
        climbed = {
            rung: max(stored.climbed.get(rung, 0), climbed.get(rung, 0))
            for rung in {*stored.climbed, *climbed}
        }
    return replace(
        given,
        climbed=climbed,
        taken=stored.taken or given.taken,
        spoken_at=given.spoken_at or stored.spoken_at,
        touched_at=max(filter(None, (given.touched_at, stored.touched_at)), default=None),
        offered=stored.offered,
        closed_at=given.closed_at or stored.closed_at,
    )


def _values(escalation: Escalation) -> dict[str, Any]:
    taken = escalation.taken
    return {
        "started_at": escalation.started_at,
        "rungs": [_rung_to_json(rung) for rung in escalation.rungs],
        "climbed": dict(escalation.climbed),
        "taken_by": taken and taken.by,
        "taken_at": taken and taken.at,
        "acknowledged_at": taken and taken.at,
        "spoken_at": escalation.spoken_at,
        "closed_at": escalation.closed_at,
        "touched_at": escalation.touched_at,
        "offered_to": escalation.offered and escalation.offered.to,
        "offered_at": escalation.offered and escalation.offered.at,
    }


def _escalation(row: Row[Any]) -> Escalation:
    return Escalation(
        ref=row.ref,
        started_at=row.started_at,
        rungs=tuple(map(_rung_from_json, row.rungs)),
        climbed=row.climbed,
        taken=Acknowledgement(row.taken_by, row.taken_at) if row.taken_at else None,
        spoken_at=row.spoken_at,
        closed_at=row.closed_at,
        touched_at=row.touched_at,
        offered=Offer(row.offered_to, row.offered_at) if row.offered_at else None,
    )


def _rung_to_json(rung: Rung) -> dict[str, Any]:
    return {
        "name": rung.name,
        "to": rung.to,
        "after": rung.after.total_seconds(),
        "every": rung.every and rung.every.total_seconds(),
        "school_time": rung.school_time,
        "during": rung.during,
        "most": rung.most,
        "reminds": rung.reminds,
        "when_shut": rung.when_shut,
    }


def _rung_from_json(data: Mapping[str, Any]) -> Rung:
    to = Audience(data["to"])
    # Ladders begun before rungs said so: those of the owner ran once somebody had it.
    before = Phase.TAKEN if to is Audience.OWNER else Phase.WAITING
    return Rung(
        name=data["name"],
        to=to,
        after=timedelta(seconds=data["after"]),
        every=None if data["every"] is None else timedelta(seconds=data["every"]),
        school_time=data["school_time"],
        during=Phase(data.get("during", before)),
        most=data.get("most"),
        reminds=data.get("reminds", False),
        when_shut=data.get("when_shut", False),
    )
