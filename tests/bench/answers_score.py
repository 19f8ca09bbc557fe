"""How good the answers of one method are, by one rule for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.evaluation import Labelled, Prediction
from knowledge.figures import Figures, figures
from knowledge.policy import Policy
from tests.bench.rivals.text import Said

_KEPT = 0.95


@dataclass(frozen=True)
class Score:
    """The figures of one method over one file."""

    figures: Figures
    refused: float | None
    """The share of questions not covered that is refused while 95 of 100 covered ones are kept;
    None when the file has none of one kind."""

    def share(self, name: str) -> float | None:
        """Return a share of the figures, or None when there was nothing to count."""
        found = self.figures.shares[name]
        return found.value if found.of else None


def scored(
    questions: Sequence[Labelled], said: Sequence[Said], ms: Sequence[float], policy: Policy
) -> Score:
    """Return the score of what was said to the questions."""
    predictions = [_prediction(*each) for each in zip(questions, said, ms, strict=True)]
    ways = [[each.score for each in said]]
    if all(each.margin is not None for each in said):
        ways.append([float(each.margin or 0) for each in said])
    # a method may refuse by whichever of its figures does it better
    refused = [share for way in ways if (share := _refused(questions, way)) is not None]
    return Score(figures(questions, predictions, policy), max(refused, default=None))


def _refused(questions: Sequence[Labelled], scores: Sequence[float]) -> float | None:
    by_kind = {
        kind: [score for each, score in zip(questions, scores, strict=True) if each.kind == kind]
        for kind in ("policy", "out_of_scope")
    }
    inside, outside = sorted(by_kind["policy"]), by_kind["out_of_scope"]
    if not inside or not outside:
        return None
    least = inside[int(len(inside) * (1 - _KEPT))]
    return sum(score < least for score in outside) / len(outside)


def _prediction(question: Labelled, said: Said, ms: float) -> Prediction:
    more = said.more
    return Prediction(
        id=question.id,
        action=more.get("action", "answer"),
        clauses=tuple(said.clauses),
        verdict=more.get("verdict", ""),
        score=said.score,
        ms=ms,
        urgency=more.get("urgency"),
        route=more.get("route"),
        category=more.get("category"),
    )
