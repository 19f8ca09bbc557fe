"""Words of harm in a message: with them, less suspicion makes it a report."""

import re
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "words" / "alarms.yaml"


def sounds_alarming(text: str) -> bool:
    """Say whether a tidied message holds a word or phrase of `words/alarms.yaml`."""
    return _pattern().search(text) is not None


@cache
def _pattern() -> re.Pattern[str]:
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    phrases = [phrase for each in told.values() for phrase in each]
    parts = [
        re.escape(phrase.rstrip("*")) + (r"\w*" if phrase.endswith("*") else r"\b")
        for phrase in phrases
    ]
    return re.compile(rf"\b(?:{'|'.join(parts)})")
