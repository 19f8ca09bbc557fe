"""The search of clauses from the box one writes in: a list, of which one is put into a message."""

from __future__ import annotations

from typing import Any

from adapters.teams.connector import CARD
from adapters.teams.fitting import shortened
from adapters.teams.hearing import Hearing
from adapters.teams.reading import Incoming
from adapters.teams.render import adaptive_card
from bot.card import Card, press
from bot.cutting import clipped
from bot.message import CLAUSES
from bot.plain import visible

Body = dict[str, Any]

QUERY = "composeExtension/query"
PREVIEW = 120
NOT_READ = "The policy cannot be read just now. Ask in person."


class Searching:
    """Finds clauses while somebody types."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing

    async def take(self, incoming: Incoming) -> Body:
        """The clauses that fit best; what is no clause is said in words."""
        wanted = {CLAUSES: incoming.query}
        reply = await self._hearing.look(incoming, press=press(CLAUSES), fields=wanted, text="")
        cards = reply.cards if reply is not None else ()
        clauses = [card for card in cards if card.quotes]
        if not clauses:
            return _found("message", text=_said(cards))
        return _found(
            "result", attachmentLayout="list", attachments=[attachment(c) for c in clauses]
        )


def _found(kind: str, **more: Any) -> Body:
    return {"composeExtension": {"type": kind, **more}}


def _said(cards: tuple[Card, ...]) -> str:
    return " ".join((cards[0].title, *cards[0].text[:1])) if cards else NOT_READ


def attachment(card: Card) -> Body:
    """A clause in the list, and the card that is put into the message when it is chosen."""
    words = " ".join(visible(card.quotes[0].words).split())
    return {
        "contentType": CARD,
        "content": adaptive_card(shortened(card)),
        "preview": {
            "contentType": "application/vnd.microsoft.card.thumbnail",
            "content": {"title": visible(card.title), "text": clipped(words, PREVIEW)},
        },
    }
