"""The policy in force and what is understood of it: one desk, asked by every intent that reads."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import as_file, files
from pathlib import Path

from bot.ports import Work
from knowledge.answer import Answer, Unknown, Unsure, compose
from knowledge.carry import carry
from knowledge.clause import Clause
from knowledge.guidance import Guide, read_guidance
from knowledge.policy import Policy
from knowledge.reading import read_policy, read_policy_bytes
from knowledge.understanding import Reading, Understanding

BUNDLED = files("knowledge") / "editions" / "plain-english.md"


class PolicyDesk:
    """A policy, the guidance carried to it, and the reader of questions."""

    policy: Policy
    guidance: dict[str, Guide]
    unguided: tuple[str, ...]
    """Clauses that match no guidance: a human should read them."""
    understanding: Understanding

    def __init__(self, bundled: Policy) -> None:
        self._bundled, self._number = bundled, 0
        self._put(bundled)

    @classmethod
    def open(cls, path: Path | None = None) -> PolicyDesk:
        """The desk for the document at ``path``, or for the bundled plain-English edition.

        Raises :class:`knowledge.policy.PolicyFault` when the document cannot be read.
        """
        with as_file(BUNDLED) as bundled:
            desk = cls(read_policy(bundled))
        if path is not None:
            desk._put(read_policy(path))
        return desk

    def _put(self, policy: Policy) -> None:
        self.policy = policy
        guides, carried = read_guidance(), carry(self._bundled, policy)
        self.guidance = {mine: guides[theirs] for mine, theirs in carried.matched.items()}
        self.unguided = carried.unmatched
        self.understanding = Understanding.shared()
        self._last: tuple[str, Reading] | None = None

    def follow(self, work: Work) -> None:
        """Take up the document that the school adopted last, if it is not this one."""
        number = work.policies.number()
        adopted = work.policies.in_force() if number != self._number else None
        if adopted is None:
            return
        number, name, content = adopted
        self._put(read_policy_bytes(content, Path(name).suffix))
        self._number = number

    def read(self, text: str) -> Reading:
        """What ``text`` means. The intents of one turn ask the same; it is read once."""
        if self._last is None or self._last[0] != text:
            self._last = (text, self.understanding.read(text))
        return self._last[1]

    def answer(self, reading: Reading, today: date) -> Answer | Unsure | Unknown:
        """The answer to a question that has been read."""
        return compose(reading, self.policy, self.guidance, today)

    def clause(self, clause_id: str) -> Clause | None:
        """The clause with this number, however its letters are typed."""
        wanted = clause_id.lower()
        return next((c for c in self.policy.clauses if c.id.lower() == wanted), None)

    def guide(self, clause_id: str) -> Guide | None:
        return self.guidance.get(clause_id)

    def edition_line(self, now: datetime) -> str:
        """``Policy of Oct 2020, review overdue.``"""
        reviewed = self.policy.last_reviewed
        line = f"Policy of {reviewed:%b %Y}" if reviewed else "Policy without a date"
        return f"{line}, review overdue." if self.policy.overdue(now.date()) else f"{line}."
