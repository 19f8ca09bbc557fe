"""Who is away and who is here: marks it, and tells somebody when a centre has nobody named."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.afresh import reach_newly_entitled
from bot.climb import notice, tell, to_person
from bot.escalation import Audience
from bot.ladder import reached
from bot.notice import Kind, Lane
from bot.people import Directory, Holding, Person, Role
from bot.ports import Work
from bot.recipients import SAFEGUARDING_ROLES, present
from bot.terms import Terms
from bot.turn import School

NAMED_BY = time(7, 45)
"""By when on a school day every centre has somebody named (an hour before pupils come)."""

CLOSED = "gap-closed "
"""The mark of when a gap was last closed, before the centre."""

MAY_MARK = (*SAFEGUARDING_ROLES, Role.PRINCIPAL)
"""Who may say that somebody is away, for anybody who holds a role."""


def may_mark(person: Person) -> bool:
    """Whether ``person`` may mark others away."""
    return not person.guest and any(person.holds(role) for role in MAY_MARK)


def here_for(centre: str, directory: Directory, now: datetime) -> tuple[Person, ...]:
    """The DSL and deputies of a centre who are not away."""
    found = [p for role in SAFEGUARDING_ROLES for p in directory.holders(role, centre)]
    return tuple(dict.fromkeys(present(found, now)))


def uncovered(directory: Directory, now: datetime) -> tuple[str, ...]:
    """The centres for which no DSL or deputy is here."""
    return tuple(centre for centre in directory.centres if not here_for(centre, directory, now))


def mark_away(
    work: Work,
    person: Person,
    until: datetime | None,
    by: str,
    directory: Directory,
    school: School,
    now: datetime,
) -> Person:
    """Mark ``person`` away until ``until``, or (``None``) here; recorded, and they are told.
    Returns them as they are then.

    While they are away the reports they have are chased with whoever could take them over, and
    if they are on call others are woken in their place.
    """
    # What is in memory may be old: a role may have ended since, of theirs or of somebody else.
    before = directory.with_people(work.people.all())
    known = before.person(person.id)
    if known is None or known.away_until == until:
        return known or person
    work.people.set_away(known.id, until)
    work.audit.record(now, by, "away" if until else "back", detail=known.id)
    if by != known.id:
        tell(work, known, Kind.AWAY, known.id, now, school, int(now.timestamp()))
    marked = replace(known, away_until=until)
    after = before.with_people({**before.people, marked.id: marked}.values())
    note_gaps(work, before, after, now)
    if until is not None:
        tell_of_gaps(work, after, school, now)
        _ask_for_cover(work, marked, after, school, now)
    if marked.holds(Role.ON_CALL) and not school.terms.is_open(now):
        _wake_whoever_is_on_call(work, after, school, now)
    return marked


def _ask_for_cover(
    work: Work, away: Person, directory: Directory, school: School, now: datetime
) -> None:
    """Ask whoever could take over the reports of somebody who is away, at once."""
    for ref in work.escalations.owned_by(away.id):
        incident, escalation = work.incidents.get(ref), work.escalations.get(ref)
        if incident is None or escalation is None:
            continue
        for person in reached(Audience.OWNER, incident, escalation, directory, now):
            if person.id != away.id:
                tell(work, person, Kind.ON_IT, ref, now, school, int(now.timestamp()))


def _wake_whoever_is_on_call(
    work: Work, directory: Directory, school: School, now: datetime
) -> None:
    """Somebody on call was marked while the school is shut: for each report that nobody has, wake
    whoever is to be woken now and was not. Nobody is woken twice."""
    for incident in work.incidents.untaken():
        escalation = work.escalations.get(incident.ref)
        if escalation is None:
            continue
        reach_newly_entitled(
            work, incident, escalation, directory, school, now, only=Audience.ON_CALL
        )
        # It says who may look while the school is shut.
        work.notices.redraw(incident.ref, now, Kind.RECEIPT)


def give_role(work: Work, person: Person, held: Holding, by: str, now: datetime) -> Person:
    """Let ``person`` hold a role; recorded. Returns them as they are then."""
    if held in person.holdings:
        return person
    changed = replace(person, holdings=(*person.holdings, held))
    work.people.put(changed)
    work.audit.record(now, by, "give-role", detail=_code(person, held))
    return changed


def end_role(work: Work, person: Person, held: Holding, by: str, now: datetime) -> Person:
    """Let ``person`` hold a role no longer; recorded. Returns them as they are then."""
    if held not in person.holdings:
        return person
    changed = replace(person, holdings=tuple(h for h in person.holdings if h != held))
    work.people.put(changed)
    work.audit.record(now, by, "end-role", detail=_code(person, held))
    return changed


def tell_of_gaps(work: Work, directory: Directory, school: School, now: datetime) -> None:
    """From 07:45 on a school day until it ends: a centre without a DSL or deputy who is here is
    told once a day to the Principal and the other centres' DSLs, else to everybody with a role;
    one that was closed and opens again, once more."""
    # Which gap it is is read before the people: whoever closes one meanwhile is seen to be here.
    numbers = {
        centre: gap_number(work, centre) for centre in gaps_to_tell(directory, school.terms, now)
    }
    if not numbers:
        return
    directory = directory.with_people(work.people.all())
    for centre in gaps_to_tell(directory, school.terms, now):
        about, nth = gap_of(centre, directory.zone, now), numbers.get(centre)
        if nth is None:
            continue
        for person in _to_be_told(directory, now):
            for to in to_person(person, school):
                work.notices.add(notice(Kind.ROTA, about, to, now, lane=Lane.URGENT, nth=nth))


def gaps_to_tell(directory: Directory, terms: Terms, now: datetime) -> tuple[str, ...]:
    """The centres without anybody, while somebody ought to be told of it."""
    local = now.astimezone(directory.zone)
    if not terms.is_school_day(local.date()) or not (NAMED_BY <= local.time() < time(terms.closes)):
        return ()
    return uncovered(directory, now)


def gap_of(centre: str, zone: ZoneInfo, now: datetime) -> str:
    """What a notice of a gap is about: a centre on a day."""
    return f"{centre} {now.astimezone(zone).date().isoformat()}"


def note_gaps(work: Work, before: Directory, after: Directory, now: datetime) -> None:
    """After people were marked or given roles: the cards of the day's gaps are drawn again, and a
    gap that closed is noted, so that the next there is another."""
    for centre in after.centres:
        work.notices.redraw(gap_of(centre, after.zone, now), now, Kind.ROTA)
    for centre in set(uncovered(before, now)) - set(uncovered(after, now)):
        work.marks.write(CLOSED + centre, now.isoformat())


def gap_closed(work: Work, centre: str) -> datetime | None:
    """When a gap at a centre was last closed by somebody who came back, or was given a role."""
    at = work.marks.read(CLOSED + centre)
    return datetime.fromisoformat(at) if at else None


def gap_number(work: Work, centre: str) -> int:
    """Tells the gaps of a day at one centre apart: the same for as long as one stays open."""
    closed = gap_closed(work, centre)
    return int(closed.timestamp()) if closed else 0


def until_midnight(days: int, zone: ZoneInfo, now: datetime) -> datetime:
    """The first moment after ``days`` days, today counted as one."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), zone)


def _to_be_told(directory: Directory, now: datetime) -> tuple[Person, ...]:
    leaders = [p for role in MAY_MARK for p in directory.holders(role)]
    here = present(dict.fromkeys(leaders), now)
    return here or tuple(p for p in directory.role_holders() if not p.guest)


def _code(person: Person, held: Holding) -> str:
    return f"{person.id} {held.role.value} {held.centre or '*'}"
