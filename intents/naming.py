"""Finds role-holders in somebody's words: by name, slips of spelling included, or by role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from rapidfuzz.distance import OSA

from bot.afresh import concern_changed
from bot.climb import tell
from bot.incident import Concern, Entry, Incident, Part, Unreadable
from bot.notice import Kind
from bot.people import TITLES, Directory, Person, Role
from bot.ports import Work
from bot.siblings import spread
from bot.turn import School, Turn
from intents.role_words import folded, roles_in
from intents.short_names import SHORT
from intents.telling import only_telling
from knowledge.key_words import ordinary

INITIAL = re.compile(rf"\b(?:{'|'.join(sorted(TITLES))})\b\.? ([a-z])\b(?!['\u2019])")
"""“Ms K”, but not “ms o'brien”, who is called by her name."""

INITIALS = re.compile(r"\b([A-Z])\.? ?([A-Z])\b\.?")
NOT_INITIALS = frozenset({"PE", "RE", "IT", "DT", "TA", "TV", "SEN", "ID", "PC", "OK", "AM", "PM"})
"""Subjects and things that staff write like initials."""

TWO_SLIPS = 7
"""From this many letters on a name is known with two slips, if it begins alike."""

NO_WORDS = ("number", "child-help", "to", "decision", "outcome", "it")
"""Answers that are no words of anybody, or name people because they are asked to take it."""

KEPT_OUT = (Concern.SUBJECT, Concern.KEPT, Concern.ELSEWHERE)
"""How whoever is part of a report stands to it, by whosever word."""

TOLD = "told"
"""The answer that names people because they were told."""


def named_holders(
    words: str, holders: Sequence[Person], centre: str | None = None
) -> tuple[Person, ...]:
    """Those of ``holders`` whom ``words`` name, or whose role at ``centre`` they name.

    Wrongly found costs a question; wrongly missed could show a report to the person it is
    about. So a short name must match but for two letters swapped, a longer one but for a slip.
    """
    lower = folded(words)
    said = {word for word in re.findall(r"[^\W\d_]+", lower) if len(word) > 1}
    said |= {word.removesuffix("s") for word in said}
    roles = roles_in(words)
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


def heard(step: str, words: str, directory: Directory) -> str:
    """What of an answer may name somebody as part of it: nothing where it only says who was
    told, for they must not be kept out by that."""
    if step in NO_WORDS:
        return ""
    if step == TOLD and named_holders(words, directory.role_holders()):
        return "" if only_telling(words, _is_name(directory)) else words
    return words


def _is_name(directory: Directory) -> Callable[[str], bool]:
    """Whether a word is of a role-holder's name, or of a colleague's and no everyday word."""
    parts = {part for person in directory.role_holders() for part in _parts(person)}
    others = {word for person in directory.people.values() for word in _known(person.name)}

    def is_name(word: str) -> bool:
        if word in others:
            return word in parts or not ordinary(word)
        return any(_slipped(part, word) for part in parts)

    return is_name


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
    words = "\n".join(heard(step, value, turn.directory) for step, value in said.items())
    standing = dict(incident.concerns)
    holders = [
        person
        for person in turn.directory.role_holders()
        if person.id not in (turn.person.id, incident.reporter)
    ]
    chosen = named_holders(said.get("to", ""), holders)
    entries = turn.work.incidents.entries(incident.ref)
    found = tuple(
        person
        for person in named_holders(words, holders, incident.centre)
        if person not in chosen
        and (
            standing.get(person.id) is Concern.NOTED
            or turn.person.id not in named_in_notes(incident, entries, person, turn.directory)
        )
    )
    # The reporter may have said that they are only mentioned, and not known what the writer does.
    fresh = [p for p in found if standing.get(p.id) in (None, Concern.CLEARED)]
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


def named_in_notes(
    incident: Incident, entries: Sequence[Entry], person: Person, directory: Directory
) -> set[str]:
    """Who wrote the notes on the case that name ``person``."""
    notes: dict[str, list[Entry]] = {}
    for entry in entries:
        notes.setdefault(id_now(directory, entry.author), []).append(entry)
    return {
        author
        for author, written in notes.items()
        if named_holders(
            "\n".join(_words(written, directory, Part.CASE)), [person], incident.centre
        )
    }


