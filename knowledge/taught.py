"""Phrasings that a school has taught since the model was made: known at once, without training."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from knowledge.asks import Ask
from knowledge.likeness import stems
from knowledge.tidy import tidy

_SAME_WORDS = 0.6
_FEWEST = 2
_SAME_SPELLING = 88


class Taught:
    """Finds the taught phrasing that a message repeats.

    Words decide and not meanings: the encoder has learned to put everything outside the policy in
    one place, where a question about the car park lies next to one about the printer.
    """

    def __init__(self, asks: Sequence[Ask]) -> None:
        """Know some phrasings; the later one of two that say the same stands."""
        self._known = [(ask, tidy(ask.said), stems(tidy(ask.said))) for ask in reversed(asks)]

    def like(self, text: str) -> Ask | None:
        """Return the phrasing that a tidied message says again, or None."""
        asked = stems(text)
        best, found = 0.0, None
        for ask, said, held in self._known:
            shared = len(asked & held)
            alike = shared / len(asked | held) if shared >= _FEWEST else 0.0
            if alike < _SAME_WORDS and fuzz.ratio(text, said) >= _SAME_SPELLING:
                alike = _SAME_WORDS
            if alike >= _SAME_WORDS and alike > best:
                best, found = alike, ask
        return found
