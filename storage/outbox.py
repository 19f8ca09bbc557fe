"""The outbox: what is to be sent, who has a lease on it, and what came of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Update,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.incident import Unreadable
from bot.notice import Destination, Kind, Lane, Notice, Receipt
from storage import tables
from storage.audit import AuditKey
from storage.due import (
    DESTINATION,
    KIND,
    KNOWN,
    LONG_AGO,
    NEVER_SHOWN,
    NEXT,
    may_be_sent,
    never_shown,
)
from storage.leases import LEASE, ended_lease
from storage.rows import insert_new
from storage.sealing import Sealer

log = logging.getLogger(__name__)

PRIVATE = frozenset({Kind.CORRECTION, Kind.EDITION, Kind.GAP_ANSWER})
"""Messages to those who were shown an answer."""

row = tables.notices.c


class SqlNotices:
    """``due`` collects what this transaction left to be sent: at once, or at a time."""

    def __init__(self, connection: Connection, sealer: Sealer, key: AuditKey) -> None:
        self._connection, self._sealer, self._key = connection, sealer, key
        self.due: dict[str, datetime | None] = {}

    def add(self, notice: Notice) -> None:
        values = {
            "id": notice.id,
            "kind": notice.kind,
            "about": notice.about,
            "platform": notice.to.platform,
            **self._whom(notice),
            "lane": notice.lane,
            "nth": notice.nth,
            "created_at": notice.created_at,
            "owed_at": notice.due_at,
            "due_at": notice.due_at,
            "token": notice.token,
            "attempts": notice.attempts,
            "failures": notice.failures,
            "begun_at": notice.begun_at,
            "fault": notice.fault,
            "doubtful": notice.doubtful,
            "gone": notice.gone,
            "wanted": 0,
            "drawing": 0,
            **self._proof(notice, notice.receipt),
        }
        if not insert_new(self._connection, tables.notices, values):
            if _is_private(notice):
                self._sealer.erase("notices", notice.id)
            return
        if notice.due_at is not None:
            later = notice.created_at is not None and notice.due_at > notice.created_at
            self.due[notice.id] = notice.due_at if later else None

    def waits(self, kind: Kind, about: str, to: Destination, lane: Lane) -> bool:
        waiting = (row.about == about, row.kind == kind, row.destination == to.lane)
        first = (*waiting, NEVER_SHOWN, row.due_at >= LONG_AGO)
        found = self._connection.execute(select(row.id, row.lane).where(*first)).first()
        if found is None:
            return False
        if lane is Lane.URGENT and found.lane != Lane.URGENT:
            # More pressing than it was: other ways are taken anew as well.
            hastened = update(tables.notices).where(row.id == found.id)
            self._connection.execute(hastened.values(lane=Lane.URGENT, rerouted_at=None))
        return True

    def claim(self, now: datetime, lease_seconds: int, most: int) -> tuple[Notice, ...]:
        found = may_be_sent(self._connection, now, most)
        if not found:
            return ()
        lease_until = now + timedelta(seconds=lease_seconds)
        serials = [each.serial for each in found]
        self._connection.execute(LEASE, {"serials": serials, "until": lease_until, "now": now})
        return tuple(
            replace(
                self._notice(each),
                token=each.token + 1,
                attempts=each.attempts + 1,
                lease_until=lease_until,
                taken_over=each.lease_until is not None,
            )
            for each in found
        )

    def delivered(self, notice: Notice, receipt: Receipt) -> bool:
        proof = self._proof(notice, receipt)
        done = self._end_lease(
            notice, None, failed=False, begun_at=None, fault="", gone=False, **proof
        )
        if not done:
            self._connection.execute(
                update(tables.notices)
                .where(row.id == notice.id, NEVER_SHOWN)
                .values(self._proof(notice, receipt))
            )
        return done

    def failed(
        self,
        notice: Notice,
        fault: str,
        again_at: datetime | None,
        begun_at: datetime | None = None,
        *,
        gone: bool = False,
        wake_at: datetime | None = None,
    ) -> bool:
        ended = self._end_lease(
            notice, again_at, failed=True, begun_at=begun_at, fault=fault, gone=gone
        )
        if ended and wake_at is not None and notice.id in self.due:
            self.due[notice.id] = wake_at
        return ended

    def redraw(self, about: str, now: datetime, kind: Kind | None = None) -> None:
        if kind is None:
            self._redraw(*_REDRAW, {"of": about, "now": now})
        else:
            self._redraw(*_REDRAW_KIND, {"of": about, "as": kind, "now": now})

    def redraw_since(self, kind: Kind, since: datetime, now: datetime) -> None:
        self._redraw(*_REDRAW_SINCE, {"as": kind, "since": since, "now": now})

    def readdress(self, lost: Destination, to: Destination) -> None:
        other = tables.notices.alias().c
        told = exists().where(
            other.kind == row.kind,
            other.about == row.about,
            other.platform == to.platform,
            other.address == to.address,
            other.nth == row.nth,
        )
        waiting = (row.person == lost.person, row.destination == lost.lane, NEVER_SHOWN, ~told)
        moved = update(tables.notices).where(*waiting, row.due_at.is_not(None))
        self._connection.execute(moved.values(address=to.address, destination=to.lane))

    def latest(self, kind: Kind, to: Destination) -> Notice | None:
        mine = select(tables.notices).where(row.destination == to.lane, row.kind == kind)
        return next(iter(self._all(mine.order_by(row.serial.desc()).limit(1))), None)

    def _redraw(self, wanted: Update, idle: ReturningUpdate[Any], which: dict[str, Any]) -> None:
        self._connection.execute(wanted, which)
        self.due.update(dict.fromkeys(self._connection.execute(idle, which).scalars()))

    def about(self, about: str) -> tuple[Notice, ...]:
        return self._read(_ABOUT, {"of": about})

    def forget(self, kinds: Collection[Kind], before: datetime) -> None:
        old = row.kind.in_(kinds) & (row.created_at < before)
        gone = delete(tables.notices).where(old).returning(row.id)
        self._sealer.erase_all("notices", self._connection.execute(gone).scalars().all())

    def next_due(self) -> datetime | None:
        """The first moment at which :meth:`claim` could find something: a notice waits for its
        time, for whatever is being sent to the same destination, and for a destination's hold."""
        return self._connection.execute(NEXT).scalar_one()

    def undelivered(self, before: datetime) -> tuple[Notice, ...]:
        return self._late(before)

    def stranded(
        self, kinds: Collection[Kind], before: datetime, again: datetime
    ) -> tuple[Notice, ...]:
        return self._late(before, KIND.in_([str(kind) for kind in kinds]), _not_rerouted(again))

    def answers_nobody(self, to: Destination, before: datetime) -> bool:
        there = select(row.id).where(*never_shown(before), DESTINATION.in_([to.lane]))
        return self._connection.execute(there.limit(1)).first() is not None

    def rerouted(self, notice: Notice, now: datetime, again: datetime) -> bool:
        free = (row.id == notice.id, _not_rerouted(again))
        taken = update(tables.notices).where(*free).values(rerouted_at=now)
        return self._connection.execute(taken).rowcount == 1

    def _end_lease(
        self, notice: Notice, again_at: datetime | None, *, failed: bool, **values: Any
    ) -> bool:
        """Write a result, unless somebody else holds the lease by now."""
        if notice.doubtful:
            values["doubtful"] = True
        ended = self._connection.execute(
            ended_lease(tuple(values), again_at is not None, failed),
            {
                "of": notice.id,
                "under": notice.token,
                **{f"new_{name}": value for name, value in values.items()},
                **({} if again_at is None else {"again_at": again_at}),
            },
        ).one_or_none()
        if ended is None:
            return False
        if ended.due_at is not None:
            self.due[notice.id] = again_at
        return True

    def _late(self, before: datetime, *where: Any) -> tuple[Notice, ...]:
        late = select(tables.notices).where(*never_shown(before), *where)
        return self._all(late.order_by(row.owed_at, row.serial))

    def _all(self, found: Select[Any]) -> tuple[Notice, ...]:
        return self._read(found.where(KNOWN), {})

    def _read(self, found: Select[Any], which: dict[str, Any]) -> tuple[Notice, ...]:
        return tuple(map(self._notice, self._connection.execute(found, which).all()))

    def _whom(self, notice: Notice) -> dict[str, Any]:
        """To whom it goes. Of a message about an answer, only in a code: who was shown which
        clause is nobody's business who copies the database."""
        to = notice.to
        if not _is_private(notice):
            return {"address": to.address, "person": to.person, "destination": to.lane}
        code = self._key.pseudonym(to.lane)
        return {"address": code, "person": "", "destination": f"{to.platform}:{code}"}

    def _proof(self, notice: Notice, receipt: Receipt | None) -> dict[str, Any]:
        if not _is_private(notice):
            return _proof(receipt)
        shown = receipt and [receipt.room, receipt.message]
        said = json.dumps([notice.to.address, notice.to.person, shown]).encode()
        return {
            **_proof(receipt and Receipt("", "", receipt.at)),
            "sealed": self._sealer.seal("notices", notice.id, "sealed", said),
        }

    def _notice(self, each: Row[Any]) -> Notice:
        notice = _notice(each)
        if each.sealed is None:
            return notice
        try:
            said = self._sealer.unseal("notices", each.id, "sealed", each.sealed)
        except Unreadable:
            log.error("unreadable", extra={"action": "unseal", "notice": each.id})
            return notice
        address, person, shown = json.loads(said)
        receipt = notice.receipt and Receipt(shown[0], shown[1], notice.receipt.at)
        return replace(notice, to=Destination(each.platform, address, person), receipt=receipt)


