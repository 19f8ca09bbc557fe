"""A question in the light of the one before: "and on a school iPad?", "why?", "who decides?"."""

import re

_OPENING = re.compile(
    r"^(?:and|but|or|also|so|what about|how about|what if|and if|even|not even|is that|does that"
    r"|would that|same (?:for|with)|ok (?:and|but)|then)\b[\s,]*"
)
_BACKWARD = re.compile(r"\b(?:it|that|this|they|them|those|one|there|then|he|she|him|her)\b")
_FACETS = {
    "why": re.compile(r"^(?:but |and )?(?:why|how come|what for|since when)\b"),
    "who decides": re.compile(
        r"^(?:and |so )?who (?:decides|says|can say|do i ask|gives|approves|signs|would decide"
        r"|makes that decision|allows)\b"
    ),
    "what happens": re.compile(r"^(?:and |so )?what (?:happens|if i do|would happen)\b"),
    "where": re.compile(r"^(?:and |so )?where (?:does it|is that|is it|in the policy)\b"),
    "in writing": re.compile(
        r"^(?:and |so )?(?:does (?:it|that) (?:have|need) to be )?in writing\b"
    ),
}
_KIT = r"(?:phone|mobile|ipad|tablet|laptop|camera|smart ?watch|device)(?:es|s)?"
_SAME_KIND = tuple(
    re.compile(rf"\b(?:{words})\b")
    for words in (
        rf"my (?:own )?(?:personal )?{_KIT}|(?:a |the )?(?:school|work) {_KIT}|{_KIT}",
        r"parents?|mums?|dads?|carers?|famil(?:y|ies)|pupils?|kids?|child(?:ren)?|students?"
        r"|learners?|visitors?|volunteers?|contractors?|governors?|staff|teachers?|tas?|ex-?pupils?"
        r"|leavers?",
        r"facebook|insta(?:gram)?|snap(?:chat)?|tik ?tok|whats ?app|twitter|x|linkedin|youtube"
        r"|discord|messenger|text(?:s|ing)?|e-?mail(?:s|ing)?",
        r"(?:in )?lessons?|(?:at )?break(?:time)?|(?:at )?lunch(?:time)?|(?:on )?trips?|playground"
        r"|changing rooms?|toilets?|exams?|(?:at )?home|(?:after|before) school|staff ?room"
        r"|corridors?",
    )
)
_SMALL = re.compile(r"^(?:on|to|for|with|in|at|by|of|a|an|the|if|it|its|it's|is)\b\s*")
_MOST_WORDS = 9


def facet_of(text: str) -> str | None:
    """Return what a short follow-up asks about the answer before, or None."""
    if len(text.split()) > _MOST_WORDS:
        return None
    return next((name for name, pattern in _FACETS.items() if pattern.search(text)), None)


def is_follow_up(text: str) -> bool:
    """Say whether a tidied text leans on the question before it."""
    words = len(text.split())
    if words > _MOST_WORDS:
        return False
    return bool(_OPENING.search(text) or facet_of(text) or (words <= 4 and _BACKWARD.search(text)))


def joined(before: str, text: str) -> str:
    """Return the whole question that a follow-up means.

    A word of the same kind takes the place of the old one (a school iPad for a phone, parents for
    pupils); anything else is added to the question before.
    """
    rest = _OPENING.sub("", text).strip(" ?.!")
    whole = before
    for kind in _SAME_KIND:
        new, old = kind.search(rest), kind.search(whole)
        if new is not None and old is not None:
            whole = whole[: old.start()] + new[0] + whole[old.end() :]
            rest = (rest[: new.start()] + rest[new.end() :]).strip()
    rest = _SMALL.sub("", rest)
    return f"{whole.rstrip(' ?.!')} {rest}".strip() if rest else whole
