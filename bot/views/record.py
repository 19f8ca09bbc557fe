"""Gathers the record of one case for export: everything said, decided, called and done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.escalation import Escalation
from bot.form import Route
from bot.incident import Concern, Entry, Incident, Part
from bot.notice import Kind, Notice
from bot.people import Directory, Person
from bot.ports import Done
from bot.record import Line, Record, Section
from bot.views.case import URGENCIES, identity_of, kind_of
from bot.views.drill import MARK, centre_of
from bot.views.opened import read
from bot.views.rota import roles
from bot.views.wording import day_and_time, listed, utc

CALLS = {
    Kind.CASE: "Called to it",
    Kind.RECEIPT: "Receipt",
    Kind.PHONE: "Told to ring",
    Kind.TAKEN: "Told who has it",
    Kind.QUESTION: "Told of a question",
    Kind.REPLY: "Told of an addition",
    Kind.UNFINISHED: "Reminded of the write-up",
    Kind.ON_IT: "Asked whether they are still on it",
    Kind.OFFER: "Asked to take it over",
    Kind.DECLINED: "Told that it was not taken over",
    Kind.OVERDUE: "Told that it is late",
    Kind.PART: "Asked who is part of it",
    Kind.PASSED_ON: "Told that somebody else has it",
    Kind.UNREADABLE: "Told that part of it is damaged",
    Kind.DRILL: "Told how the drill ended",
}
# Not who is kept out because of another report: the reader may not know of that one.
CONCERNS = {
    Concern.SUBJECT: "part of it",
    Concern.KEPT: "part of it, a reader was told",
    Concern.NAMED: "named, not yet asked about",
    Concern.NOTED: "named in a note, not answered yet",
    Concern.CLEARED: "named, not part of it",
}
LINKING = ("same", "notsame")
"""Acts whose entries do not say with which other report this one was linked."""
OURS = {"lanyard": "Lanyard", "command-line": "Whoever runs Lanyard"}


@dataclass(frozen=True)
class Kept:
    """What is kept of one case; ``linked`` are only those the reader may read as well, ``linkings``
    the moments at which such, and no others, were linked with it or parted from it."""

    incident: Incident
    escalation: Escalation
    entries: Sequence[Entry]
    notices: Sequence[Notice]
    audit: Sequence[Done]
    linked: Sequence[str] = ()
    linkings: Collection[datetime] = ()


def record(kept: Kept, directory: Directory, reader: Person, now: datetime) -> Record:
    """The record of a case for ``reader``, who is entitled to it and whose reading is recorded.

    Names and roles are those known now.
    """
    ref, zone = kept.incident.ref, directory.zone
    named = _Named(directory)
    reporters = [entry for entry in kept.entries if entry.part is Part.REPORTER]
    others = [entry for entry in kept.entries if entry.part is not Part.REPORTER]
    return Record(
        ref=ref,
        title=f"{MARK if kept.incident.drill else ''}Record of report {ref}",
        notes=(
            f"Exported by {reader.name}, {roles(reader, directory)}, on "
            f"{day_and_time(now, zone)}, {utc(now)}. The export is recorded.",
            "This copy is not erased when the record is. Keep it safe, share it only with those "
            "who need it, and destroy it when the record goes.",
            "Names and roles are as they were known on the day of the export. Marks such as "
            "[U+202E] stand for characters that cannot be seen.",
        ),
        facts=tuple(_facts(kept, directory, named)),
        sections=(
            Section("What the reporter said", tuple(_said(reporters, named))),
            Section("What was asked, noted and decided", tuple(_said(others, named))),
            Section("Calls and messages", tuple(_calls(kept.notices, directory, named))),
            Section("What was done, from the audit", tuple(_done(kept, named))),
        ),
        zone=zone,
    )


class _Named:
    """Who somebody is: their name, and the roles they hold."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def __call__(self, person_id: str) -> tuple[str, str]:
        person = self._directory.person(person_id)
        if person is None:
            return OURS.get(person_id, "unknown account"), ""
        return person.name, roles(person, self._directory)

    def name(self, person_id: str) -> str:
        name, role = self(person_id)
        return f"{name}, {role}" if role else name


def _facts(kept: Kept, directory: Directory, named: _Named) -> Iterator[tuple[str, str]]:
    incident, escalation = kept.incident, kept.escalation
    taken, zone = escalation.taken, directory.zone
    moments = {
        "Reported": incident.reported_at,
        "Sent from their device": incident.sent_at,
        "Write-up finished": incident.finished_at,
        "Taken": taken.at if taken else None,
        "Spoke to the reporter": escalation.spoken_at,
        "Closed": incident.closed_at,
    }
    yield "Reference", incident.ref
    yield "Kind", kind_of(incident)
    yield "Register", "adults, kept apart" if incident.route is Route.ADULT else "main"
    yield "Centre", centre_of(incident, directory)
    yield "Urgency", URGENCIES[incident.urgency]
    yield "Reporter", named.name(incident.reporter)
    for name, moment in moments.items():
        if moment is not None:
            yield name, f"{day_and_time(moment, zone)}, {utc(moment)}"
    yield "Had by", named.name(taken.by) if taken else "nobody"
    if incident.outcome:
        yield "Outcome before" if incident.open_again else "Outcome", incident.outcome
    for person, how in incident.concerns:
        if how in CONCERNS:
            yield "Person", f"{named.name(person)}: {CONCERNS[how]}"
    if kept.linked:
        yield "Same incident as", listed(list(kept.linked))
    if incident.unchecked:
        yield "Identity", identity_of(incident, directory)
    if incident.mistake:
        yield "Note", "The reporter pressed “sent by mistake”."


def _said(entries: Iterable[Entry], named: _Named) -> Iterator[Line]:
    for entry in sorted(entries, key=lambda entry: entry.number):
        yield Line(entry.at, *named(entry.author), read(entry.prompt), read(entry.words))


def _calls(notices: Iterable[Notice], directory: Directory, named: _Named) -> Iterator[Line]:
    for notice in notices:
        begun = notice.created_at or (notice.receipt.at if notice.receipt else None)
        if begun is None:
            continue
        who = named(notice.to.person) if notice.to.person else ("Private channel", "")
        what = f"{CALLS.get(notice.kind, notice.kind)} ({notice.to.platform})"
        yield Line(begun, *who, what, result=_result(notice, directory))


def _result(notice: Notice, directory: Directory) -> str:
    copy = " May be a second copy." if notice.doubtful else ""
    if notice.receipt is not None:
        at = notice.receipt.at
        return f"Delivered {day_and_time(at, directory.zone)}, {utc(at)}.{copy}"
    if notice.fault == "nothing-to-show":
        return "Not shown: it was not needed any more."
    tried = f"Tried {notice.attempts} times" if notice.attempts != 1 else "Tried once"
    return f"Not delivered. {tried}{f', fault {notice.fault}' if notice.fault else ''}.{copy}"


def _done(kept: Kept, named: _Named) -> Iterator[Line]:
    for done in kept.audit:
        if done.act in LINKING and done.at not in kept.linkings:
            # It would tell that there is a report which the reader may not know of.
            continue
        what = ", ".join(code for code in (done.act.replace("-", " "), done.detail) if code)
        number = f"Entry {done.number}." if done.number else "The entry of this export."
        yield Line(done.at, *named(done.actor), what, result=number)
