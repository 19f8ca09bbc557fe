"""Read questions over one loaded policy: what was learned where it matches, a search where not."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from knowledge.carry import carry
from knowledge.guidance import Guide, read_guidance
from knowledge.modal import strength_of
from knowledge.numbered import Numbers
from knowledge.permission import from_words_alone, guarded
from knowledge.policy import Policy
from knowledge.reading import read_policy
from knowledge.search import Search
from knowledge.tidy import tidy
from knowledge.understanding import Reading, Understanding

EDITION = Path(__file__).parent / "editions" / "plain-english.md"

_STRANGE = 0.3
"""With less than this share of the bundled clauses in it, a document is not what was learned: what
else it holds (a trust's other policies) does not count."""
_FOUND = {"answer": 0.28, "dont_know": 0.45}
"""A search score from which a clause of a strange document answers, by how the message sounds."""
_RANKED = 10


@cache
def bundled_edition() -> Policy:
    """Return the plain-English edition that comes with the project."""
    return read_policy(EDITION)


@cache
def bundled_guidance() -> Mapping[str, Guide]:
    """Return the guidance that comes with the project, by clause of the bundled edition."""
    return read_guidance()


class Reader:
    """Reads questions and answers in clauses of one policy."""

    def __init__(
        self,
        policy: Policy,
        understanding: Understanding | None = None,
        matched: Mapping[str, str] | None = None,
        guidance: Mapping[str, Guide] | None = None,
    ) -> None:
        """Prepare to read questions over `policy`.

        Args:
            policy: the loaded edition.
            understanding: what was learned; by default the project's own.
            matched: the bundled clause's id by the loaded clause's; worked out when not given.
            guidance: guides by bundled clause id; by default the project's own.
        """
        self.policy = policy
        self._understanding = understanding or Understanding.shared()
        if matched is None:
            bundled = bundled_edition()
            same = policy.fingerprint == bundled.fingerprint
            matched = (
                {each.id: each.id for each in policy.clauses}
                if same
                else carry(bundled, policy).matched
            )
        known = guidance if guidance is not None else bundled_guidance()
        self.guidance: dict[str, Guide] = {
            mine: _moved(known[theirs], matched)
            for mine, theirs in matched.items()
            if theirs in known
        }
        """Guides by clause id of the loaded policy."""
        self._theirs = dict(matched)
        self._mine = {theirs: mine for mine, theirs in matched.items()}
        self._ids = tuple(each.id for each in policy.clauses)
        self._numbers = Numbers(self._ids)
        unmatched = [each for each in self._ids if each not in matched]
        self.strange = len(self._mine) < _STRANGE * len(bundled_edition().clauses)
        """Whether the document is too unlike the bundled edition to trust what was learned."""
        self._search = (
            Search(policy, self._understanding.encoder, self._ids if self.strange else unmatched)
            if unmatched
            else None
        )

    def read(self, text: str, *, before: Reading | None = None) -> Reading:
        """Return what a message means, in clauses of the loaded policy."""
        reading = self._understanding.read(text, before=self._back(before))
        numbers = self._numbers.named(tidy(text))
        moved = self._moved_reading(reading)
        if self._search is not None:
            moved = self._searched(moved)
        moved = self._named(moved, numbers.found)
        moved = replace(moved, no_such=numbers.missing)
        return replace(moved, verdict=self._verdict(moved)) if moved.action == "answer" else moved

    def _moved_reading(self, reading: Reading) -> Reading:
        kept = [
            (self._mine[each], chance)
            for each, chance in zip(reading.clauses, reading.scores, strict=True)
            if each in self._mine
        ]
        near = tuple(self._mine[each] for each in reading.near if each in self._mine)
        return replace(
            reading,
            clauses=tuple(each for each, _ in kept),
            scores=tuple(chance for _, chance in kept),
            near=near if len(near) > 1 else (),
            named=(),
        )

    def _searched(self, reading: Reading) -> Reading:
        """Return the reading with what a search of the other clauses finds."""
        assert self._search is not None
        meaning = self._understanding.encoder.meaning(reading.asked)
        found = self._search.find(reading.asked, meaning)
        if not self.strange:
            # what was learned comes first; a clause nobody wrote questions for may stand beside it
            found = [
                (each, score * (1 - max(reading.scores, default=0.0))) for each, score in found
            ]
        ranked = sorted(
            {
                **dict(found),
                **({} if self.strange else dict(zip(reading.clauses, reading.scores, strict=True))),
            }.items(),
            key=lambda pair: -pair[1],
        )[:_RANKED]
        best = found[0][1] if found else 0.0
        action, score = reading.action, reading.score
        if self.strange and action in ("answer", "dont_know"):
            found_enough = best >= _FOUND[action]
            score = min(1.0, best / _FOUND[action] / 2)
            action = "answer" if found_enough else "dont_know"
        return replace(
            reading,
            action=action,
            verdict=action if action != "answer" else reading.verdict,
            score=score,
            clauses=tuple(each for each, _ in ranked),
            scores=tuple(chance for _, chance in ranked),
            near=() if self.strange else reading.near,
        )

    def _named(self, reading: Reading, named: tuple[str, ...]) -> Reading:
        if not named:
            return reading
        rest = [
            (each, chance)
            for each, chance in zip(reading.clauses, reading.scores, strict=True)
            if each not in named
        ][: _RANKED - len(named)]
        return replace(
            reading,
            action="answer" if reading.action == "dont_know" else reading.action,
            score=1.0,
            clauses=(*named, *(each for each, _ in rest)),
            scores=(*(1.0 for _ in named), *(chance for _, chance in rest)),
            near=(),
            named=named,
        )

    def _verdict(self, reading: Reading) -> str:
        """Return a verdict that is never freer than the clause it is taken from."""
        if not reading.clauses:
            return "info"
        wanted = reading.verdict if reading.verdict != "dont_know" else "info"
        guide = self.guidance.get(reading.clauses[0])
        if guide is not None:
            return guarded(wanted, reading.asked, guide.verdict, guide.force, guide.school_kit)
        clause = self.policy.get(reading.clauses[0])
        if clause is None:
            return "info"
        above = self.policy.get(clause.parent) if clause.parent else None
        strength = strength_of(clause.text, above.text if above else None)
        return from_words_alone(wanted, reading.asked, strength.verdict)

    def _back(self, before: Reading | None) -> Reading | None:
        """Return an earlier reading in the clauses that were learned."""
        if before is None:
            return None
        clauses = tuple(self._theirs.get(each, each) for each in before.clauses)
        return replace(before, clauses=clauses)


def _moved(guide: Guide, matched: Mapping[str, str]) -> Guide:
    """Return a guide whose pointers to other clauses fit the loaded policy."""
    mine = {theirs: each for each, theirs in matched.items()}
    return replace(
        guide,
        clause=mine[guide.clause],
        see=tuple(mine[each] for each in guide.see if each in mine),
        pulls_against=tuple(mine[each] for each in guide.pulls_against if each in mine),
    )
