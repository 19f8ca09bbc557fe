"""Find the clauses of any document that a question is about, by their own words and meaning."""

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from knowledge.encoder import Encoder
from knowledge.heads import Floats
from knowledge.likeness import stems
from knowledge.policy import Policy
from knowledge.tidy import tidy

_FEW_ENOUGH = 600
"""Clauses whose meaning is worked out at loading; a longer document is searched by its words."""
_OFTEN, _LENGTH = 1.2, 0.6
_SECTION, _ABOVE = 0.5, 0.5
_MEANING = 0.6
_FULL_SCORE = 12.0


class Search:
    """The clauses of one document, ready to be searched."""

    def __init__(self, policy: Policy, encoder: Encoder, only: Sequence[str] | None = None) -> None:
        """Index the clauses of `policy`, or those in `only`.

        A clause is found by its own words and, with less weight, by those of its section and of
        the clause it continues.
        """
        kept = set(only) if only is not None else None
        self.clauses = tuple(
            each
            for each in policy.clauses
            if (kept is None or each.id in kept) and each.id != "HEAD"
        )
        self._places: dict[str, tuple[npt.NDArray[np.int64], Floats]] = {}
        self._index(policy)
        self._encoder = encoder
        self._meanings = self._read(policy) if len(self.clauses) <= _FEW_ENOUGH else None

    def find(self, text: str, meaning: Floats) -> list[tuple[str, float]]:
        """Return at most ten clause ids, the likeliest first, each with a score from 0 to 1.

        Args:
            text: a tidied question.
            meaning: its vector.
        """
        if not self.clauses:
            return []
        scores = np.zeros(len(self.clauses), np.float32)
        for stem in stems(text):
            found = self._places.get(stem)
            if found is not None:
                scores[found[0]] += found[1]
        scores = np.minimum(scores / _FULL_SCORE, 1.0)
        if self._meanings is not None:
            alike = self._meanings @ _unit(meaning)
            scores = (1 - _MEANING) * scores + _MEANING * np.maximum(alike, 0.0)
        most = min(10, len(scores))
        best = np.argpartition(-scores, most - 1)[:most]
        ordered = best[np.argsort(-scores[best], kind="stable")]
        return [(self.clauses[at].id, float(scores[at])) for at in ordered]

    def _index(self, policy: Policy) -> None:
        lengths: list[float] = []
        hits: dict[str, dict[int, float]] = defaultdict(dict)
        for at, clause in enumerate(self.clauses):
            above = policy.get(clause.parent) if clause.parent else None
            counts: dict[str, float] = {}
            for words, weight in (
                (clause.text, 1.0),
                (clause.section, _SECTION),
                (above.text if above else "", _ABOVE),
            ):
                for stem in stems(words):
                    counts[stem] = max(counts.get(stem, 0.0), weight)
            lengths.append(float(len(counts)))
            for stem, weight in counts.items():
                hits[stem][at] = weight
        usual = sum(lengths) / len(lengths) if lengths else 1.0
        for stem, clauses in hits.items():
            rare = math.log(1 + (len(self.clauses) - len(clauses) + 0.5) / (len(clauses) + 0.5))
            held = np.fromiter(clauses.keys(), np.int64, len(clauses))
            times = np.fromiter(clauses.values(), np.float32, len(clauses))
            long = np.array([lengths[each] / usual for each in held], np.float32)
            calm = times + _OFTEN * (1 - _LENGTH + _LENGTH * long)
            self._places[stem] = (held, (rare * times * (_OFTEN + 1) / calm).astype(np.float32))

    def _read(self, policy: Policy) -> Floats:
        rows = []
        for clause in self.clauses:
            above = policy.get(clause.parent) if clause.parent else None
            words = f"{above.text} {clause.text}" if above else clause.text
            rows.append(_unit(self._encoder.meaning(tidy(words), 64)))
        return np.stack(rows) if rows else np.zeros((0, 1), np.float32)


def _unit(vector: Floats) -> Floats:
    unit: Floats = vector / (float(np.linalg.norm(vector)) or 1.0)
    return unit
