"""The card that says what becomes of what somebody types; the whole is in the school's notice."""

from __future__ import annotations

from bot.card import Card


def introduction(where: str) -> Card:
    """The notice of docs/data-protection.md, shortened; ``where`` all of it is found."""
    return Card(
        title="Please read this once",
        text=(
            "In danger now? Ring 999. You do not need Lanyard, or anybody's permission.",
            "Lanyard is a computer program, and nobody watches it. What you type passes through "
            "our chat provider. Use initials for other children. Never send pictures or files.",
            "A report is read by those who need to act on it, and kept with your name on it. It "
            "may have to be shared, for example with the council, the police or a court. We "
            "cannot promise to keep it a secret, and you must not promise a child that either.",
            "Of a question we keep which clause answered it, under a code, for 90 days, and its "
            "words for a quarter of an hour.",
            f"All of it: {where}",
        ),
    )
