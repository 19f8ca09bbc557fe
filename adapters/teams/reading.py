"""An activity of Teams, already proven genuine, read as what a person did."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.teams.references import PLATFORM, Reference
from adapters.teams.trust import at
from bot.card import Press
from bot.message import Message, Place, Standing
from bot.people import Identity

VERB = "press"
LONGEST_PRESS = 400
NOT_FILES = re.compile(r"text/html|messageReference|application/vnd\.microsoft\.card\..*")
"""Beside a message Teams attaches its own copy as HTML, quoted messages and link previews."""
COMMAND = re.compile(r"\s*/(ask|report|dsl)\b\s*", re.IGNORECASE)


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
        """Said in the person's own chat with the bot."""
        return self._text("conversation", "conversationType") == "personal"

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
        value = self.body.get("value")
        if isinstance(value, str):
            value = _object(value)
        data = at(value, "action", "data") if self.type == "invoke" else value
        sentence = at(data, VERB)
        if not isinstance(sentence, str) or not 0 < len(sentence.strip()) <= LONGEST_PRESS:
            return None
        return Press.parse(sentence)

    @property
    def to_us(self) -> bool:
        """In a room only what mentions the bot is meant for it."""
        us = self._text("recipient", "id")
        return self.private or any(at(each, "mentioned", "id") == us for each in self._mentions())

    def message(self, standing: Standing) -> Message:
        """The message as the bot takes it."""
        press, text = self.press, self._typed()
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

    def _typed(self) -> str:
        """The words as typed, without the mention that called the bot; other people's mentions
        keep their names."""
        text = self._text("text")
        us = self._text("recipient", "id")
        for mention in self._mentions():
            marked = mention.get("text")
            if isinstance(marked, str) and marked and at(mention, "mentioned", "id") == us:
                text = text.replace(marked, "", 1).strip(" \n\u00a0")
        return re.sub(r"<at[^<>]*>([^<>]*)</at>", r"\1", text)

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


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
