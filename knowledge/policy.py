"""A policy: its clauses in order, its dates, and a fingerprint of its words."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from functools import cached_property

from knowledge.clause import Clause


class PolicyFault(ValueError):
    """A document cannot be read as a policy; the message is a sentence for its owner."""


@dataclass(frozen=True)
class Policy:
    """One edition of a policy, as read from one document."""

    title: str
    clauses: tuple[Clause, ...]
    last_reviewed: date | None
    """The first of the month when the document names only a month."""
    review_due: date | None
    approved: date | None
    fingerprint: str
    """SHA-256 of the clauses: two documents that say the same have the same one."""

    def get(self, clause_id: str) -> Clause | None:
        """Return the clause cited as `clause_id`, or None."""
        return self._by_id.get(clause_id)

    def children(self, clause_id: str) -> tuple[Clause, ...]:
        """Return the clauses directly under `clause_id`, in the document's order."""
        return tuple(clause for clause in self.clauses if clause.parent == clause_id)

    def overdue(self, today: date) -> bool:
        """Say whether the review date the policy gives itself has passed."""
        return self.review_due is not None and today > self.review_due

    @cached_property
    def _by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}


def fingerprint(clauses: Iterable[Clause]) -> str:
    """Return the SHA-256, in hexadecimal, of everything the clauses say."""
    told = json.dumps([astuple(clause) for clause in clauses], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
