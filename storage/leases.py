"""How a lease on notices begins and ends: several times for every card, so built once."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, update
from sqlalchemy.sql.dml import ReturningUpdate

from storage import tables

row = tables.notices.c

LEASE = (
    update(tables.notices)
    .where(row.serial.in_(bindparam("serials", expanding=True)))
    .values(
        token=row.token + 1,
        attempts=row.attempts + 1,
        lease_until=bindparam("until"),
        begun_at=bindparam("now"),
        # What an earlier send in doubt shows, if it is found, is what it drew then.
        drawing=case((row.begun_at.is_(None), row.wanted), else_=row.drawing),
    )
)
"""What is claimed is ours ``until``; nobody else can end that lease, by its ``token``."""


@cache
def ended_lease(names: tuple[str, ...], again: bool, failed: bool) -> ReturningUpdate[Any]:
    """The end of a lease, with ``names`` set. Due ``again`` when told so; otherwise as before if
    a redraw was asked for since the lease began, else not at all."""
    still_wanted = case((row.wanted > row.drawing, row.due_at), else_=None)
    ours = update(tables.notices).where(
        row.id == bindparam("of"),
        row.token == bindparam("under"),
        row.lease_until.is_not(None),
    )
    return ours.values(
        **{name: bindparam(f"new_{name}") for name in names},
        lease_until=None,
        due_at=bindparam("again_at") if again else still_wanted,
        failures=row.failures + 1 if failed else 0,
    ).returning(row.due_at)
