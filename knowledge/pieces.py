"""Words cut into the pieces an encoder knows: BERT's word pieces, uncased, in plain Python."""

import re
from collections.abc import Mapping

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_LONGEST_WORD = 40
_MEMORY = 50_000


class Pieces:
    """Cuts tidied text into numbers of word pieces."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """Cut with `vocabulary`, which must hold `[CLS]`, `[SEP]` and `[UNK]`."""
        self._vocabulary = vocabulary
        self._first, self._last = vocabulary["[CLS]"], vocabulary["[SEP]"]
        self._unknown = vocabulary["[UNK]"]
        self._seen: dict[str, list[int]] = {}

    def cut(self, text: str, most: int = 96) -> list[int]:
        """Return the piece numbers of a text, at most `most` with the two marks around them."""
        numbers = [self._first]
        for word in _WORD.findall(text):
            numbers += self._pieces_of(word)
            if len(numbers) >= most:
                break
        return [*numbers[: most - 1], self._last]

    def _pieces_of(self, word: str) -> list[int]:
        known = self._seen.get(word)
        if known is None:
            known = self._cut_word(word)
            if len(self._seen) < _MEMORY:
                self._seen[word] = known
        return known

    def _cut_word(self, word: str) -> list[int]:
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        numbers: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self._vocabulary.get(mark + word[start:end])
                if number is not None:
                    numbers.append(number)
                    start = end
                    break
            else:
                return [self._unknown]
        return numbers
