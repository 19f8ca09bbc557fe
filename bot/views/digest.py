"""The Principal's weekly digest as a card."""

from __future__ import annotations

from bot.card import Button, Card, Tone, press
from bot.digest import Digest

KIND_NAMES = {
    "child": "About a child",
    "concern": "Smaller concerns about a child",
    "website": "Website or filter",
    "blocked": "Wrongly blocked",
}

HOW_SOON = "How soon they were taken"
SMALL_NUMBERS = "Small numbers are shown as “1 to 4”, so that they point to nobody."


def digest_card(
    digest: Digest, policy_line: str = "", health: tuple[str, ...] = (), token: str = ""
) -> Card:
    """The week in bands. ``policy_line`` says when the policy is past its review date; ``health``
    what is not right with the set-up, in plain words; ``token`` proves later how far the audit
    had come, and tells no count."""
    text = ["Reports about adults are never counted here."]
    if digest.quiet:
        text.insert(0, "No new reports and no questions this week.")
    if digest.unacknowledged:
        text.insert(0, "At least one report still waits to be taken. Ask the DSL today.")
    facts = [
        ("Reports", digest.reports),
        *((KIND_NAMES.get(kind, kind), count) for kind, count in digest.kinds),
        (HOW_SOON, digest.acknowledged),
        ("Still open", digest.still_open),
        ("Questions asked", digest.asked),
        ("Questions the policy could not answer", digest.unanswered),
    ]
    if digest.clauses:
        facts.append(("Most asked clauses", ", ".join(digest.clauses)))
    if token:
        facts.append(("Proof of the record, please keep", token))
    return Card(
        title=f"Lanyard: week of {digest.week.in_words()}",
        tone=Tone.WARNING if digest.unacknowledged else Tone.PLAIN,
        text=(*text, *health),
        facts=tuple(facts),
        source=" ".join(
            words for words in (f"Week {digest.week}.", SMALL_NUMBERS, policy_line) if words
        ),
        buttons=(Button("Show open cases", press("cases")),) if digest.still_open != "none" else (),
        summary=f"Your digest for the week of {digest.week.in_words()}.",
    )
