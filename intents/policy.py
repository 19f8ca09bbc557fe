"""The policy in force and what is understood of it: one desk, asked by every intent that reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from importlib.resources import as_file, files
from pathlib import Path

from bot.ports import Work
from knowledge.alike import Alike
from knowledge.answer import Answer, Edition, Unknown, Unsure, answer_from, compose
from knowledge.carry import carry
from knowledge.clause import Clause
from knowledge.guidance import Guide
from knowledge.policy import Policy
from knowledge.reader import Reader
from knowledge.reading import read_policy, read_policy_bytes
from knowledge.understanding import Reading, Understanding

BUNDLED = files("knowledge") / "editions" / "plain-english.md"
_LATELY = 8
"""Readings remembered: the intents of one turn ask the same, some in the light of the last."""


class PolicyDesk:
    """A policy, the guidance carried to it, and the reader of questions."""

    policy: Policy
    guidance: dict[str, Guide]
    unguided: tuple[str, ...]
    """Clauses that match no guidance: a human should read them."""
    alike: Alike

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
        carried = carry(self._bundled, policy)
        understanding = Understanding.shared()
        self._reader = Reader(policy, understanding, carried.matched)
        self.guidance = self._reader.guidance
        self.unguided = carried.unmatched
        self.alike = Alike(understanding.encoder)
        self._read: dict[tuple[str, Reading | None], Reading] = {}

    def follow(self, work: Work) -> None:
        """Take up the document that the school adopted last, if it is not this one."""
        number = work.policies.number()
        adopted = work.policies.in_force() if number != self._number else None
        if adopted is None:
            return
        number, name, content = adopted
        self._put(read_policy_bytes(content, Path(name).suffix))
        self._number = number

    def read(self, text: str, before: Reading | None = None) -> Reading:
        """What ``text`` means, in the light of the question before it, if there is one."""
        key = (text, before)
        if key not in self._read:
            if len(self._read) >= _LATELY:
                self._read.clear()
            self._read[key] = self._reader.read(text, before=before)
        return self._read[key]

    def answer(self, reading: Reading, today: date) -> Answer | Unsure | Unknown:
        """The answer to a question that has been read."""
        return compose(reading, self.policy, self.guidance, today)

    def choose(self, reading: Reading, clause: Clause, today: date) -> tuple[Reading, Answer]:
        """The answer that ``clause`` gives to a question, when the asker has chosen it.

        The question is read again with the number named, so that the verdict is the clause's.
        """
        again = self.read(f"{reading.asked} (clause {clause.id})")
        verdict = again.verdict if again.action == "answer" else reading.verdict
        chosen = replace(
            reading,
            action="answer",
            verdict=verdict,
            clauses=(clause.id, *(each for each in reading.clauses if each != clause.id)),
            scores=(1.0, *(0.0 for each in reading.clauses if each != clause.id)),
            near=(),
        )
        policy = self.policy
        edition = Edition(
            policy.title, policy.last_reviewed, policy.review_due, policy.overdue(today)
        )
        return chosen, answer_from(clause, chosen, policy, self.guidance, edition)

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
