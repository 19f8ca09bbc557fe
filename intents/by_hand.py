"""Answers that a person gave once, for whoever asks the same."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answers import Gap, Remedy, Shown
from bot.turn import Turn
from intents.policy import PolicyDesk


@dataclass(frozen=True)
class Known:
    """An answer given by hand; ``asked`` is the question as far as it may be shown.

    ``same``: it may be given without asking whether the question is the same.
    """

    gap: Gap
    asked: str
    same: bool = True


class ByHand:
    """Finds them by the questions they were given to."""

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk
        self._words: dict[str, tuple[str, bool]] = {}

    def find(self, turn: Turn, words: str) -> Known | None:
        """The answer to a question like ``words``, if one was given and may be given again."""
        joined = turn.work.gaps.joined()
        self._learn(turn, [asking for asking, _ in joined])
        known = [(*self._words[asking], gap) for asking, gap in joined if asking in self._words]
        best = self._desk.alike.nearest(words, [asked for asked, _, _ in known])
        if best is None or not best[1].close:
            return None
        asked, consented, gap_id = known[best[0]]
        found = self.get(turn, gap_id)
        if found is None or (not consented and not best[1].same):
            return None
        return Known(found.gap, asked if consented else "", best[1].same)

    def get(self, turn: Turn, gap_id: str) -> Known | None:
        """One of them by its reference."""
        gap = turn.work.gaps.get(gap_id)
        if gap is None or not gap.joins or gap.answered_at is None:
            return None
        asked = [each for each in turn.work.gaps.asked(gap_id) if each.consented and each.joins]
        return Known(gap, asked[0].words if asked else "")

    def shown(self, turn: Turn, number: str, gap: Gap) -> None:
        """Remember who was shown it, so that a correction reaches them."""
        standing = turn.work.corrections.of(gap.subject)
        verdict = "by-hand" if standing is None else str(Remedy(standing.remedy))
        shown = Shown(number, gap.subject, verdict, "", turn.now)
        turn.work.answers.add(number, turn.person.id, shown)

    def _learn(self, turn: Turn, askings: list[str]) -> None:
        """Words are unsealed once in a process, not at every question."""
        for asking in askings:
            if asking not in self._words:
                found = turn.work.gaps.asking(asking)
                if found is not None:
                    self._words[asking] = (found.words, found.consented)
        for gone in self._words.keys() - set(askings):
            del self._words[gone]
