"""How strongly a clause speaks, read from its modal verbs, for documents without guidance."""

import re
from dataclasses import dataclass

_PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (force, verdict, re.compile(pattern, re.IGNORECASE))
    for force, verdict, pattern in (
        ("undecided", "undecided", r"\bis/is not\b|\bmay/may not\b|\[[^\]]*(?:insert|delete)[^\]]*\]|\bdelete as\b"),
        ("must", "conditional", r"\b(?:not|never|no\b[^.;]{0,60})\b[^.;]{0,120}\b(?:unless|except|without)\b"),
        ("must", "conditional", r"\bonly\b[^.;]{0,80}\b(?:if|when|where|with|after|following|by)\b"),
        ("must", "no", r"\b(?:must|shall|will|should|may|can)\s*not\b(?! only)|\bcannot\b|\bmustn't\b|\bwon't\b|\bnever\b"
                       r"|\b(?:is|are) (?:not (?:permitted|allowed|acceptable)|forbidden|prohibited|banned)\b"
                       r"|\bunder no circumstances\b|\bdo not\b|\bno (?:member|pupil|one|child|personal|phone|device|photo"
                       r"|photography|staff|learner|student|visitor|mobile)[^.;]{0,60}\b(?:may|is|are|will|should|can)\b"),
        ("advises", "no", r"\b(?:advised|encouraged|asked|expected|reminded) not to\b|\bshould avoid\b|\bdiscouraged\b"),
        ("advises", "duty", r"\b(?:advised|encouraged|expected|reminded|asked|recommended)\b|\bgood practice\b"),
        ("permits", "conditional", r"\b(?:may|can|permitted|allowed)\b[^.;]{0,100}\b(?:if|provided|subject to|with (?:the )?"
                                   r"(?:permission|consent|approval|agreement)|unless|where|when)\b"),
        ("permits", "yes", r"\b(?:is|are) (?:permitted|allowed|welcome)\b|\bmay\b(?! (?:be|result|lead|have|find))"),
        ("must", "duty", r"\b(?:must|shall|should|is required|are required|has to|have to|needs? to|is to|are to)\b"),
        ("must", "duty", r"\bwill\b"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Strength:
    """How a clause speaks."""

    force: str
    """must, advises, permits, states or undecided."""
    verdict: str
    """What it answers to "may I?": yes, no, conditional, duty, info or undecided."""


def strength_of(text: str, parent: str | None = None) -> Strength:
    """Return how strongly a clause speaks.

    Args:
        text: the clause, word for word.
        parent: the clause that it continues, for a bullet such as "to take photos of learners."
    """
    for words in (text, f"{parent or ''} {text}"):
        for force, verdict, pattern in _PATTERNS:
            if pattern.search(words):
                return Strength(force, verdict)
    return Strength("states", "info")
