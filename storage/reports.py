"""Keeps reports: inserted once, then only added to, every word sealed under the report's key, so
that deleting one key erases the report."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, or_, select, tuple_, update

from bot.form import Route, Urgency
from bot.incident import Concern, Entry, Incident, Part
from storage import tables
from storage.rows import put
from storage.sealing import Sealer, record_of

log = logging.getLogger(__name__)

JOINED = "lanyard"
"""Who linked two reports that were made of the same thing. Such a link counts for ever: ended by a
person, it is only shown no longer."""

NO_DRILL = ~tables.incidents.c.drill
"""A drill stands in no list but its own."""


def _oldest_first(where: Any) -> Any:
    table = tables.incidents
    return select(table).where(where).order_by(table.c.reported_at, table.c.serial)


def _concerning(where: Any) -> Any:
    concerns = tables.concerns
    return select(concerns).join(tables.incidents).where(where).order_by(concerns.c.position)


# Asked of one report more often than anything else is.
_THIS = tables.incidents.c.ref == bindparam("which")
_REPORT, _CONCERNS = _oldest_first(_THIS), _concerning(_THIS)


class SqlIncidents:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection, self._sealer = connection, sealer

    def add(self, incident: Incident) -> None:
        self._connection.execute(
            tables.incidents.insert().values(
                ref=incident.ref,
                form=incident.form,
                route=incident.route,
                urgency=incident.urgency,
                centre=incident.centre,
                reporter=incident.reporter,
                reported_at=incident.reported_at,
                sent_at=incident.sent_at,
                finished_at=incident.finished_at,
                closed_at=incident.closed_at,
                outcome=incident.outcome,
                drill=incident.drill,
                mistake=incident.mistake,
                unchecked=incident.unchecked,
            )
        )
        for person, how in incident.concerns:
            self.concern(incident.ref, person, how)

    def get(self, ref: str) -> Incident | None:
        rows = self._connection.execute(_REPORT, {"which": ref}).all()
        standing = self._concerns(_CONCERNS, {"which": ref})
        return next(iter(_readable(rows, standing)), None)

    def open(self) -> tuple[Incident, ...]:
        return self._all(and_(NO_DRILL, tables.incidents.c.closed_at.is_(None)))

    def untaken(self) -> tuple[Incident, ...]:
        taken = tables.escalations.c
        waiting = select(taken.ref).where(taken.taken_at.is_(None))
        report = tables.incidents.c
        return self._all(and_(NO_DRILL, report.closed_at.is_(None), report.ref.in_(waiting)))

    def drills(self) -> tuple[Incident, ...]:
        return self._all(and_(~NO_DRILL, tables.incidents.c.closed_at.is_(None)))

    def by(self, reporter: str) -> tuple[Incident, ...]:
        return self._all(and_(NO_DRILL, tables.incidents.c.reporter == reporter))[::-1]

    def since(self, start: datetime) -> tuple[Incident, ...]:
        return self._all(and_(NO_DRILL, tables.incidents.c.reported_at >= start))

    def unsettled(self) -> tuple[Incident, ...]:
        concern = tables.concerns.c
        named = select(concern.ref).where(concern.how == Concern.NAMED)
        report = tables.incidents.c
        return self._all(and_(report.ref.in_(named), report.closed_at.is_(None)))

    def link(self, ref: str, other: str, by: str, at: datetime) -> None:
        if other not in self.linked(ref):
            self._link(ref, other, by, at)

    def join(self, ref: str, other: str, at: datetime) -> None:
        self._link(ref, other, JOINED, at)

    def siblings(self, ref: str) -> tuple[Incident, ...]:
        link, found, new = tables.links.c, {ref}, {ref}
        while new:
            either = or_(link.ref.in_(new), link.other.in_(new))
            rows = self._connection.execute(
                select(link.ref, link.other).where(either, link.by == JOINED)
            )
            new = {each for row in rows for each in row} - found
            found |= new
        return self._all(tables.incidents.c.ref.in_(found - {ref})) if len(found) > 1 else ()

    def _link(self, ref: str, other: str, by: str, at: datetime) -> None:
        first, second = sorted((ref, other))
        values = {"ref": first, "other": second, "by": by, "at": at}
        self._connection.execute(tables.links.insert().values(values))

    def unlink(self, ref: str, other: str, by: str, at: datetime) -> None:
        first, second = sorted((ref, other))
        link = tables.links.c
        standing = update(tables.links).where(
            link.ref == first, link.other == second, link.ended_at.is_(None)
        )
        self._connection.execute(standing.values(ended_by=by, ended_at=at))

    def linked(self, ref: str) -> tuple[str, ...]:
        link = tables.links.c
        standing = select(link.ref, link.other).where(
            or_(link.ref == ref, link.other == ref), link.ended_at.is_(None)
        )
        rows = self._connection.execute(standing.order_by(link.serial))
        return tuple(dict.fromkeys(b if a == ref else a for a, b in rows))

    def linkings(self, ref: str) -> tuple[tuple[str, datetime], ...]:
        link = tables.links.c
        ever = select(link.ref, link.other, link.at, link.ended_at).where(
            or_(link.ref == ref, link.other == ref)
        )
        return tuple(
            (other if one == ref else one, at)
            for one, other, *moments in self._connection.execute(ever.order_by(link.serial))
            for at in moments
            if at is not None
        )

    def concern(self, ref: str, person: str, how: Concern) -> None:
        concerns = tables.concerns
        last = select(func.max(concerns.c.position)).where(concerns.c.ref == ref)
        position = (self._connection.execute(last).scalar_one() or 0) + 1
        key = {"ref": ref, "person": person}
        put(self._connection, concerns, key, {"how": how}, keep={"position": position})

    def release(self, ref: str, person: str) -> None:
        concern = tables.concerns.c
        this = (concern.ref == ref, concern.person == person)
        self._connection.execute(delete(tables.concerns).where(*this))

    def finish(self, ref: str, at: datetime) -> None:
        self._set(ref, finished_at=at)

    def close(self, ref: str, at: datetime, outcome: str) -> None:
        self._set(ref, closed_at=at, outcome=outcome)

    def reopen(self, ref: str) -> None:
        self._set(ref, closed_at=None)

    def hasten(self, ref: str) -> None:
        self._set(ref, urgency=Urgency.IMMEDIATE)

    def move(self, ref: str, centre: str) -> None:
        self._set(ref, centre=centre)

    def mark_mistake(self, ref: str, mistake: bool = True) -> None:
        self._set(ref, mistake=mistake)

    def append(
        self, ref: str, at: datetime, author: str, part: Part, step: str, prompt: str, words: str
    ) -> Entry:
        number = self._next_number(ref)
        row, record = f"{ref}/{number}", record_of("incidents", ref)
        sealed = {
            field: self._sealer.seal("entries", row, field, text.encode(), record=record)
            for field, text in (("prompt", prompt), ("words", words))
        }
        values = {
            "ref": ref,
            "number": number,
            "at": at,
            "author": author,
            "part": part,
            "step": step,
            **sealed,
        }
        self._connection.execute(tables.entries.insert().values(values))
        return self._entry(ref, number, at, author, part, step, sealed["prompt"], sealed["words"])

    def entries(self, ref: str) -> tuple[Entry, ...]:
        table = tables.entries
        rows = select(table).where(table.c.ref == ref).order_by(table.c.number)
        return tuple(self._entry(*row) for row in self._connection.execute(rows))

    def unreadable(
        self, after: tuple[str, int], most: int
    ) -> tuple[frozenset[str], tuple[str, int] | None]:
        row = tables.entries.c
        some = select(tables.entries).where(tuple_(row.ref, row.number) > tuple_(*after))
        rows = self._connection.execute(some.order_by(row.ref, row.number).limit(most)).all()
        self._sealer.fetch("incidents", {each.ref for each in rows})
        bad = {entry.ref for entry in (self._entry(*each) for each in rows) if entry.damaged}
        return frozenset(bad), (rows[-1].ref, rows[-1].number) if len(rows) == most else None

    def _next_number(self, ref: str) -> int:
        """The number of the next entry; until the end of the transaction nobody else gets it."""
        report = select(tables.incidents.c.ref).where(tables.incidents.c.ref == ref)
        if self._connection.execute(report.with_for_update()).one_or_none() is None:
            raise LookupError(f"there is no report {ref}")
        last = select(func.max(tables.entries.c.number)).where(tables.entries.c.ref == ref)
        return (self._connection.execute(last).scalar_one() or 0) + 1

    def _entry(
        self,
        ref: str,
        number: int,
        at: datetime,
        author: str,
        part: str,
        step: str,
        prompt: bytes,
        words: bytes,
    ) -> Entry:
        row, record = f"{ref}/{number}", record_of("incidents", ref)
        return Entry(
            ref=ref,
            number=number,
            at=at,
            author=author,
            part=Part(part),
            step=step,
            prompt=self._sealer.words("entries", row, "prompt", prompt, record=record),
            words=self._sealer.words("entries", row, "words", words, record=record),
        )

    def _set(self, ref: str, **values: Any) -> None:
        table = tables.incidents
        done = self._connection.execute(update(table).where(table.c.ref == ref).values(values))
        if done.rowcount != 1:
            raise LookupError(f"there is no report {ref}")

    def _all(self, where: Any) -> tuple[Incident, ...]:
        rows = self._connection.execute(_oldest_first(where)).all()
        return tuple(_readable(rows, self._concerns(_concerning(where), {})))

    def _concerns(
        self, which: Any, values: Mapping[str, str]
    ) -> dict[str, list[tuple[str, Concern]]]:
        found: dict[str, list[tuple[str, Concern]]] = defaultdict(list)
        for row in self._connection.execute(which, values):
            found[row.ref].append((row.person, Concern(row.how)))
        return found


def _readable(
    rows: Iterable[Row[Any]], standing: Mapping[str, list[tuple[str, Concern]]]
) -> Iterable[Incident]:
    """The reports; a row with a code that means nothing hides no other report."""
    for row in rows:
        try:
            yield _incident(row, tuple(standing[row.ref]))
        except ValueError:
            log.error("unreadable", extra={"action": "read", "ref": row.ref})


def _incident(row: Row[Any], concerns: tuple[tuple[str, Concern], ...]) -> Incident:
    return Incident(
        ref=row.ref,
        form=row.form,
        route=Route(row.route),
        urgency=Urgency(row.urgency),
        centre=row.centre,
        reporter=row.reporter,
        reported_at=row.reported_at,
        sent_at=row.sent_at,
        concerns=concerns,
        finished_at=row.finished_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        drill=row.drill,
        mistake=row.mistake,
        unchecked=row.unchecked,
    )
