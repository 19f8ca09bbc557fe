"""What Lanyard must never say to anybody, and who looks for it on a card."""

from __future__ import annotations

import re

from bot.card import Card

NEVER_SAID = re.compile(
    r"\b(?:confidential between|only (?:you|between you) and (?:me|us)|in (?:strict )?confidence"
    r"|(?:is|stays?|remains?|keep (?:it|this)|kept) (?:strictly |completely )?confidential"
    r"|stays? secret|(?:is|it's|not) (?:that )?serious enough|not (?:that )?serious"
    r"|no need to report|need not report|do(?:n't| not) (?:need|have) to report|below the threshold"
    r"|(?:meets?|reach(?:es)?|under|above) the threshold|has (?:been )?seen (?:it|your report)"
    r"|(?:have|has|was|were) (?:been )?(?:seen|read) by"
    r"|(?:I|we|Lanyard)(?: have|'ve| has)? (?:told|called|contacted|informed) (?:the )?"
    r"(?:police|parents|council|LADO)|(?:told|called|contacted) the police for you)\b",
    re.IGNORECASE,
)
"""No sentence promises secrecy, judges a threshold, says somebody saw what was only delivered, or
claims to have done what only a human does."""


def said_in(card: Card, theirs: str) -> list[str]:
    """What a card of ours says that must not be said. Quotes are the policy's words and people's
    own, under a label of ours; ``theirs`` marks what people typed, wherever it stands."""
    ours = [card.title, *card.text, card.source, card.summary]
    ours += [words for fact in card.facts for words in fact]
    ours += [button.label for button in card.buttons] + [quote.label for quote in card.quotes]
    said = (words for words in ours if theirs not in words)
    return [found[0] for words in said for found in NEVER_SAID.finditer(words)]
