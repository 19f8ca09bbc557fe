"""Makes the people of the database those of ``lanyard.toml``, each time something starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.notice import Destination
from bot.one_person import end_merges
from bot.people import FORMERLY, Identity, Person, is_unlisted
from bot.ports import Conflict, Store, Work
from bot.settings import SchoolFile
from bot.watch import beat

TRIES = 5


def seed(store: Store, school_file: SchoolFile, now: datetime) -> None:
    """Whom the file lists is known, with the name, centre, numbers and accounts it gives them;
    roles are given and ended by command. From now on a worker is expected to be there."""
    for tried in range(1, TRIES + 1):
        try:
            with store.work() as work:
                _follow(work, school_file.directory().people, now)
                beat.expect(work, now)
                work.commit()
            return
        except Conflict:
            # Somebody may just have written for the first time, from an account of the file.
            if tried == TRIES:
                raise


def _follow(work: Work, listed: Mapping[str, Person], now: datetime) -> None:
    end_merges(work)
    known = {person.id: person for person in work.people.all()}
    claimed = {i: person.id for person in listed.values() for i in person.identities}
    # Whoever wrote before they were listed is the same person, however many accounts they used.
    same = {
        person.id: next(claimed[i] for i in person.identities if i in claimed)
        for person in known.values()
        if person.id not in listed
        and is_unlisted(person.id)
        and not claimed.keys().isdisjoint(person.identities)
    }
    for person in known.values():
        if person.id not in same:
            known[person.id] = _without_lost_accounts(work, person, listed, claimed, now)
    for person in listed.values():
        before = [known[old] for old, new in same.items() if new == person.id]
        _put(work, person, known.get(person.id), before, now)


def _without_lost_accounts(
    work: Work,
    person: Person,
    listed: Mapping[str, Person],
    claimed: Mapping[Identity, str],
    now: datetime,
) -> Person:
    """An account is theirs no longer when the file gives it to somebody else, or has the person
    without it. All are let go of before any is given: two people may have changed theirs."""
    kept = tuple(
        i
        for i in person.identities
        if claimed.get(i, "" if person.id in listed and i.platform != FORMERLY else person.id)
        == person.id
    )
    if kept == person.identities:
        return person
    changed = replace(person, identities=kept)
    work.people.put(changed)
    work.audit.record(now, "lanyard", "lost-account", detail=person.id)
    has = listed[person.id].identities if person.id in listed else kept
    for lost in set(person.identities) - set(kept):
        if instead := next((i for i in has if i.platform == lost.platform), None):
            work.notices.readdress(_to(person, lost), _to(person, instead))
    return changed


def _to(person: Person, identity: Identity) -> Destination:
    return Destination(identity.platform, identity.user, person.id)


def _put(
    work: Work, listed: Person, known: Person | None, before: Sequence[Person], now: datetime
) -> None:
    """One person as the file has them; ``known`` is how the database has them, ``before`` what
    it has of them from before they were listed."""
    first = known is None
    if known is None:
        earlier = any(person.holdings for person in before)
        known = replace(listed, identities=(), holdings=() if earlier else listed.holdings)
        work.people.put(known)
        work.audit.record(now, "lanyard", "seed-person", detail=listed.id)
    for person in before:
        work.people.merge(person.id, listed.id)
        work.audit.record(now, "lanyard", "merge-people", detail=f"{person.id} {listed.id}")
    everyone = (known, *before)
    names = [i for person in everyone for i in person.identities if i.platform == FORMERLY]
    names += [Identity(FORMERLY, person.id) for person in before]
    present = replace(
        known,
        name=listed.name,
        centre=listed.centre,
        phone=listed.phone,
        mail=listed.mail,
        mobile=listed.mobile,
        identities=(*listed.identities, *names),
        holdings=tuple(dict.fromkeys(held for person in everyone for held in person.holdings)),
        away_until=next((p.away_until for p in everyone if p.away_until), None),
    )
    if present != known or before:
        work.people.put(present)
        if not first:
            work.audit.record(now, "lanyard", "change-person", detail=listed.id)
