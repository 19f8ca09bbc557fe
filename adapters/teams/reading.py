"""An activity of Teams, already proven genuine, read as what a person did."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from adapters.teams.references import PLATFORM, Reference
from adapters.teams.trust import at
from bot.card import Press
from bot.checks import moment
from bot.message import Message, Place, Standing
from bot.people import Identity

EXECUTE = "adaptiveCard/action"
VERB = "press"
EXTENSION = "composeExtension/"
"""How everything begins that a message extension asks."""
LONGEST_LINK = 2000
LONGEST_PRESS = 400
OURS = frozenset({VERB, "live", "asks", "type", "msteams"})
"""What a button brings of its own, beside what stands in the fields around it."""
NOT_FILES = re.compile(r"text/html|messageReference|application/vnd\.microsoft\.card\..*")
"""Beside a message Teams attaches its own copy as HTML, quoted messages and link previews."""
COMMAND = re.compile(r"\s*/(ask|report|dsl)\b\s*", re.IGNORECASE)

_AT = re.compile(r"<at[^<>]*>([^<>]*)</at>")
_MARK = re.compile(r"<[^<>]*>")
NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Incoming:
    """One activity as plain JSON: the SDK's model of it drops what it does not know."""

    body: Mapping[str, Any]

    @property
    def type(self) -> str:
        return self._text("type")

    @property
    def name(self) -> str:
        return self._text("name")

    @property
    def private(self) -> bool:
        """Said in the person's own chat with the bot: a message extension's chat of two may be
        with a colleague."""
        personal = self._text("conversation", "conversationType") == "personal"
        return personal and not self.extends

    @property
    def extends(self) -> bool:
        """Done by the message extension, which may be used where Lanyard is no member."""
        return self.name.startswith(EXTENSION)

    @property
    def conversation(self) -> str:
        """The conversation, down to the thread of a channel."""
        return self._text("conversation", "id")

    @property
    def room(self) -> str:
        """The conversation without its thread: a channel's own id."""
        return self.conversation.partition(";messageid=")[0]

    @property
    def tenant(self) -> str:
        return self._text("channelData", "tenant", "id") or self._text("conversation", "tenantId")

    @property
    def sender(self) -> str:
        """The account's id for this bot (``29:…``)."""
        return self._text("from", "id")

    @property
    def account(self) -> str:
        """The directory's id of the account, never its name or address; empty for strangers."""
        return self._text("from", "aadObjectId")

    @property
    def address(self) -> str:
        """The account as Lanyard knows it: ``tenant/object``."""
        return f"{self.tenant}/{self.account or self.sender}"

    @property
    def by_bot(self) -> bool:
        return self._text("from", "role") == "bot" or self.sender.startswith("28:")

    @property
    def foreign(self) -> bool:
        """The account is of another tenant, or of none."""
        home = self._text("from", "tenantId")
        return not self.account or home not in ("", self.tenant)

    @property
    def shared(self) -> bool:
        """Said in a channel that Teams shares with other teams or organisations."""
        return self._text("channelData", "channel", "type").lower() == "shared"

    @property
    def reply_to(self) -> str:
        """The message whose card was pressed."""
        return self._text("replyToId")

    @property
    def here(self) -> Reference:
        """Where this was said, thread included."""
        return Reference(self._text("serviceUrl"), self.conversation, self.sender)

    @property
    def press(self) -> Press | None:
        """The button's meaning: Action.Execute, Action.Submit and messageBack alike."""
        return _press(at(self._data, VERB))

    @property
    def live(self) -> Press | None:
        """What asks for the pressed card as its presser may have it, if it is such a card."""
        return _press(at(self._data, "live"))

    @property
    def verb(self) -> str:
        """Whether an Action.Execute was pressed, or a client asks for its person's card."""
        return self._text("value", "action", "verb")

    @property
    def fields(self) -> Mapping[str, str]:
        """What stands in the fields of a dialog, by name; nothing is an empty string."""
        data = self._data if isinstance(self._data, Mapping) else {}
        typed = {name: each for name, each in data.items() if isinstance(each, str)}
        fields = {n: t for n, t in typed.items() if n not in OURS and ":" not in n}
        for name in {n.partition(":")[0] for n in typed if ":" in n}:
            day, time = typed.get(f"{name}:date", ""), typed.get(f"{name}:time", "")
            if day or time:
                fields[name] = moment(day, time, fields.get(name, ""))
        return fields

    @property
    def asks(self) -> Mapping[str, str]:
        """What the fields of a dialog were called, by name."""
        asked = at(self._data, "asks")
        known = asked.items() if isinstance(asked, Mapping) else ()
        return {name: label for name, label in known if isinstance(label, str)}

    @property
    def action(self) -> str:
        """The command of the message extension that was chosen."""
        return self._text("value", "commandId")

    @property
    def link(self) -> str:
        """The link to the message an action was chosen for; of its words nothing is read."""
        link = self._text("value", "messagePayload", "linkToMessage")
        return link if len(link) <= LONGEST_LINK else ""

    @property
    def query(self) -> str:
        """What was typed in the search box."""
        parameters = at(self.body, "value", "parameters")
        typed = at(parameters[0], "value") if isinstance(parameters, list) and parameters else ""
        return typed if isinstance(typed, str) else ""

    @property
    def _data(self) -> object:
        """What the pressed button brings, with the fields around it."""
        value = self.body.get("value")
        if isinstance(value, str):
            value = _object(value)
        if self.type != "invoke":
            return value
        return at(value, "action", "data") if self.name == EXECUTE else at(value, "data")

    @property
    def installed(self) -> bool:
        """Somebody was given the bot for themselves."""
        added = self.type == "installationUpdate" and self._text("action") == "add"
        return added and self.private

    @property
    def to_us(self) -> bool:
        """In a room only what mentions the bot is meant for it."""
        us = self._text("recipient", "id")
        return self.private or any(at(each, "mentioned", "id") == us for each in self._mentions())

    @property
    def mentioned(self) -> Mapping[str, str]:
        """Who else is mentioned: each account's id for this bot, with the directory's id of it
        where Teams says that."""
        us = self._text("recipient", "id")
        found = {}
        for mention in self._mentions():
            user = at(mention, "mentioned", "id")
            if isinstance(user, str) and user != us:
                found[user] = str(at(mention, "mentioned", "aadObjectId") or "")
        return found

    def message(self, standing: Standing, names: Mapping[str, str] = NOBODY) -> Message:
        """The message as the bot takes it; ``names`` are what the school calls those who are
        mentioned, by their id for this bot."""
        press, text = self.press, self._typed(names)
        command = COMMAND.match(text) if press is None else None
        return Message(
            key=self._key(),
            identity=Identity(PLATFORM, self.address),
            place=Place(PLATFORM, self.room, self.private),
            text="" if press else text[command.end() :] if command else text,
            name=self._text("from", "name"),
            press=press,
            command=command[1].lower() if command else "",
            attachments=press is None and self._has_files(),
            standing=standing,
            sent_at=self._sent_at(),
        )

    def _key(self) -> str:
        """The same for every delivery of the same submission, another for the next one."""
        parts = [self.type, self.conversation, self.sender, self._text("id")]
        if not self._text("id"):
            value = json.dumps(self.body.get("value"), sort_keys=True)
            parts += [self.reply_to, self._text("timestamp"), value, self._text("text")]
        digest = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass"))
        return f"{PLATFORM}:{digest.hexdigest()}"

    def _typed(self, names: Mapping[str, str]) -> str:
        """The words as typed, without the mention that called the bot; other people's mentions
        become their names: the school's, else the whole of what Teams calls them, of which the
        writer may have kept one word."""
        text = self._text("text")
        us = self._text("recipient", "id")
        for mention in self._mentions():
            marked, user = mention.get("text"), at(mention, "mentioned", "id")
            if not isinstance(marked, str) or not marked:
                continue
            if user == us:
                text = text.replace(marked, "", 1).strip(" \n\u00a0")
                continue
            shown = _MARK.sub("", marked)
            whole = at(mention, "mentioned", "name")
            if isinstance(whole, str) and len(whole) > len(shown):
                shown = _MARK.sub("", whole)
            text = text.replace(marked, names.get(str(user), shown), 1)
        return _AT.sub(r"\1", text)

    def _mentions(self) -> list[Mapping[str, Any]]:
        entities = self.body.get("entities")
        if not isinstance(entities, list):
            return []
        return [each for each in entities if at(each, "type") == "mention"]

    def _has_files(self) -> bool:
        attached = self.body.get("attachments")
        if not isinstance(attached, list):
            return False
        kinds = [str(at(each, "contentType") or "") for each in attached]
        return any(not NOT_FILES.fullmatch(kind) for kind in kinds)

    def _sent_at(self) -> datetime | None:
        try:
            sent = datetime.fromisoformat(self._text("timestamp"))
        except ValueError:
            return None
        return sent if sent.tzinfo else None

    def _text(self, *path: str) -> str:
        found = at(self.body, *path)
        return found if isinstance(found, str) else ""


def _press(sentence: object) -> Press | None:
    if not isinstance(sentence, str) or not 0 < len(sentence.strip()) <= LONGEST_PRESS:
        return None
    return Press.parse(sentence)


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