def _is_private(notice: Notice) -> bool:
    return notice.kind in PRIVATE and bool(notice.to.person)


# Statements are built once: building one takes longer than the database does.
_ABOUT = select(tables.notices).where(row.about == bindparam("of"), KNOWN).order_by(row.serial)


def _redrawing(*which: Any) -> tuple[Update, ReturningUpdate[Any]]:
    """That another drawing is wanted; and that what has been shown and is idle is due."""
    wanted = update(tables.notices).where(*which).values(wanted=row.wanted + 1)
    idle = update(tables.notices).where(*which, row.receipt_at.is_not(None), row.due_at.is_(None))
    return wanted, idle.values(due_at=bindparam("now")).returning(row.id)


_REDRAW = _redrawing(row.about == bindparam("of"))
_REDRAW_KIND = _redrawing(row.about == bindparam("of"), row.kind == bindparam("as"))
_REDRAW_SINCE = _redrawing(row.kind == bindparam("as"), row.created_at >= bindparam("since"))


def _not_rerouted(again: datetime) -> ColumnElement[bool]:
    return or_(row.rerouted_at.is_(None), row.rerouted_at < again)


def _proof(receipt: Receipt | None) -> dict[str, Any]:
    return {
        "receipt_room": receipt and receipt.room,
        "receipt_message": receipt and receipt.message,
        "receipt_at": receipt and receipt.at,
    }


def _notice(each: Row[Any]) -> Notice:
    shown = each.receipt_at is not None
    return Notice(
        id=each.id,
        kind=Kind(each.kind),
        about=each.about,
        to=Destination(each.platform, each.address, each.person),
        lane=Lane(each.lane),
        due_at=each.due_at,
        nth=each.nth,
        attempts=each.attempts,
        failures=each.failures,
        begun_at=each.begun_at,
        token=each.token,
        receipt=Receipt(each.receipt_room, each.receipt_message, each.receipt_at)
        if shown
        else None,
        fault=each.fault,
        doubtful=each.doubtful,
        created_at=each.created_at,
        gone=each.gone,
    )
