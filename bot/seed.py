"""Makes the people of the database those of ``lanyard.toml``, each time something starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.notice import Destination
from bot.one_person import end_merges
from bot.people import FORMERLY, Identity, Person, is_unlisted
from bot.ports import Conflict, Store, Work
from bot.rota import end_role
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
    same = _same(known, listed, claimed)
    for person in known.values():
        if person.id not in same:
            known[person.id] = _without_lost_accounts(work, person, listed, claimed, now)
        else:
            theirs = tuple(i for i in person.identities if not _taken(i, listed))
            known[person.id] = replace(person, identities=theirs)
    for person in listed.values():
        before = [known[old] for old, new in same.items() if new == person.id]
        _put(work, person, known.get(person.id), before, now)


def _same(
    known: Mapping[str, Person], listed: Mapping[str, Person], claimed: Mapping[Identity, str]
) -> dict[str, str]:
    """Who is somebody else of the file now, by the id they had.

    Whoever wrote before they were listed is, however many accounts they used. Whoever had an id
    that the file has no more is, when it gives all their accounts to one id that is new here, and
    nobody else's to it: a new surname is no new person. Any other account given to somebody else
    may have been handed to another human: nothing goes with it but what keeps reports away.
    """
    same, renamed = {}, {}
    for person in known.values():
        accounts = [i for i in person.identities if i.platform != FORMERLY]
        new = list(dict.fromkeys(claimed[i] for i in accounts if i in claimed))
        if person.id in listed or not new:
            continue
        if is_unlisted(person.id):
            same[person.id] = new[0]
        elif len(new) == 1 and new[0] not in known and claimed.keys() >= set(accounts):
            renamed[person.id] = new[0]
    times = Counter(renamed.values())
    return same | {old: new for old, new in renamed.items() if times[new] == 1}


def _taken(identity: Identity, listed: Mapping[str, Person]) -> bool:
    """Whether what somebody was called before is what the file calls somebody now."""
    return identity.platform == FORMERLY and identity.user in listed


def _without_lost_accounts(
    work: Work,
    person: Person,
    listed: Mapping[str, Person],
    claimed: Mapping[Identity, str],
    now: datetime,
) -> Person:
    """An account is theirs no longer when the file gives it to somebody else, or has the person
    without it. All are let go of before any is given: two people may have changed theirs. Who is
    left without any, and is not in the file, holds no role any more: nobody could reach them."""
    kept = tuple(
        i
        for i in person.identities
        if claimed.get(i, "" if person.id in listed and i.platform != FORMERLY else person.id)
        == person.id
        and not _taken(i, listed)
    )
    if kept == person.identities:
        return person
    changed = replace(person, identities=kept)
    work.people.put(changed)
    work.audit.record(now, "lanyard", "lost-account", detail=person.id)
    work.kept_out.remember(person.id, set(person.identities) - set(kept))
    if person.id not in listed and all(i.platform == FORMERLY for i in kept):
        for held in changed.holdings:
            changed = end_role(work, changed, held, "lanyard", now)
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
        # Under another id they have the roles they have: the file gives none to whom it knew.
        earlier = any(person.holdings or not is_unlisted(person.id) for person in before)
        known = replace(listed, identities=(), holdings=() if earlier else listed.holdings)
        work.people.put(known)
        work.audit.record(now, "lanyard", "seed-person", detail=listed.id)
    for person in before:
        work.people.merge(person.id, listed.id)
        work.audit.record(now, "lanyard", "merge-people", detail=f"{person.id} {listed.id}")
    everyone = (known, *before)
    had = {i for person in everyone for i in person.identities}
    gained = [i for i in listed.identities if i not in had]
    for ref in work.kept_out.come_back(listed.id, gained):
        work.notices.redraw(ref, now)
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