def id_now(directory: Directory, person: str) -> str:
    """The id that somebody goes by: an entry keeps the one its author had when it was written."""
    known = directory.person(person)
    return known.id if known else person


def keep_from_named(
    turn: Turn, incident: Incident, entries: Iterable[Entry], person: Person
) -> bool:
    """Whether the report's words name ``person``, though nobody has been asked about them yet:
    their role or their name is newer than the report. Then it is kept from them, and the
    reporter asked; asked just before anything is read."""
    found = look_again(turn.work, incident, entries, [person], turn.directory)
    if found:
        ask_reporter(turn.work, incident, turn.directory, turn.school, turn.now)
    return bool(found)


def look_again(
    work: Work,
    incident: Incident,
    entries: Iterable[Entry],
    holders: Sequence[Person],
    directory: Directory,
) -> tuple[Person, ...]:
    """Keep a report from those of ``holders`` whom the reporter's words name and about whom the
    reporter has not been asked; returns them."""
    told = "\n".join(_words(entries, directory))
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
    if any(standing.get(person) in KEPT_OUT for person in group):
        added = {p for p in group if standing.get(p) not in (Concern.SUBJECT, Concern.KEPT)}
        ways = {standing.get(person) for person in group}
        # A reader's word stays a reader's.
        how = Concern.SUBJECT if ways & {Concern.SUBJECT, Concern.ELSEWHERE} else Concern.KEPT
        for person in sorted(added - {incident.reporter}):
            turn.work.incidents.concern(ref, person, how)
    changed = turn.work.incidents.get(ref) or incident
    holders = [p for p in turn.directory.role_holders() if p.id != incident.reporter]
    entries = turn.work.incidents.entries(ref)
    found = look_again(turn.work, changed, entries, holders, turn.directory)
    return bool(added or found)


def _not_settled(incident: Incident, people: Iterable[Person]) -> tuple[Person, ...]:
    """Those about whom the reporter has not been asked."""
    known = {p for p, how in incident.concerns if how is not Concern.NOTED}
    return tuple(p for p in people if p.id not in known and p.id != incident.reporter)


def _words(
    entries: Iterable[Entry], directory: Directory, part: Part = Part.REPORTER
) -> Iterable[str]:
    """What the reporter wrote, or the readers; what cannot be opened names nobody."""
    for entry in entries:
        if entry.part is part:
            try:
                yield heard(entry.step, entry.words.open(), directory)
            except Unreadable:
                continue


def _parts(person: Person) -> list[str]:
    """The words of somebody's names, and what a first name is shortened to."""
    surname, *others = (_known(name) for name in (person.name, *person.also_called))
    firsts = [*surname[:-1], *(word for other in others for word in other)]
    short = [each for word in firsts for each in SHORT.get(word, ())]
    return list(dict.fromkeys([*surname, *firsts, *short]))


def _known(name: str) -> list[str]:
    """The words of a name by which somebody is known, with and without its hyphens."""
    small = folded(name)
    words = [*re.findall(r"[^\W\d_]+", small), *re.sub(r"[^\w ]", "", small).split()]
    return [word for word in dict.fromkeys(words) if word not in TITLES and len(word) > 1]


def _initials(person: Person, *, both: bool = False) -> frozenset[str]:
    """The first letters of surnames, or of a first name and the surname in capitals."""
    called = [_untitled(name) for name in (person.name, *person.also_called)]
    if not both:
        # A first name or a nickname alone has no surname: “Sana” is not “Ms S”.
        others = (each for each in person.also_called if len(each.split()) > 1)
        return frozenset(words[-1][0] for words in (called[0], *map(_untitled, others)) if words)
    pairs = {words[0][0] + words[-1][0] for words in called if len(words) > 1}
    pairs |= {words[0][0] + called[0][-1][0] for words in called[1:] if words and called[0]}
    return frozenset(pair.upper() for pair in pairs)


def _untitled(name: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", folded(name)) if word not in TITLES]


def _slipped(part: str, word: str) -> bool:
    """Whether ``word`` is a name's ``part`` or a slip of it."""
    slips = OSA.distance(part, word, score_cutoff=2)
    if slips == 1:
        return len(part) > 4 or sorted(part) == sorted(word)
    if slips == 2:
        return len(part) >= TWO_SLIPS and len(word) >= TWO_SLIPS - 1 and part[0] == word[0]
    return slips == 0
