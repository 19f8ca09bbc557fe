"""Counts: what was asked, without the asking, and what the Principal's week is made from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from bot.digest import Counted, Digest, Week
from bot.form import Route
from bot.incident import Concern, Unreadable
from storage import tables
from storage.answer_tables import asked
from storage.audit import AuditKey
from storage.rows import insert_new
from storage.sealing import Sealer
from storage.talk import first_heard
from storage.week_tables import digests, weeks

ANSWERED = "answer"
UNANSWERED = "dont_know"
_ASKED = asked.insert().returning(asked.c.number)


class SqlAsked:
    def __init__(self, connection: Connection, key: AuditKey) -> None:
        self._connection, self._key = connection, key

    def add(self, at: datetime, asker: str, action: str, clause: str) -> str:
        values = {
            "at": at,
            "asker": self._key.pseudonym(asker),
            "action": action,
            "clause": clause,
        }
        number = self._connection.execute(_ASKED, values).scalar_one()
        return f"A{number}"


class SqlDigests:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection, self._sealer = connection, sealer

    def counted(self, start: datetime, end: datetime, readers: Collection[str] = ()) -> Counted:
        report, ladder = tables.incidents.c, tables.escalations.c
        concern = tables.concerns.c
        kept_from_readers = select(concern.ref).where(
            concern.person.in_(list(readers)), concern.how != Concern.CLEARED
        )
        counts = (
            report.route != Route.ADULT,
            ~report.drill,
            ~report.mistake,
            report.ref.not_in(kept_from_readers),
        )
        joined = tables.incidents.outerjoin(tables.escalations)
        this_week = self._connection.execute(
            select(report.form, report.reported_at, ladder.acknowledged_at)
            .select_from(joined)
            .where(*counts, report.reported_at >= start, report.reported_at < end)
        ).all()
        still_open = self._connection.execute(
            select(ladder.taken_at)
            .select_from(joined)
            .where(
                *counts,
                report.reported_at < end,
                or_(report.closed_at.is_(None), report.closed_at >= end),
            )
        ).all()
        all_asked, unanswered = questions(self._connection, start, end)
        return Counted(
            reports=Counter(row.form for row in this_week),
            minutes=tuple(
                (row.acknowledged_at - row.reported_at).total_seconds() / 60
                for row in this_week
                if row.acknowledged_at is not None and row.acknowledged_at < end
            ),
            open_now=len(still_open),
            unacknowledged=sum(at is None or at >= end for (at,) in still_open),
            asked=all_asked,
            unanswered=unanswered,
            clauses=self._clauses(start, end),
        )

    def shown(self, week: Week, reader: str) -> Digest | None:
        row = weeks.c
        found = select(row.shown).where(row.week == str(week), row.reader == reader)
        blob = self._connection.execute(found).scalar_one_or_none()
        if blob is None:
            return None
        try:
            plain = self._sealer.unseal("weeks", f"{week}/{reader}", "shown", blob)
        except Unreadable:
            return None
        return Digest.from_json(json.loads(plain))

    def keep(self, digest: Digest, reader: str) -> None:
        week = str(digest.week)
        words = json.dumps(digest.to_json()).encode()
        shown = self._sealer.seal("weeks", f"{week}/{reader}", "shown", words)
        row = {"week": week, "reader": reader, "shown": shown}
        insert_new(self._connection, weeks, row)

    def made(self) -> tuple[Week, ...]:
        made = self._connection.execute(select(digests.c.week)).scalars()
        return tuple(sorted(map(Week.parse, made)))

    def add(self, week: Week, at: datetime) -> bool:
        return insert_new(self._connection, digests, {"week": str(week), "at": at})

    def first_day(self) -> datetime | None:
        report = tables.incidents.c
        found = (
            select(func.min(tables.heard.c.at)),
            select(func.min(report.reported_at)).where(~report.drill),
            select(func.min(asked.c.at)),
        )
        first = [self._connection.execute(each).scalar_one() for each in found]
        known = [moment for moment in (*first, first_heard(self._connection)) if moment is not None]
        return min(known, default=None)

    def _clauses(self, start: datetime, end: datetime) -> dict[str, int]:
        row = asked.c
        found = (
            select(row.clause, func.count(row.asker.distinct()))
            .where(row.at >= start, row.at < end, row.action == ANSWERED, row.clause != "")
            .group_by(row.clause)
        )
        return {clause: askers for clause, askers in self._connection.execute(found)}


def questions(connection: Connection, start: datetime, end: datetime) -> tuple[int, int]:
    """How many questions were asked from ``start`` to ``end``, and to how many of them the
    policy had no answer."""
    row = asked.c
    found = select(func.count(), func.count().filter(row.action == UNANSWERED))
    counts = connection.execute(found.where(row.at >= start, row.at < end)).one()
    return counts[0], counts[1]
