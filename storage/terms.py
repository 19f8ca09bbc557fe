"""What is kept of the reports of terms, and the figures they are made from."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.escalation import Audience, has_called
from bot.form import Route
from bot.incident import Concern, Unreadable
from bot.term import Term
from bot.termly import TermCounted, TermReport
from storage import tables
from storage.figures import questions
from storage.ladders import SqlEscalations
from storage.rows import insert_new
from storage.sealing import Sealer
from storage.week_tables import terms


class SqlTermReports:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection, self._sealer = connection, sealer

    def counted(self, start: datetime, end: datetime) -> TermCounted:
        report, ladder, concern = tables.incidents.c, tables.escalations.c, tables.concerns.c
        kept_from_somebody = select(concern.ref).where(concern.how != Concern.CLEARED)
        found = self._connection.execute(
            select(report.ref, report.form, report.reported_at, ladder.acknowledged_at)
            .select_from(tables.incidents.outerjoin(tables.escalations))
            .where(
                report.route != Route.ADULT,
                ~report.drill,
                ~report.mistake,
                report.ref.not_in(kept_from_somebody),
                report.reported_at >= start,
                report.reported_at < end,
            )
        ).all()
        ladders = SqlEscalations(self._connection)
        called = {
            row.ref
            for row in found
            if (climbed := ladders.get(row.ref)) and has_called(climbed, Audience.PRINCIPAL)
        }
        taken = [row for row in found if row.acknowledged_at and row.acknowledged_at < end]
        asked, unanswered = questions(self._connection, start, end)
        return TermCounted(
            reports=Counter(row.form for row in found),
            minutes=tuple((r.acknowledged_at - r.reported_at).total_seconds() / 60 for r in taken),
            in_time=sum(row.ref not in called for row in taken),
            principal=len(called),
            waiting=len(found) - len(taken),
            drills=self._drills(start, end),
            asked=asked,
            unanswered=unanswered,
        )

    def get(self, term: Term) -> TermReport | None:
        blob = self._of(term, terms.c.shown)
        if blob is None:
            return None
        try:
            return TermReport.from_json(
                json.loads(self._sealer.unseal("terms", str(term), "shown", blob))
            )
        except Unreadable:
            return None

    def add(self, report: TermReport, at: datetime) -> bool:
        words = json.dumps(report.to_json()).encode()
        shown = self._sealer.seal("terms", str(report.term), "shown", words)
        row = {"term": str(report.term), "made_at": at, "sent_at": None, "shown": shown}
        return insert_new(self._connection, terms, row)

    def made(self) -> tuple[Term, ...]:
        found = select(terms.c.term).order_by(terms.c.made_at, terms.c.term)
        return tuple(map(Term.parse, self._connection.execute(found).scalars()))

    def waiting(self, before: datetime) -> tuple[Term, ...]:
        row = terms.c
        found = select(row.term).where(row.sent_at.is_(None), row.made_at < before)
        return tuple(map(Term.parse, self._connection.execute(found).scalars()))

    def was_sent(self, term: Term) -> bool:
        return self._of(term, terms.c.sent_at) is not None

    def send(self, term: Term, at: datetime) -> None:
        unsent = update(terms).where(terms.c.term == str(term), terms.c.sent_at.is_(None))
        self._connection.execute(unsent.values(sent_at=at))

    def _of(self, term: Term, column: Any) -> Any:
        found = select(column).where(terms.c.term == str(term))
        return self._connection.execute(found).scalar_one_or_none()

    def _drills(self, start: datetime, end: datetime) -> int:
        report = tables.incidents.c
        found = select(func.count()).where(
            report.drill, report.reported_at >= start, report.reported_at < end
        )
        return self._connection.execute(found).scalar_one()
