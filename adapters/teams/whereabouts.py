"""Finds where to speak, and where else once Teams no longer knows an account or a room there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from adapters.teams.connector import Connector
from adapters.teams.faults import lost
from adapters.teams.references import Book, Reference
from bot.channel import Unreachable
from bot.notice import Destination

T = TypeVar("T")
Act = Callable[[Reference], Awaitable[T]]
"""What is done in a conversation. When it is done again elsewhere, it has shown nothing yet."""


class Whereabouts:
    """Where people and rooms are. Whatever is done through here finds out by its failure what
    other processes have learnt meanwhile."""

    def __init__(self, connector: Connector, book: Book, service_url: str) -> None:
        self._connector, self._book, self._service_url = connector, book, service_url

    async def at(self, to: Destination, act: Act[T]) -> T:
        """As :meth:`in_chat` or :meth:`in_room`."""
        return await (self.in_chat if to.person else self.in_room)(to.address, act)

    async def in_chat(self, address: str, act: Act[T]) -> T:
        """Do ``act`` in the person's own chat with the bot; where that is lost, and the store
        knows none that is not, once more in the one that Teams then opens."""
        known = await self.chat_with(address)
        try:
            return await self._as_known(address, known, act)
        except Unreachable as fault:
            if not lost(fault):
                raise
        return await act(await self.opened(address))

    async def in_room(self, address: str, act: Act[T]) -> T:
        """Do ``act`` in a channel or group chat; one we were never told of is tried at the usual
        address."""
        known = await self._book.get(address)
        return await self._as_known(address, known or Reference(self._service_url, address), act)

    async def has_moved(self, address: str, where: Reference) -> bool:
        """Whether the store has another reference than ``where`` by now."""
        return await self._book.anew(address) not in (None, where)

    async def chat_with(self, address: str) -> Reference:
        """The person's own chat with the bot, opened if there has been none.

        An account never met is addressed by its directory id, which Teams takes as well.
        """
        known = await self._book.get(address)
        if known is not None and known.conversation:
            return known
        return await self.opened(address)

    async def opened(self, address: str) -> Reference:
        """The person's own chat, opened where Teams last told us, or else at the usual address."""
        known = await self._book.get(address)
        if known is None:
            known = Reference(self._service_url, user=address.partition("/")[2])
        try:
            reference = await self._open(known)
        except Unreachable as fault:
            if not lost(fault) or known.service_url == self._service_url:
                raise
            reference = await self._open(replace(known, service_url=self._service_url))
        await self._book.put(address, reference)
        return reference

    async def _open(self, known: Reference) -> Reference:
        try:
            conversation = await self._connector.open_chat(known.service_url, known.user)
        except Unreachable as fault:
            # Nothing has been shown yet, whatever became of this call.
            raise fault.before_showing() from None
        return replace(known, conversation=conversation)

    async def _as_known(self, address: str, where: Reference, act: Act[T]) -> T:
        """Do ``act`` there; once more if the store knows better by now. Where a send is in doubt,
        or Teams asks for patience, that is only for the next time."""
        try:
            return await act(where)
        except Unreachable as fault:
            if not (fault.gone or fault.unanswered):
                self._book.distrust(address)
                raise
            told = await self._book.anew(address)
            if told is None or told == where or not told.conversation:
                raise
        return await act(told)
