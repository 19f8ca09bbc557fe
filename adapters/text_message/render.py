"""A card as a text message: its title and its words, as far as one message holds them."""

from __future__ import annotations

from bot.card import Card
from bot.cutting import clipped
from bot.plain import visible

LONGEST = 800
"""GOV.UK Notify refuses a text of more than 918 characters, the service's name before it among
them."""
LEFT_OUT = "Too long for a text message: the rest is not shown here."


def words(card: Card) -> str:
    """What is texted. There are neither facts nor quotes nor buttons in a text message."""
    title = f"Lanyard: {card.title}".rstrip()
    said = " ".join((title if title[-1] in ".!?:" else f"{title}.", *card.text))
    shown = visible(said)
    if len(shown) <= LONGEST:
        return shown
    return f"{clipped(shown, LONGEST - len(LEFT_OUT) - 1)} {LEFT_OUT}"
