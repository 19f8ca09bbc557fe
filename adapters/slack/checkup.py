"""Asks Slack whether what Lanyard has to do with there is set up, and says where to mend it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.slack import places
from adapters.slack.api import SlackApi
from adapters.slack.manifest import SCOPES, SOCKET_SCOPE
from bot.channel import Unreachable
from bot.finding import Finding, PrivateRoom, membership, of_rooms_and_people
from bot.people import Directory, Person

PLATFORM = "slack"
APP, APP_SCOPES, SOCKET = "the app", "the app's scopes", "Socket Mode"
Members = Callable[[str], Awaitable[frozenset[str] | None]]

_TOKEN_REFUSED = frozenset(
    ["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"]
)
_CHANNEL = (
    ("is_archived", "it is archived.", places.CHANNEL_OPEN),
    ("is_ext_shared", "it is shared with another organisation.", places.CHANNEL_SHARED),
    ("is_pending_ext_shared", "another organisation is invited to it.", places.CHANNEL_SHARED),
)
"""What a channel must not be."""


class Checkup:
    """One look at a workspace; ``members`` says who is in a channel, ``socket`` is there in
    Socket Mode."""

    def __init__(self, api: SlackApi, socket: SlackApi | None, team: str, members: Members) -> None:
        self._api, self._socket, self._team, self._members = api, socket, team, members

    async def findings(self, directory: Directory) -> tuple[Finding, ...]:
        """Everything looked at. Where the app itself is not let in, nothing else is asked."""
        found = await self._app()
        if found[0].what:
            return tuple(found)
        if self._socket is not None:
            found.append(await self._socket_mode(self._socket))
        found += await of_rooms_and_people(directory, PLATFORM, self._channel, self._person)
        return tuple(found)

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def _app(self) -> list[Finding]:
        try:
            answer, granted = await self._api.identity()
        except Unreachable as fault:
            if fault.fault in _TOKEN_REFUSED:
                what = f"Slack does not take SLACK_BOT_TOKEN ({fault.fault})."
                return [Finding(APP, what, places.TOKEN)]
            return [Finding(APP, f"Slack cannot be reached ({fault.fault}).", places.WAY_OUT)]
        if answer.get("team_id") != self._team:
            what = f"SLACK_TEAM is {self._team}, and the token is for {answer.get('team_id')}."
            return [Finding(APP, what, f"SLACK_TEAM, or {places.TOKEN}")]
        if not answer.get("bot_id"):
            return [Finding(APP, "SLACK_BOT_TOKEN is not the token of a bot.", places.TOKEN)]
        if granted is None:
            return [Finding(APP)]
        missing = [
            Finding(APP_SCOPES, f"{scope} is missing; it is {why}.", places.SCOPES)
            for scope, why in SCOPES.items()
            if scope not in granted
        ]
        if more := ", ".join(sorted(granted - set(SCOPES))):
            missing.append(Finding(APP_SCOPES, f"more than it needs: {more}.", places.SCOPES))
        return [Finding(APP), *(missing or [Finding(APP_SCOPES)])]

    async def _socket_mode(self, socket: SlackApi) -> Finding:
        try:
            await socket.call("apps.connections.open", {})
        except Unreachable as fault:
            what = f"SLACK_APP_TOKEN is not taken ({fault.fault}). It needs {SOCKET_SCOPE[0]}."
            return Finding(SOCKET, what, places.APP_TOKEN)
        return Finding(SOCKET)

    async def _channel(self, room: PrivateRoom, directory: Directory) -> list[Finding]:
        """What is amiss with a channel."""
        try:
            answer = await self._api.call("conversations.info", {"channel": room.room})
        except Unreachable as fault:
            return [_not_shown(fault, room)]
        channel = answer.get("channel") or {}
        found = [
            Finding(room.about, what, mend) for flag, what, mend in _CHANNEL if channel.get(flag)
        ]
        if not channel.get("is_private"):
            found.append(
                Finding(room.about, "it is not private: all staff read it.", places.CHANNEL_KIND)
            )
        if not channel.get("is_member"):
            return [*found, Finding(room.about, "Lanyard is not in it.", places.INVITE)]
        try:
            members = await self._members(room.room)
        except Unreachable:
            members = None
        if members is None:
            what = "Slack does not say who is in it."
            return [*found, Finding(room.about, what, places.SCOPES)]
        asked = membership(room, members, directory, PLATFORM, places.CHANNEL_MEMBERS)
        return [*found, *asked]

    async def _person(self, person: Person, account: str) -> Finding:
        team, _, user = account.rpartition("/")
        key = f"lanyard.toml → [[people]] {person.id} → accounts, from {places.MEMBER_ID}"
        if team != self._team:
            return Finding(person.name, "that account is in another workspace.", key)
        try:
            answer = await self._api.call("users.info", {"user": user})
        except Unreachable as fault:
            if fault.fault == "user_not_found":
                return Finding(person.name, "Slack knows no such account.", key)
            return Finding(person.name, f"Slack does not say ({fault.fault}).", places.SCOPES)
        known = answer.get("user") or {}
        if known.get("deleted"):
            return Finding(person.name, "that account is deactivated.", places.MEMBERS)
        if known.get("is_bot"):
            return Finding(person.name, "that account is an app's.", key)
        if known.get("is_restricted") or known.get("is_ultra_restricted"):
            return Finding(
                person.name, "that account is a guest's, and reads nothing.", places.MEMBERS
            )
        if known.get("is_stranger"):
            return Finding(person.name, "that account is another organisation's.", key)
        return Finding(person.name)


def _not_shown(fault: Unreachable, room: PrivateRoom) -> Finding:
    """Slack says of a private channel that one is not in only that there is none."""
    if fault.fault == "channel_not_found":
        what = "Lanyard is not in it, or there is no such channel."
        return Finding(
            room.about, what, f"{places.INVITE}; or {room.key}, from {places.CHANNEL_ID}"
        )
    return Finding(room.about, f"Slack does not say ({fault.fault}).", places.SCOPES)
