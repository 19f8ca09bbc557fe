"""rapidfuzz: how many words a question and a text share, spelling forgiven."""

from pathlib import Path

from rapidfuzz import fuzz, process, utils

from tests.bench.rivals.text import MOST, Hits, Search, Text


def build(texts: list[Text], kept: Path) -> Search:
    """Return a search by `token_set_ratio`."""
    words = [utils.default_process(each.words) for each in texts]

    def search(question: str) -> Hits:
        found = process.extract(
            utils.default_process(question), words, scorer=fuzz.token_set_ratio, limit=MOST
        )
        return [(at, score) for _, score, at in found]

    return search
