"""Short things that have one meaning: the commands, and the courtesies of a conversation."""

import re
from functools import cache
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

_FILE = Path(__file__).parent / "words" / "commands.yaml"
_CLOSE = 88
_MOST_WORDS = 8
_TRIM = re.compile(r"^[\s/!.,-]+|[\s!?.,-]+$")


def command_of(text: str) -> str | None:
    """Return which command a tidied message is, or None.

    The whole message has to say it, give or take a slip of the fingers: "stop" is a command,
    "stop a pupil using a phone" is not.
    """
    return _closest(text, "command")


def courtesy_of(text: str) -> str | None:
    """Return which kind of small talk a tidied message is, or None: greeting, thanks, praise, …"""
    if text and not any(sign.isalnum() for sign in text):
        return _emoji(text)
    return _closest(text, "chat")


def nearest_command(text: str) -> str:
    """Return the command that a message, known to be one, comes closest to."""
    return _best(text, "command", 0) or "help"


def nearest_courtesy(text: str) -> str:
    """Return the courtesy that a message, known to be small talk, comes closest to."""
    return _best(text, "chat", 72) or "other"


def _closest(text: str, kind: str) -> str | None:
    said = _TRIM.sub("", text)
    if not said or len(said.split()) > _MOST_WORDS:
        return None
    return _best(said, kind, _CLOSE)


def _best(text: str, kind: str, floor: float) -> str | None:
    meanings = _phrases()[kind]
    said = _TRIM.sub("", text)
    if said in meanings:
        return meanings[said]
    # a slip in three letters makes another word: "bock" is not "back", "hi" is not "him"
    if len(said) < 4 and floor:
        return None
    found = process.extractOne(said, meanings.keys(), scorer=fuzz.ratio, score_cutoff=floor)
    return meanings[found[0]] if found else None


def _emoji(text: str) -> str | None:
    signs = _phrases()["emoji"]
    kinds = {signs[sign] for sign in text if sign in signs}
    return kinds.pop() if len(kinds) == 1 else None


@cache
def _phrases() -> dict[str, dict[str, str]]:
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    phrases = {
        kind: {phrase: meaning for meaning, said in told[kind].items() for phrase in said}
        for kind in ("command", "chat")
    }
    phrases["emoji"] = {
        sign: meaning for meaning, signs in told["emoji"].items() for sign in signs.split()
    }
    return phrases
