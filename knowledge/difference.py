"""Say, clause by clause, what changed from one edition of a policy to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process, utils

from knowledge.clause import Clause
from knowledge.policy import Policy

SAME_CLAUSE = 65.0
"""Similarity, of 100, above which a clause with the same number is the old one in new words."""
MOVED_CLAUSE = 85.0
"""The same under another number, where the number does not vouch for it."""


@dataclass(frozen=True)
class Change:
    """What happened to one clause."""

    kind: Literal["added", "removed", "changed", "renumbered"]
    """`renumbered` if only its id changed; `changed` if its words did, wherever it now is."""
    old: Clause | None
    new: Clause | None


def differences(old: Policy, new: Policy) -> list[Change]:
    """Return the changes in the order of the new edition, with removed clauses last.

    Clauses that say the same under the same id are left out. Words alone count: a different
    section heading or audience is no change.
    """
    pairs = _pairs(old.clauses, new.clauses)
    changes = [
        change
        for clause in new.clauses
        if (change := _change(pairs.get(clause.id), clause)) is not None
    ]
    kept = {clause.id for clause in pairs.values()}
    return changes + [Change("removed", gone, None) for gone in old.clauses if gone.id not in kept]


def _change(old: Clause | None, new: Clause) -> Change | None:
    if old is None:
        return Change("added", None, new)
    if _words(old) != _words(new):
        return Change("changed", old, new)
    return Change("renumbered", old, new) if old.id != new.id else None


def _pairs(old: Sequence[Clause], new: Sequence[Clause]) -> dict[str, Clause]:
    """Return the old clause of each new one, by the new id: the surest matches first."""
    pairs: dict[str, Clause] = {}
    left = {clause.id: clause for clause in old}

    def pair(before: Clause, after: Clause) -> None:
        pairs[after.id] = left.pop(before.id)

    for clause in new:
        before = left.get(clause.id)
        if before and _words(before) == _words(clause):
            pair(before, clause)
    by_words: dict[str, list[Clause]] = {}
    for each in left.values():
        by_words.setdefault(_words(each), []).append(each)
    for clause in new:
        same = by_words.get(_words(clause))
        if clause.id not in pairs and same:
            pair(same.pop(0), clause)
    for clause in new:
        before = left.get(clause.id)
        if clause.id not in pairs and before and _alike(before, clause) >= SAME_CLAUSE:
            pair(before, clause)
    for clause in new:
        if clause.id not in pairs and left:
            choices = {each.id: each.text for each in left.values()}
            found = process.extractOne(
                clause.text,
                choices,
                scorer=fuzz.ratio,
                processor=utils.default_process,
                score_cutoff=MOVED_CLAUSE,
            )
            if found:
                pair(left[found[2]], clause)
    return pairs


def _alike(one: Clause, other: Clause) -> float:
    return fuzz.token_sort_ratio(one.text, other.text, processor=utils.default_process)


def _words(clause: Clause) -> str:
    return " ".join(clause.text.split())
