"""Reports made of the same thing: whoever is part of one is kept out of all of them.

They come of presses on one card, or of “a child needs help now” in a report about an adult. Nobody
may learn from one that there is another: what it only knows from there is never said of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.form import Route
from bot.incident import Concern, Incident
from bot.people import Role
from bot.ports import Work

OF_ITS_OWN = (Concern.SUBJECT, Concern.KEPT, Concern.NAMED, Concern.NOTED)
"""How somebody stands to a report that says so itself."""

OF_ITS_REPORTER = (Concern.SUBJECT, Concern.NAMED)
"""What its reporter's words or answers say of it, and no reader's."""


def inherited(work: Work, incident: Incident, route: Route, reporter: str) -> dict[str, Concern]:
    """Whom a report of ``route`` that ``reporter`` makes of the same thing as ``incident`` is kept
    from at once."""
    reached = _reaching(work, incident, route, reporter, frozenset())
    return dict.fromkeys((person for person, _ in reached), Concern.ELSEWHERE)


def spread(work: Work, ref: str) -> tuple[str, ...]:
    """Keep the siblings of a report from whomever it is kept from itself; returns the references
    of those that changed."""
    incident = work.incidents.get(ref)
    if incident is None or not incident.concerns:
        return ()
    changed: list[str] = []
    for other in work.incidents.siblings(ref):
        for person, how in _reached(work, incident, other):
            then = _then(how, _stands(other, person))
            if then is not None:
                work.incidents.concern(other.ref, person, then)
                changed.append(other.ref)
    return tuple(dict.fromkeys(changed))


def only_mentioned(
    work: Work, incident: Incident, person: str, *, says_the_reporter: bool
) -> tuple[str, ...]:
    """``person`` is not part of it, says whoever was asked. A reporter's answer is one for all
    their reports of the same thing; a reader's settles nothing that a reporter may say later.
    Returns the references of those that changed."""
    siblings = work.incidents.siblings(incident.ref)
    settled = {incident.ref} | {
        each.ref
        for each in siblings
        if each.reporter == incident.reporter
        and _stands(incident, person) is _stands(each, person) is Concern.NAMED
    }
    open_still = [
        each for each in siblings if each.ref not in settled and _stands(each, person) in OF_ITS_OWN
    ]
    changed = []
    for each in (incident, *siblings):
        left = any(
            person == reached for other in open_still for reached, _ in _reached(work, other, each)
        )
        if each.ref in settled and (left or says_the_reporter):
            how = Concern.ELSEWHERE if left else Concern.CLEARED
            work.incidents.concern(each.ref, person, how)
        elif each.ref in settled or (not left and _stands(each, person) is Concern.ELSEWHERE):
            work.incidents.release(each.ref, person)
        else:
            continue
        changed.append(each.ref)
    return tuple(changed)


def _reached(work: Work, incident: Incident, other: Incident) -> Iterator[tuple[str, Concern]]:
    return _reaching(work, incident, other.route, other.reporter, other.kept_from())


def _reaching(
    work: Work, incident: Incident, route: Route, reporter: str, kept_from: frozenset[str]
) -> Iterator[tuple[str, Concern]]:
    """Whom ``incident`` is kept from, as far as that holds for a sibling of ``route`` by
    ``reporter`` that is kept from some already.

    What is said in a report about a child, by others than whoever made the one about an adult,
    may keep that one from a Principal, for the chair is left; it never keeps it from the chair,
    and whoever it is kept from themselves has no say in it.
    """
    upwards = route is Route.ADULT and incident.route is not Route.ADULT
    chairs = {p.id for p in work.people.all() if p.holds(Role.CHAIR)} if upwards else set()
    for person, how in dict(incident.concerns).items():
        theirs = how in OF_ITS_REPORTER and incident.reporter in kept_from
        own = how in OF_ITS_REPORTER and incident.reporter == reporter
        if how is Concern.CLEARED or (upwards and not own and (theirs or person in chairs)):
            continue
        yield person, how


def _then(there: Concern, here: Concern | None) -> Concern | None:
    """How somebody stands to a report from now on who stands so to a sibling of it; ``None``
    where that changes nothing."""
    if there is Concern.SUBJECT and here is Concern.NAMED:
        # The reporter has answered what both asked.
        return Concern.SUBJECT
    if there in (Concern.SUBJECT, Concern.KEPT) and here in (None, Concern.CLEARED):
        return Concern.ELSEWHERE
    return Concern.ELSEWHERE if there in OF_ITS_OWN and here is None else None


def _stands(incident: Incident, person: str) -> Concern | None:
    return dict(incident.concerns).get(person)
