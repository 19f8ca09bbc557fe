"""Finds role-holders in somebody's words: by name, slips of spelling included, or by role."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rapidfuzz.distance import OSA

from bot.climb import concern_changed, tell
from bot.incident import Concern, Entry, Incident, Part, Unreadable
from bot.notice import Kind
from bot.people import Directory, Person, Role
from bot.ports import Work
from bot.siblings import spread
from bot.turn import School, Turn
from intents.short_names import SHORT

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir"})
ROLE_WORDS = {
    Role.DSL: r"\bd\.?s\.?l\b|\b(?:safeguarding|child protection|designated)"
    r"(?: safeguarding)? (?:lead|officer|person)",
    Role.DEPUTY: r"\bdd\.?s\.?l\b|\bdeput(?:y|ies)\b",
    Role.PRINCIPAL: r"\bprincipal\b|\bhead ?(?:teacher|master|mistress)\b|\b(?:our|the) boss\b"
    r"|(?<!on )(?<!in )(?<!to )(?<!of )(?<!over )(?<!against )(?<!across )\bthe head\b(?! of)",
    Role.CHAIR: r"\bchair of (?:the )?(?:govern\w+|trustees|board)\b",
}
"""How staff name a role; "on the head" is a part of the body."""

INITIAL = re.compile(rf"\b(?:{'|'.join(sorted(TITLES))})\b\.? ([a-z])\b(?!['\u2019])")
"""“Ms K”, but not “ms o'brien”, who is called by her name."""

INITIALS = re.compile(r"\b([A-Z])\.? ?([A-Z])\b\.?")
NOT_INITIALS = frozenset({"PE", "RE", "IT", "DT", "TA", "TV", "SEN", "ID", "PC", "OK", "AM", "PM"})
"""Subjects and things that staff write like initials."""

TWO_SLIPS = 7
"""From this many letters on a name is known with two slips, if it begins alike."""

ABOUT_NOBODY = ("told", "number", "child-help", "to", "decision", "outcome", "it")
"""What names people because of what they were told or are asked to take, or is no words of anybody
at all."""


def named_holders(
    words: str, holders: Sequence[Person], centre: str | None = None
) -> tuple[Person, ...]:
    """Those of ``holders`` whom ``words`` name, or whose role at ``centre`` they name.

    Wrongly found costs a question; wrongly missed could show a report to the person it is
    about. So a short name must match but for two letters swapped, a longer one but for a slip.
    """
    lower = _folded(words)
    said = {word for word in re.findall(r"[^\W\d_]+", lower) if len(word) > 1}
    said |= {word.removesuffix("s") for word in said}
    roles = [role for role, pattern in ROLE_WORDS.items() if re.search(pattern, lower)]
    letters = frozenset(INITIAL.findall(lower))
    pairs = frozenset("".join(found) for found in INITIALS.findall(words)) - NOT_INITIALS
    return tuple(
        person
        for person in holders
        if any(_slipped(part, word) for part in _parts(person) for word in said)
        or any(person.holds(role, centre) for role in roles)
        or _initials(person) & letters
        or _initials(person, both=True) & pairs
    )


def note_named(turn: Turn, ref: str, words: str) -> bool:
    """Keep the report from role-holders whom new ``words`` name, until the reporter has said
    whether they are part of it; whether any were found."""
    incident = turn.work.incidents.get(ref)
    if incident is None:
        return False
    holders = [p for p in turn.directory.role_holders() if p.id != turn.person.id]
    found = _not_settled(incident, named_holders(words, holders, incident.centre))
    for person in found:
        turn.work.incidents.concern(ref, person.id, Concern.NAMED)
    if found:
        concern_changed(turn.work, ref, turn.directory, turn.school, turn.now)
    return bool(found)


def note_noted(turn: Turn, incident: Incident, said: Mapping[str, str]) -> tuple[Person, ...]:
    """Keep the report from role-holders whom a note on the case names, until its writer has said
    whether they are part of it; returns those to ask about.

    The writer is asked about each of them once, whatever is known of them: not to be asked would
    tell that something is. Whom it is handed to, they have chosen.
    """
    words = "\n".join(value for step, value in said.items() if step not in ABOUT_NOBODY)
    standing = dict(incident.concerns)
    holders = [
        person
        for person in turn.directory.role_holders()
        if person.id not in (turn.person.id, incident.reporter)
        and standing.get(person.id) is not Concern.CLEARED
    ]
    chosen = named_holders(said.get("to", ""), holders)
    entries = turn.work.incidents.entries(incident.ref)
    found = tuple(
        person
        for person in named_holders(words, holders, incident.centre)
        if person not in chosen
        and (
            standing.get(person.id) is Concern.NOTED
            or turn.person.id not in named_in_notes(incident, entries, person)
        )
    )
    fresh = [person for person in found if person.id not in standing]
    for person in fresh:
        turn.work.incidents.concern(incident.ref, person.id, Concern.NOTED)
    if fresh and incident.closed_at is None:
        concern_changed(turn.work, incident.ref, turn.directory, turn.school, turn.now)
    elif fresh:
        # Nobody is called to what is closed because of somebody who may only be mentioned.
        turn.work.notices.redraw(incident.ref, turn.now)
        for ref in spread(turn.work, incident.ref):
            concern_changed(turn.work, ref, turn.directory, turn.school, turn.now)
    return found


