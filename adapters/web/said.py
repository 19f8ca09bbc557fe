"""What the page sends: somebody's words, or a button they pressed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from adapters.web.guard import Refused

_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
_COMMAND = re.compile(r"\s*/(ask|report|dsl)(?!\S)\s?", re.IGNORECASE)
_MENTION = re.compile(r"@lanyard\b[:,]?[^\S\n]?", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """One submission. ``message`` is the id of the card whose button was pressed, and ``key``
    the page's own name for the submission, the same when it is sent again."""

    account: str
    room: str
    key: str
    text: str = ""
    press: str = ""
    message: str = ""

    @property
    def command(self) -> str:
        """The slash command it begins with, if any."""
        found = _COMMAND.match(self.text)
        return found[1].lower() if found else ""

    @property
    def mentions(self) -> bool:
        """Whether it speaks to Lanyard by name."""
        return _MENTION.search(self.text) is not None

    @property
    def words(self) -> str:
        """The words without the command or the mention; otherwise untouched."""
        if self.command:
            return _COMMAND.sub("", self.text, count=1)
        return self.text

    @property
    def addressed(self) -> str:
        """The words without the mention, as a channel hands them on."""
        return self.words if self.command else _MENTION.sub("", self.text, count=1)


def read_said(body: bytes) -> Said:
    """The submission in ``body``; raises :class:`Refused` with what is wrong with it."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "That could not be read, so nothing was sent.") from None
    if not isinstance(data, dict):
        raise Refused(400, "That could not be read, so nothing was sent.")
    fields = {name: data.get(name, "") for name in ("as", "room", "key", "text", "press")}
    fields["message"] = data.get("message", "")
    if not all(isinstance(value, str) for value in fields.values()):
        raise Refused(400, "That could not be read, so nothing was sent.")
    if not _KEY.fullmatch(fields["key"]):
        raise Refused(400, "A key of 8 to 64 letters and digits is needed, so nothing was sent.")
    if bool(fields["press"]) == ("text" in data):
        raise Refused(400, "Words or a press, one of them, so nothing was sent.")
    try:
        "".join(fields.values()).encode()
    except UnicodeEncodeError:
        raise Refused(
            400,
            "One character in that did not arrive whole, so nothing was sent. "
            "Please send it again without the last emoji.",
        ) from None
    return Said(
        fields["as"],
        fields["room"],
        fields["key"],
        fields["text"],
        fields["press"],
        fields["message"],
    )
