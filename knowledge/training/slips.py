"""The same sentence as other people would type it: slips, other words, small talk around it."""

import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).parent / "slips.yaml"
_LONG_ENOUGH = 4


def retyped(text: str, luck: random.Random) -> str:
    """Return a tidied text as somebody else might have typed it, often unchanged."""
    told = _told()
    if luck.random() < 0.30:
        text = _in_other_words(text, luck)
    if luck.random() < 0.12:
        extra = " ".join(luck.sample(told["rambles"], luck.choice((1, 1, 2))))
        text = f"{extra} {text}"
    elif luck.random() < 0.15:
        text = luck.choice(told["openings"]) + text
    if luck.random() < 0.15:
        text = text.rstrip("?!. ") + luck.choice(told["endings"])
    if luck.random() < 0.25:
        text = _with_slips(text, luck)
    if luck.random() < 0.20:
        text = re.sub(r"[?!.,']", "", text)
    return text


def _in_other_words(text: str, luck: random.Random) -> str:
    groups, pattern = _synonyms()

    def swap(match: re.Match[str]) -> str:
        return luck.choice(groups[match[0]]) if luck.random() < 0.4 else match[0]

    return pattern.sub(swap, text)


def _with_slips(text: str, luck: random.Random) -> str:
    words = text.split(" ")
    if len(words) > 3 and luck.random() < 0.4:
        del words[luck.randrange(len(words))]
    if luck.random() < 0.7:
        for _ in range(luck.choice((1, 1, 2))):
            at = luck.randrange(len(words))
            words[at] = _slipped(words[at], luck)
    return " ".join(words)


def _slipped(word: str, luck: random.Random) -> str:
    if len(word) < _LONG_ENOUGH:
        return word
    at, kind = luck.randrange(1, len(word) - 1), luck.random()
    if kind < 0.30:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind < 0.55:
        return word[:at] + word[at + 1 :]
    if kind < 0.75:
        return word[:at] + word[at] + word[at:]
    if kind < 0.90:
        near: str = luck.choice(_told()["keys"].get(word[at], word[at]))
        return word[:at] + near + word[at + 1 :]
    return word[0] + re.sub("[aeiou]", "", word[1:])


@cache
def _told() -> Any:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


@cache
def _synonyms() -> tuple[dict[str, list[str]], re.Pattern[str]]:
    groups: dict[str, list[str]] = {}
    for group in _told()["same"]:
        words = [each.strip() for each in group.split(",")]
        for word in words:
            groups.setdefault(word, words)
    longest = sorted(groups, key=len, reverse=True)
    return groups, re.compile(rf"\b({'|'.join(map(re.escape, longest))})\b")
