"""Reports made of the same thing: whoever is part of one is kept out of all of them.

They come of presses on one card, or of “a child needs help now” in a report about an adult. Nobody
may learn from one that there is another: what it only knows from there is never said of it.
"""

from __future__ import annotations

from bot.incident import Concern, Incident
from bot.ports import Work

OF_ITS_OWN = (Concern.SUBJECT, Concern.NAMED, Concern.NOTED)
"""How somebody stands to a report that says so itself."""


def inherited(incident: Incident) -> dict[str, Concern]:
    """Whom a report that is made of the same thing as ``incident`` is kept from at once."""
    return dict.fromkeys(incident.kept_from(), Concern.ELSEWHERE)


def spread(work: Work, ref: str) -> tuple[str, ...]:
    """Keep the siblings of a report from whomever it is kept from itself; returns the references
    of those that changed."""
    incident = work.incidents.get(ref)
    if incident is None or not incident.concerns:
        return ()
    changed: list[str] = []
    for other in work.incidents.siblings(ref):
        for person, how in incident.concerns:
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
    left = {each.ref for each in siblings if _stands(each, person) in OF_ITS_OWN} - settled
    changed = []
    for each in (incident, *siblings):
        if each.ref in settled and (left or says_the_reporter):
            how = Concern.ELSEWHERE if left else Concern.CLEARED
            work.incidents.concern(each.ref, person, how)
        elif each.ref in settled or (not left and _stands(each, person) is Concern.ELSEWHERE):
            work.incidents.release(each.ref, person)
        else:
            continue
        changed.append(each.ref)
    return tuple(changed)


def _then(there: Concern, here: Concern | None) -> Concern | None:
    """How somebody stands to a report from now on who stands so to a sibling of it; ``None``
    where that changes nothing."""
    if there is Concern.SUBJECT and here is Concern.NAMED:
        # The reporter has answered what both asked.
        return Concern.SUBJECT
    if there is Concern.SUBJECT and here in (None, Concern.CLEARED):
        return Concern.ELSEWHERE
    return Concern.ELSEWHERE if there in OF_ITS_OWN and here is None else None


def _stands(incident: Incident, person: str) -> Concern | None:
    return dict(incident.concerns).get(person)
