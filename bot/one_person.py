"""Links accounts that are one person's, and brings together what was kept of two people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.people import FORMERLY, Identity, Person
from bot.ports import Work


def link_account(
    work: Work, person: Person, account: Identity, other: Person | None, by: str, now: datetime
) -> None:
    """``account`` is ``person``'s too; recorded. ``other``, who wrote from it so far, is ``person``
    from now on. What is kept of them follows by :func:`end_merges`, once every process knows that
    nobody writes as ``other`` any more."""
    accounts: tuple[Identity, ...] = (account,)
    if other is not None:
        accounts = (*other.identities, Identity(FORMERLY, other.id))
        # What keeps a report from either keeps it from both at once, not when the merge ends.
        work.kept_out.remember(other.id, other.identities)
        work.people.put(replace(other, identities=()))
        work.audit.record(now, by, "merge-people", detail=f"{other.id} {person.id}")
    work.people.put(replace(person, identities=(*person.identities, *accounts)))
    for ref in work.kept_out.come_back(person.id, accounts):
        work.notices.redraw(ref, now)
    work.audit.record(now, by, "link-account", detail=f"{person.id} {account.platform}")


def end_merges(work: Work) -> None:
    """End every merge that was begun: its two people are both still there."""
    known = {person.id: person for person in work.people.all()}
    for person in known.values():
        for identity in person.identities:
            if identity.platform == FORMERLY and identity.user in known:
                work.people.merge(identity.user, person.id)
