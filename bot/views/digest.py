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


def digest_card(
    digest: Digest, policy_line: str = "", health: tuple[str, ...] = (), token: str = ""
) -> Card:
    """The week in bands. ``policy_line`` says when the policy is past its review date; ``health``
    what is not right with the set-up, in plain words; ``token`` proves later how far the audit
    had come, and tells no count."""
    monday = digest.week.monday()
    text = [f"Week of {monday.day} {monday:%B %Y}. Reports about adults are never counted here."]
    if digest.quiet:
        text.append("A quiet week: no reports and no questions.")
    if digest.unacknowledged:
        text.append("At least one report still waits for somebody to take it. Ask the DSL today.")
    facts = [
        ("Reports", digest.reports),
        *((KIND_NAMES.get(kind, kind), count) for kind, count in digest.kinds),
        ("Time to be taken", digest.acknowledged),
        ("Still open", digest.still_open),
        ("Questions asked", digest.asked),
        ("Questions the policy could not answer", digest.unanswered),
    ]
    if digest.clauses:
        facts.append(("Most asked clauses", ", ".join(digest.clauses)))
    if token:
        facts.append(("Proof of the record, please keep", token))
    return Card(
        title=f"Lanyard: week {digest.week}",
        tone=Tone.WARNING if digest.unacknowledged else Tone.PLAIN,
        text=(*text, *health),
        facts=tuple(facts),
        source=" ".join(
            words for words in ("Numbers from 1 to 4 are shown as “1 to 4”.", policy_line) if words
        ),
        buttons=(Button("Open cases", press("cases")),) if digest.still_open != "none" else (),
        summary=f"Your digest for week {digest.week}.",
    )
