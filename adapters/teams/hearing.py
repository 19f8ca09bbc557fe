"""Takes an activity to the door, and shows the answer in the person's own chat if it must."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.teams.afterwards import NOT_SHOWN, not_shown
from adapters.teams.reading import NOBODY, Incoming
from adapters.teams.references import PLATFORM, Book, Reference
from adapters.teams.speaking import Speaker
from adapters.teams.standing import Standings
from bot.card import Card, Reply, Tone, say
from bot.channel import Unreachable
from bot.door import Door
from bot.message import Message, Standing
from bot.people import Identity

IN_YOUR_CHAT = "I have answered you in your own chat with me."
NO_CHAT = (
    "I could not open a chat with you. Add the Lanyard app in Teams for yourself, "
    "then do this again."
)
SHARED_ROOM = Card(
    title="Not there: people outside the school may be in that channel",
    tone=Tone.WARNING,
    text=(
        "Child in danger now? Ring 999. Then speak to your safeguarding lead in person.",
        "Nobody has been told and nothing was kept. Say it here, in your own chat with Lanyard.",
    ),
    summary="Lanyard cannot answer there.",
)
NOTED = "Done."


class Hearing:
    """What is done with everything somebody does, whichever kind of activity it comes as."""

    def __init__(self, door: Door, book: Book, speaker: Speaker, standings: Standings) -> None:
        self._door, self._book = door, book
        self._speaker, self._standings = speaker, standings

    async def hear(self, incoming: Incoming, **said: Any) -> Reply:
        """What the bot says to it; ``said`` are fields of the message to be taken instead."""
        identity = Identity(PLATFORM, incoming.address)
        if incoming.shared:
            await self._door.refused(identity, "shared-channel")
            return say(SHARED_ROOM)
        message = await self._message(incoming, said)
        if message.standing is Standing.BOT:
            await self._door.refused(identity, "bot")
        return await self._door.hear(message)

    async def look(self, incoming: Incoming, **said: Any) -> Reply | None:
        """As :meth:`hear`, with nothing kept of it; ``None`` when the database cannot say."""
        if incoming.shared or incoming.by_bot:
            return None
        return await self._door.look(await self._message(incoming, said))

    async def in_own_chat(self, incoming: Incoming, cards: tuple[Card, ...]) -> str:
        """Show ``cards`` in the person's own chat; returns what they may be told elsewhere."""
        if not cards:
            return NOTED
        try:
            await self.remember(incoming)
            await self._speaker.answer_in_chat(incoming.address, cards)
        except Unreachable as fault:
            not_shown(fault)
            return NO_CHAT if fault.gone else NOT_SHOWN
        return IN_YOUR_CHAT

    async def introduce(self, incoming: Incoming) -> None:
        """Show in their own chat what somebody is to read before they first use it."""
        identity = Identity(PLATFORM, incoming.address)
        card = await self._door.introduction(identity)
        if card is None or await self._standings.of(incoming) is not Standing.MEMBER:
            return
        try:
            await self._speaker.answer(incoming.here, (card,))
        except Unreachable as fault:
            # It stands below their first answer, then.
            not_shown(fault)
            return
        await self._door.introduced(identity)

    async def remember(self, incoming: Incoming) -> None:
        """Keep where this was said, and by whom, for speaking first."""
        here = incoming.here
        if not here.conversation:
            return
        if incoming.account and not incoming.by_bot:
            conversation = here.conversation if incoming.private else ""
            await self._book.put(incoming.address, replace(here, conversation=conversation))
        if not (incoming.private or incoming.extends):
            room = Reference(here.service_url, incoming.room)
            await self._book.put(incoming.room, room)

    async def _message(self, incoming: Incoming, said: dict[str, Any]) -> Message:
        standing = await self._standings.of(incoming)
        message = incoming.message(standing, await self._names(incoming))
        return replace(message, forms=True, **said)

    async def _names(self, incoming: Incoming) -> Mapping[str, str]:
        """What the school calls those whom the words mention: a role-holder must be known by
        it, whatever Teams calls them."""
        mentioned = incoming.mentioned
        if not mentioned:
            return NOBODY
        directory = self._door.directory()
        names = {}
        for person in directory.role_holders():
            for identity in person.identities:
                if identity.platform == PLATFORM and (known := await self._book.get(identity.user)):
                    names[known.user] = person.name
        for user, account in mentioned.items():
            found = directory.known_as(Identity(PLATFORM, f"{incoming.tenant}/{account}"))
            if found is not None:
                names[user] = found.name
        return names
