"""A new edition of the policy comes into force, and those it concerns are told once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.answers import SHOWN_FOR, Change
from bot.climb import notice, to_person
from bot.notice import Kind
from bot.people import Directory
from bot.ports import Work
from bot.turn import School
from bot.views.answers import EDITION
from intents.policy import PolicyDesk
from knowledge.difference import differences
from knowledge.reading import read_policy_bytes


@dataclass(frozen=True)
class Adopted:
    """What an import did. ``told`` counts the people who get a message."""

    adopted: bool
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    told: int = 0


def adopt(
    work: Work,
    desk: PolicyDesk,
    directory: Directory,
    school: School,
    name: str,
    content: bytes,
    now: datetime,
) -> Adopted:
    """Put the document ``content`` in force.

    Whoever was shown an answer from a clause that reads otherwise now, or is gone, in the last
    90 days gets one message, unless they want none; nobody else gets any. A document that says
    the same as the one in force changes nothing. Raises
    :class:`knowledge.policy.PolicyFault` when it cannot be read.
    """
    desk.follow(work)
    old, new = desk.policy, read_policy_bytes(content, Path(name).suffix)
    if old.fingerprint == new.fingerprint and work.policies.number():
        return Adopted(False)
    work.policies.adopt(name, content, now)
    found = differences(old, new)
    changes: dict[str, Change] = {}
    moved: dict[str, str] = {}
    asked_of: list[str] = []
    for change in found:
        if change.old is None or change.kind == "added":
            continue
        if change.new is not None and change.new.id != change.old.id:
            moved[change.old.id] = change.new.id
        if change.kind in ("changed", "removed"):
            clause = change.new or change.old
            changes[clause.id] = Change.CHANGED if change.new else Change.REMOVED
            asked_of.append(change.old.id)
        if change.kind == "removed":
            # Its number may come to stand for something else.
            work.corrections.end(change.old.id, now)
    people = [
        person
        for each in work.answers.people(asked_of, now - SHOWN_FOR)
        if (person := directory.person(each)) and not work.corrections.opted_out(each)
    ]
    number = work.policies.number()
    work.answers.move(moved)
    work.corrections.move(moved)
    work.corrections.changed(number, now, changes)
    for person in people:
        for to in to_person(person, school):
            work.notices.add(notice(Kind.EDITION, f"{EDITION}{number}", to, now))
    desk.follow(work)
    return Adopted(
        True,
        tuple(clause for clause, how in changes.items() if how is Change.CHANGED),
        tuple(clause for clause, how in changes.items() if how is Change.REMOVED),
        len(people),
    )
