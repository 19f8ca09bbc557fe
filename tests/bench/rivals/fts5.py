"""SQLite's own full-text search, FTS5 with Porter's stemmer."""

import re
import sqlite3
from pathlib import Path

from tests.bench.rivals.text import MOST, Hits, Search, Text

_WORD = re.compile(r"\w+")


def build(texts: list[Text], kept: Path) -> Search:
    """Return a search for any word of the question, ranked by FTS5."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE texts USING fts5(words, tokenize='porter unicode61')")
    database.executemany(
        "INSERT INTO texts(rowid, words) VALUES (?, ?)",
        [(at, each.words) for at, each in enumerate(texts)],
    )

    def search(question: str) -> Hits:
        wanted = " OR ".join(f'"{word}"' for word in _WORD.findall(question))
        if not wanted:
            return []
        rows = database.execute(
            "SELECT rowid, -rank FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?",
            (wanted, MOST),
        )
        return [(at, score) for at, score in rows]

    return search
