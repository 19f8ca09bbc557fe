"""Asks Microsoft whether what Lanyard has to do with there is set up, and says where to mend it."""

from __future__ import annotations

from adapters.teams import places
from adapters.teams.connector import Connector, Member
from adapters.teams.faults import lost, not_there
from adapters.teams.keys import SigningKeys
from adapters.teams.references import PLATFORM
from adapters.teams.standing import standing
from adapters.teams.tokens import Tokens
from adapters.teams.whereabouts import Whereabouts
from bot.channel import Unreachable
from bot.finding import Finding, PrivateRoom, membership, of_rooms_and_people
from bot.message import Standing
from bot.people import Directory, Person

APP, KEYS = "the app", "Microsoft's signing keys"

_REFUSED = {
    "7000215": ("TEAMS_APP_SECRET is not its secret; its ID is often taken for it", places.SECRET),
    "7000222": ("TEAMS_APP_SECRET has expired", places.SECRET),
    "700016": ("the tenant knows no app with TEAMS_APP_ID", places.APP_ID),
    "90002": ("there is no tenant TEAMS_TENANT", places.TENANT),
    "900023": ("TEAMS_TENANT is not the id of a tenant", places.TENANT),
}
"""What Microsoft Entra's codes (AADSTS…) mean here."""


class Checkup:
    """One look at a tenant. It opens chats, which shows nobody anything."""

    def __init__(
        self,
        tokens: Tokens,
        keys: SigningKeys,
        connector: Connector,
        whereabouts: Whereabouts,
        tenant: str,
    ) -> None:
        self._tokens, self._keys, self._tenant = tokens, keys, tenant
        self._connector, self._whereabouts = connector, whereabouts

    async def findings(self, directory: Directory) -> tuple[Finding, ...]:
        """Everything looked at. Where the app itself is not let in, nothing else is asked."""
        app = await self._app()
        if app.what:
            return (app,)
        found = [app, await self._signing_keys()]
        found += await of_rooms_and_people(directory, PLATFORM, self._channel, self._person)
        return tuple(found)

    async def _app(self) -> Finding:
        try:
            await self._tokens.get()
        except Unreachable as fault:
            code = fault.fault.rpartition("-")[2]
            if code in _REFUSED:
                what, mend = _REFUSED[code]
                return Finding(APP, f"{what} (AADSTS{code}).", mend)
            if fault.fault.startswith("token-4"):
                what = f"Microsoft Entra does not let it in ({fault.fault})."
                return Finding(APP, what, places.REGISTRATION)
            what = f"Microsoft Entra cannot be reached ({fault.fault})."
            return Finding(APP, what, places.WAY_OUT)
        return Finding(APP)

    async def _signing_keys(self) -> Finding:
        if await self._keys.fetched():
            return Finding(KEYS)
        what = "they cannot be fetched, so everything that Teams sends is refused."
        return Finding(KEYS, what, places.WAY_OUT)

    async def _channel(self, room: PrivateRoom, directory: Directory) -> list[Finding]:
        """What is amiss with a channel."""
        try:
            members = await self._whereabouts.in_room(room.room, self._connector.members)
        except Unreachable as fault:
            if not_there(fault):
                what = "Lanyard is not in it, or there is no such channel."
                mend = f"{places.CHANNEL_APPS}; or {room.key}, from {places.CHANNEL_LINK}"
                return [Finding(room.about, what, mend)]
            return [Finding(room.about, f"Teams does not say ({fault.fault}).", places.WAY_OUT)]
        if members is None:
            return [Finding(room.about, "Teams does not say who is in it.", places.CHANNEL_MEMBERS)]
        accounts = frozenset(f"{each.tenant or self._tenant}/{each.account}" for each in members)
        found = list(membership(room, accounts, directory, PLATFORM, places.CHANNEL_MEMBERS))
        if any(standing(each, self._tenant) is not Standing.MEMBER for each in members):
            what = "there are guests in it."
            found.append(Finding(room.about, what, places.CHANNEL_MEMBERS))
        return found

    async def _person(self, person: Person, account: str) -> Finding:
        tenant = account.partition("/")[0]
        key = f"lanyard.toml → [[people]] {person.id} → accounts, from {places.OBJECT_ID}"
        if tenant != self._tenant:
            return Finding(person.name, "that account is in another tenant.", key)
        try:
            await self._whereabouts.chat_with(account)
            known = await self._as_member(account)
        except Unreachable as fault:
            return _not_reached(person, fault, key)
        return _standing_of(person, known, self._tenant) if known else Finding(person.name)

    async def _as_member(self, account: str) -> Member | None:
        """The account as its own chat has it, ``None`` where that does not say: they can be
        written to, and that is what counts. Raises :class:`Unreachable` if they cannot."""
        try:
            return await self._whereabouts.in_chat(
                account, lambda chat: self._connector.member(chat, chat.user)
            )
        except Unreachable as fault:
            if lost(fault):
                await self._whereabouts.opened(account)
            return None


def _not_reached(person: Person, fault: Unreachable, key: str) -> Finding:
    if not_there(fault):
        return Finding(
            person.name,
            "Lanyard cannot write to them first: it is not installed for them.",
            f"ask {person.name} to open Lanyard in Teams once, or {places.INSTALL}",
        )
    if fault.fault == "teams-400":
        return Finding(person.name, "Teams knows no such account.", key)
    return Finding(person.name, f"Teams does not say ({fault.fault}).", places.WAY_OUT)


def _standing_of(person: Person, known: Member, tenant: str) -> Finding:
    match standing(known, tenant):
        case Standing.GUEST:
            what = "that account is a guest's, and reads nothing."
        case Standing.OUTSIDE:
            what = "that account is another organisation's."
        case _:
            return Finding(person.name)
    return Finding(person.name, what, places.USERS)
