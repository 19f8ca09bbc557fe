"""What a sentence's vector says: of each question asked about it, how likely each answer is."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

NAMES = ("clause", "verdict", "action", "urgency", "route", "category")
SPELLING = {
    "clause": 4.0,
    "verdict": 1.0,
    "action": 2.0,
    "urgency": 2.0,
    "route": 0.5,
    "category": 0.5,
}
"""How much the spelling counts beside the meaning; measured with each writer left out in turn."""


@dataclass(frozen=True)
class Judgement:
    """Logarithms of probabilities, in the order of the labels of each head."""

    clause: Floats
    verdict: Floats
    action: Floats
    urgency: Floats
    route: Floats
    category: Floats


class Heads:
    """Linear questions to a vector, all asked in one multiplication."""

    def __init__(self, path: Path) -> None:
        """Load the heads in `path`, made by `python -m knowledge.training`."""
        with np.load(path) as held:
            self.clauses: tuple[str, ...] = tuple(str(each) for each in held["ids"])
            matrices = [held[f"{name}.weight"].astype(np.float32) for name in NAMES]
            self._matrix: Floats = np.concatenate(matrices)
            self._bias: Floats = np.concatenate([held[f"{name}.bias"] for name in NAMES])
            self._cuts = np.cumsum([len(matrix) for matrix in matrices])[:-1]
            self._usual: Floats = held["usual"].astype(np.float32)
            self._trust: Floats = np.concatenate(
                [
                    np.full(len(matrix), SPELLING[name], np.float32)
                    for name, matrix in zip(NAMES, matrices, strict=True)
                ]
            )

    def place(self, name: str, answer: int) -> int:
        """Return where one answer of one head stands among the scores of all heads."""
        starts = (0, *self._cuts.tolist())
        return int(starts[NAMES.index(name)]) + answer

    def usual_of(self, clause: str) -> Floats:
        """Return logarithms of how often each verdict is given from a clause.

        All alike for a clause that was not learned.
        """
        if clause not in self.clauses:
            return np.zeros(self._usual.shape[1], np.float32)
        usual: Floats = self._usual[self.clauses.index(clause)]
        return usual

    def judge(self, vector: Floats, spelling: Floats) -> Judgement:
        """Return what a sentence's vector says together with its spelling.

        Args:
            vector: its meaning, from the encoder.
            spelling: its scores from the table of grams.
        """
        scores = self._matrix @ vector + self._bias + self._trust * spelling
        return Judgement(*map(_log_shares, np.split(scores, self._cuts)))


def _log_shares(scores: Floats) -> Floats:
    least = scores - scores.max()
    shares: Floats = least - np.log(np.exp(least).sum())
    return shares
