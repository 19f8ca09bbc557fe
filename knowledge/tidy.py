"""What was typed, down to its words: mark-up, mentions, accents and odd spaces taken off."""

import html
import re
import unicodedata

_MENTION = re.compile(r"<at>.*?</at>|<[@#!][^>]*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_EMPHASIS = re.compile(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
_MOST = 2000


def tidy(typed: str) -> str:
    """Return the words of a message in lower case, without what a platform wraps around them.

    Hidden characters go, emoji stay. Only the first 2,000 characters count: nobody asks a question
    in more, and the time of an answer must not depend on what somebody pastes.
    """
    text = html.unescape(typed[:_MOST])
    text = _TAG.sub(" ", _MENTION.sub(" ", text))
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    text = _EMPHASIS.sub(" ", text.translate(_QUOTES))
    bare = "".join(
        sign
        for sign in unicodedata.normalize("NFD", text.lower())
        if unicodedata.category(sign) != "Mn"
    )
    return " ".join(bare.split())