def named_in_notes(incident: Incident, entries: Sequence[Entry], person: Person) -> set[str]:
    """Who wrote the notes on the case that name ``person``."""
    authors = {entry.author for entry in entries if entry.part is Part.CASE}
    return {
        author
        for author in authors
        if named_holders(
            "\n".join(_words((e for e in entries if e.author == author), Part.CASE)),
            [person],
            incident.centre,
        )
    }


def keep_from_named(
    turn: Turn, incident: Incident, entries: Iterable[Entry], person: Person
) -> bool:
    """Whether the report's words name ``person``, though nobody has been asked about them yet:
    their role or their name is newer than the report. Then it is kept from them, and the
    reporter asked; asked just before anything is read."""
    found = look_again(turn.work, incident, entries, [person])
    if found:
        ask_reporter(turn.work, incident, turn.directory, turn.school, turn.now)
    return bool(found)


def look_again(
    work: Work,
    incident: Incident,
    entries: Iterable[Entry],
    holders: Sequence[Person],
) -> tuple[Person, ...]:
    """Keep a report from those of ``holders`` whom the reporter's words name and about whom the
    reporter has not been asked; returns them."""
    told = "\n".join(_words(entries))
    found = _not_settled(incident, named_holders(told, holders, incident.centre))
    for person in found:
        work.incidents.concern(incident.ref, person.id, Concern.NAMED)
    return found


def ask_reporter(
    work: Work, incident: Incident, directory: Directory, school: School, now: datetime
) -> None:
    """Ask the reporter about those who are newly named, and call whoever may know instead."""
    reporter = directory.person(incident.reporter)
    if reporter is not None and not reporter.guest:
        asked = {each.nth for each in work.notices.about(incident.ref) if each.kind is Kind.PART}
        tell(work, reporter, Kind.PART, incident.ref, now, school, len(asked))
    concern_changed(work, incident.ref, directory, school, now)


def regroup(turn: Turn, ref: str) -> bool:
    """Work out anew whom a report is kept from, after it has gone to another centre; whether
    anybody was added. To be called before anybody of that centre is.

    Where somebody of the centre's DSL and deputies is part of it, all of them are (as when the
    reporter says so); where the words name a role, they name who holds it there. Nobody is ever
    taken off.
    """
    incident = turn.work.incidents.get(ref)
    if incident is None:
        return False
    group = {
        person.id
        for role in (Role.DSL, Role.DEPUTY)
        for person in turn.directory.holders(role, incident.centre)
    }
    standing = dict(incident.concerns)
    added = set()
    if any(standing.get(person) in (Concern.SUBJECT, Concern.ELSEWHERE) for person in group):
        added = {p for p in group if standing.get(p) is not Concern.SUBJECT}
        for person in sorted(added - {incident.reporter}):
            turn.work.incidents.concern(ref, person, Concern.SUBJECT)
    changed = turn.work.incidents.get(ref) or incident
    holders = [p for p in turn.directory.role_holders() if p.id != incident.reporter]
    entries = turn.work.incidents.entries(ref)
    found = look_again(turn.work, changed, entries, holders)
    return bool(added or found)


def _not_settled(incident: Incident, people: Iterable[Person]) -> tuple[Person, ...]:
    """Those about whom the reporter has not been asked."""
    known = {p for p, how in incident.concerns if how is not Concern.NOTED}
    return tuple(p for p in people if p.id not in known and p.id != incident.reporter)


def _words(entries: Iterable[Entry], part: Part = Part.REPORTER) -> Iterable[str]:
    """What the reporter wrote, or the readers; what cannot be opened names nobody."""
    for entry in entries:
        if entry.part is part and entry.step not in ABOUT_NOBODY:
            try:
                yield entry.words.open()
            except Unreadable:
                continue


def _parts(person: Person) -> list[str]:
    """The words of somebody's name, and what a first name is shortened to."""
    words = re.findall(r"[^\W\d_]+", _folded(person.name))
    joined = re.sub(r"[^\w ]", "", _folded(person.name)).split()
    names = dict.fromkeys([*words, *joined])
    known = [word for word in names if word not in TITLES and len(word) > 1]
    return [*known, *(short for word in known[:-1] for short in SHORT.get(word, ()))]


def _initials(person: Person, *, both: bool = False) -> frozenset[str]:
    """The first letter of the surname, or of first name and surname in capitals."""
    words = re.findall(r"[^\W\d_]+", _folded(person.name))
    names = [word for word in words if word not in TITLES]
    if not both:
        return frozenset(names[-1][:1] for _ in names[:1])
    return frozenset({(names[0][0] + names[-1][0]).upper()} if len(names) > 1 else ())


def _folded(text: str) -> str:
    """Lower case without accents: Zoë is zoe."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _slipped(part: str, word: str) -> bool:
    """Whether ``word`` is a name's ``part`` or a slip of it."""
    slips = OSA.distance(part, word, score_cutoff=2)
    if slips == 1:
        return len(part) > 4 or sorted(part) == sorted(word)
    if slips == 2:
        return len(part) >= TWO_SLIPS and len(word) >= TWO_SLIPS - 1 and part[0] == word[0]
    return slips == 0
