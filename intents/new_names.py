"""Looks through open reports again when somebody's role or name is new, or a role has ended."""

from __future__ import annotations

from datetime import datetime

from bot.afresh import concern_changed, lost_its_owner
from bot.people import Directory
from bot.ports import Work
from bot.turn import School
from intents.naming import ask_reporter, look_again

Roster = frozenset[tuple[object, ...]]


class NewNames:
    """Remembers the roster under which the open reports were last looked through.

    A report is kept from a role-holder whom its words name; who holds a role, and by what name,
    may change after it was made. Asked at every tick, before anybody is called.
    """

    def __init__(self, school: School) -> None:
        self._school = school
        self._seen: Roster | None = None

    def look(self, work: Work, directory: Directory, now: datetime) -> None:
        """Ask the reporters about those whom their words name under the present roster, and have
        every card drawn again, so that whoever lost a role loses it; what they had taken is
        called out anew. What was found is found again until it has been kept."""
        holders = directory.role_holders()
        roster: Roster = frozenset((p.id, p.name, p.holdings) for p in holders)
        if roster == self._seen:
            return
        found_any = False
        for incident in work.incidents.open():
            entries = work.incidents.entries(incident.ref)
            if look_again(work, incident, entries, holders, directory):
                found_any = True
                ask_reporter(work, incident, directory, self._school, now)
                continue
            escalation = work.escalations.get(incident.ref)
            if escalation is not None and lost_its_owner(incident, escalation, directory):
                concern_changed(work, incident.ref, directory, self._school, now)
            elif self._seen is not None:
                work.notices.redraw(incident.ref, now)
        if not found_any:
            self._seen = roster
