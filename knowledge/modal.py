"""How strongly a clause speaks, read from its modal verbs, for documents without guidance."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Strength:
    """How a clause speaks."""

    force: str
    """must, advises, permits, states or undecided."""
    verdict: str
    """What it answers to "may I?": yes, no, conditional, duty, info or undecided."""


_SAME = r"[^.;]"
"""Anything within the same sentence."""
_WHO = (
    r"member|pupil|one|child|personal|phone|device|photo|photography|staff|learner|student|visitor"
)
_BANS = (
    r"\b(?:must|shall|will|should|may|can)\s*not\b(?! only)",
    r"\b(?:cannot|mustn't|won't|never|under no circumstances|do not)\b",
    r"\b(?:is|are) (?:not (?:permitted|allowed|acceptable)|forbidden|prohibited|banned)\b",
    rf"\bno (?:{_WHO}|mobile)s?\b{_SAME}{{0,60}}\b(?:may|is|are|will|should|can)\b",
    r"^\W*(?:no|not|never|don't)\b",
    r"\b(?:nobody|no one|no-one|none|nowhere)\b",
    r"\b(?:is|are) not (?:places?|\w+ed)\b",
)
_CONDITIONS = (
    rf"\b(?:not|never|no)\b{_SAME}{{0,140}}\b(?:unless|except|without)\b",
    rf"\bonly\b{_SAME}{{0,80}}\b(?:if|when|where|with|after|following|by)\b",
)
_LEAVE = (
    rf"\b(?:may|can|permitted|allowed)\b{_SAME}{{0,100}}"
    r"\b(?:if|provided|subject to|unless|where|when)\b",
    rf"\b(?:may|can|permitted|allowed)\b{_SAME}{{0,100}}"
    r"\bwith (?:the )?(?:\w+ )?(?:permission|consent|approval|agreement)\b",
)
_IN_ORDER: tuple[tuple[Strength, tuple[str, ...]], ...] = (
    (
        Strength("undecided", "undecided"),
        (
            r"\bis/is not\b",
            r"\bmay/may not\b",
            r"\bdelete as\b",
            r"\[[^\]]*(?:insert|delete)[^\]]*\]",
        ),
    ),
    (Strength("must", "conditional"), _CONDITIONS),
    (
        Strength("advises", "no"),
        (
            r"\b(?:advised|encouraged|asked|reminded|recommended) not to\b",
            r"\b(?:should avoid|discouraged)\b",
        ),
    ),
    (Strength("must", "no"), (*_BANS, r"\bexpected not to\b")),
    (
        Strength("advises", "duty"),
        (
            r"\b(?:is|are|be) (?:\w+ )?(?:advised|encouraged|expected|reminded|recommended)\b",
            r"\b(?:is|are) (?:\w+ )?asked\b",
            r"\bgood practice\b",
        ),
    ),
    (Strength("permits", "conditional"), _LEAVE),
    (
        Strength("permits", "yes"),
        (
            r"\b(?:is|are) (?:permitted|allowed|welcome)\b",
            r"\bmay\b(?! (?:be|result|lead|have|find|not|know|need|feel|want|contain|vary|happen))",
        ),
    ),
    (
        Strength("must", "duty"),
        (
            r"\b(?:must|shall|should|will|is required|are required|has to|have to|is to|are to)\b",
            r"\bneeds? to\b",
        ),
    ),
)
_PATTERNS = tuple(
    (strength, re.compile("|".join(patterns), re.IGNORECASE)) for strength, patterns in _IN_ORDER
)


def strength_of(text: str, parent: str | None = None) -> Strength:
    """Return how strongly a clause speaks.

    Args:
        text: the clause, word for word.
        parent: the clause that it continues, for a bullet such as "to take photos of learners."
    """
    for words in (text, f"{parent or ''} {text}"):
        for strength, pattern in _PATTERNS:
            if pattern.search(words):
                return strength
    return Strength("states", "info")
