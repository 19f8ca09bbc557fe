"""Knows again from whom a report is kept, when they come back under another id."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, or_, select, update

from bot.incident import Concern
from bot.people import Identity
from storage import tables
from storage.audit import AuditKey
from storage.reports import SqlIncidents

CLOSEST = (
    Concern.SUBJECT,
    Concern.KEPT,
    Concern.NAMED,
    Concern.NOTED,
    Concern.ELSEWHERE,
    Concern.CLEARED,
)
"""How somebody stands to a report, what keeps it from them most first."""

KEPT = CLOSEST[: CLOSEST.index(Concern.CLEARED)]
"""Each way of standing to a report that keeps it from somebody."""


def closest(*ways: str) -> Concern:
    """What keeps a report from somebody most."""
    return min(map(Concern, ways), key=CLOSEST.index)


class SqlKeptOut:
    """The codes stand on the row of the concern itself: they go when it goes, and no row of
    another table has the same ones."""

    def __init__(self, connection: Connection, key: AuditKey, incidents: SqlIncidents) -> None:
        self._connection, self._key, self._incidents = connection, key, incidents

    def remember(self, person: str, accounts: Iterable[Identity]) -> None:
        codes = self._codes(accounts)
        if not codes:
            return
        row = tables.concerns.c
        theirs = (row.person == person, *_keeps())
        found = select(row.ref, row.accounts).where(*theirs)
        for ref, standing in self._connection.execute(found).all():
            this = update(tables.concerns).where(row.ref == ref, row.person == person)
            self._connection.execute(this.values(accounts=joined(standing, " ".join(codes))))

    def come_back(self, person: str, accounts: Iterable[Identity]) -> tuple[str, ...]:
        codes = self._codes(accounts)
        if not codes:
            return ()
        row = tables.concerns.c
        # A report linked since is kept from them as well: not only those that have a code.
        were = select(row.person).where(or_(*(row.accounts.contains(code) for code in codes)))
        found = select(row.ref, row.how).where(*_keeps())
        mine = self._connection.execute(found.where(row.person == person)).all()
        before = {ref: Concern(how) for ref, how in mine}
        # Whoever made a report may always add to it, whose account they now have.
        made = select(tables.incidents.c.ref).where(tables.incidents.c.reporter == person)
        others = (row.person.in_(were), row.person != person, row.ref.not_in(made))
        theirs = found.where(*others).order_by(row.ref)
        kept = dict(before)
        for ref, how in self._connection.execute(theirs).all():
            kept[ref] = closest(how, kept.get(ref, how))
        changed = {ref: how for ref, how in kept.items() if before.get(ref) != how}
        for ref, how in changed.items():
            self._incidents.concern(ref, person, how)
        return tuple(changed)

    def _codes(self, accounts: Iterable[Identity]) -> tuple[str, ...]:
        """Unlike any other code of the same account: nothing else is to be found by them."""
        return tuple(self._key.pseudonym(f"kept out {i.platform}:{i.user}") for i in accounts)


def _keeps() -> tuple[ColumnElement[bool], ...]:
    """What keeps a report from somebody; drills are about nobody."""
    row, report = tables.concerns.c, tables.incidents.c
    return row.how.in_(KEPT), row.ref.in_(select(report.ref).where(~report.drill))


def joined(*codes: str | None) -> str | None:
    """The codes of both, each once."""
    return " ".join(dict.fromkeys(" ".join(filter(None, codes)).split())) or None
