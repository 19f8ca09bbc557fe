"""Which language a message is in, when it is not English, and its words in English where known."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "words" / "languages.yaml"
_WORD = re.compile(r"[^\W\d_]+")
_KEPT = 200
_SCRIPTS = {
    "CJK": "zh",
    "GURMUKHI": "pa",
    "BENGALI": "bn",
    "DEVANAGARI": "hi",
    "TAMIL": "ta",
    "GREEK": "el",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "GUJARATI": "gu",
    "HEBREW": "he",
    "THAI": "th",
    "ETHIOPIC": "am",
}
_DANGER = (
    "hit",
    "hurt",
    "touched",
    "suicide",
    "naked",
    "sex",
    "afraid",
    "blackmail",
    "told me",
    "missing",
)
"""Glosses that make a foreign message a report; a glossary cannot tell a question from a cry."""


def language_of(text: str) -> str | None:
    """Return the code of the language of a tidied text, or None for English or too little to tell.

    A script that English does not use decides at once; otherwise the small words of each language
    are counted against those of English.
    """
    script = _script(text)
    if script is not None:
        return script
    words = _WORD.findall(text)
    if len(words) < 2:
        return None
    _, small = _tables()
    counts = {code: sum(word in table for word in words) for code, table in small.items()}
    best = max((code for code in counts if code != "en"), key=lambda code: counts[code])
    enough = counts[best] >= 2 and counts[best] > counts["en"] and counts[best] >= len(words) / 6
    return best if enough else None


def readable(text: str) -> str:
    """Return what the understanding should read: a foreign text with its known words in English.

    The words of another script say nothing to an English encoder and are left out; those of a
    Latin one may be names of apps and are kept.
    """
    language = language_of(text)
    if language is None:
        return text
    english = in_english(text, language)
    kept = " ".join(word for word in _WORD.findall(text) if word.isascii())
    return f"{english} . {kept[:_KEPT]}".strip(" .") or text


def honest_words(language: str) -> str | None:
    """Return a sentence in that language that says how badly it is read, if there is one."""
    return _honest().get(language)


def sounds_dangerous(text: str, language: str) -> bool:
    """Say whether a foreign text has a word of hurt, fear or secrecy in it."""
    english = in_english(text, language)
    return any(re.search(rf"\b{word}\b", english) for word in _DANGER)


def in_english(text: str, language: str) -> str:
    """Return the words of a message that a small glossary knows, in English, in their order."""
    glosses, _ = _tables()
    glossary = glosses.get(language, {})
    out: list[str] = []
    for word in _WORD.findall(text):
        for length in range(len(word), 2, -1):
            # endings differ by case and number; the stem is enough for a topic
            if (gloss := glossary.get(word[:length])) is not None:
                out.append(gloss)
                break
    return " ".join(out)


def _script(text: str) -> str | None:
    letters = [sign for sign in text if sign.isalpha()]
    names = [unicodedata.name(sign, "").split()[0] for sign in letters if ord(sign) > 0x24F]
    if len(names) * 2 < len(letters) or not names:
        return None
    name = max(set(names), key=names.count)
    if name == "ARABIC":
        return "ur" if re.search("[ٹڈڑںےہگچپ]", text) else "ar"
    if name == "CYRILLIC":
        if re.search("[іїєґ]", text):
            return "uk"
        return "bg" if re.search("[ъ]", text) and not re.search("[ыэ]", text) else "ru"
    return _SCRIPTS.get(name, "und")


@cache
def _honest() -> dict[str, str]:
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {code: str(each["honest"]) for code, each in told.items() if "honest" in each}


@cache
def _tables() -> tuple[dict[str, dict[str, str]], dict[str, frozenset[str]]]:
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    glosses = {
        code: {
            _bare(foreign): english
            for english, words in each.get("words", {}).items()
            for foreign in words.split()
        }
        for code, each in told.items()
    }
    english = frozenset(told["en"]["small"].split())
    small = {"en": english}
    for code, each in told.items():
        # single letters and words that English shares tell nothing apart
        shared = english | {"ta", "pot", "go", "pan", "gan", "pod", "sun", "per", "oes"}
        words = {_bare(word) for word in each.get("small", "").split()}
        small.setdefault(code, frozenset(word for word in words - shared if len(word) > 1))
    return glosses, small


def _bare(word: str) -> str:
    split = unicodedata.normalize("NFD", word.lower())
    return "".join(sign for sign in split if unicodedata.category(sign) != "Mn")
