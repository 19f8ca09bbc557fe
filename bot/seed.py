"""Makes the people of ``lanyard.toml`` known to the database, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.people import Person
from bot.ports import Store, Work
from bot.settings import SchoolFile
from bot.watch import beat


def seed(store: Store, school_file: SchoolFile, now: datetime) -> None:
    """Make the people of the file known; later changes are made by command or in chat. From
    now on a worker is expected to be there."""
    with store.work() as work:
        known = {person.id: person for person in work.people.all()}
        accounts = {i: person.id for person in known.values() for i in person.identities}
        for person in school_file.directory().people.values():
            spoken = next((accounts[i] for i in person.identities if i in accounts), None)
            if person.id in known:
                _add_routes(work, known[person.id], person)
                continue
            # Whoever wrote before they were listed is the same person, now with their roles.
            if spoken is None or not known[spoken].holdings:
                work.people.put(replace(person, id=spoken or person.id))
                work.audit.record(now, "lanyard", "seed-person", detail=person.id)
        beat.expect(work, now)
        work.commit()


def _add_routes(work: Work, known: Person, listed: Person) -> None:
    """A mail address or a mobile number that the file has and the database has not."""
    added = replace(known, mail=known.mail or listed.mail, mobile=known.mobile or listed.mobile)
    if added != known:
        work.people.put(added)
