"""What a person typed, out of the form in which Slack hands it over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

NOBODY: Mapping[str, str] = MappingProxyType({})

_LINK = re.compile(r"<((?:[a-z][a-z0-9+.-]*:)[^<>|]*)(?:\|([^<>]*))?>", re.IGNORECASE)
_NAMED = re.compile(r"<([@#!])([^<>|]+)(?:\|([^<>]*))?>")
_PERSON = re.compile(r"<@([^<>|]+)(?:\|[^<>]*)?>")


def addressed(text: str, bot: str) -> str:
    """The words without the mention, at their front, by which ``bot`` (a user id) was called."""
    return re.sub(rf"^\s*<@{re.escape(bot)}(?:\|[^<>]*)?>[\s,:]*", "", text) if bot else text


def mentioned(*texts: str) -> tuple[str, ...]:
    """The user ids of everybody whom ``texts`` mention, each once."""
    return tuple(dict.fromkeys(user for text in texts for user in _PERSON.findall(text)))


def named(text: str, names: Mapping[str, str]) -> str:
    """The words with what ``names`` (by user id) says in place of a mention."""
    return _PERSON.sub(lambda found: names.get(found[1], found[0]), text)


def typed(text: str, names: Mapping[str, str] = NOBODY) -> str:
    """The words before Slack turned addresses into links, people into ids, and escaped ``&``,
    ``<`` and ``>``; whoever is not in ``names`` is called as Slack called them."""
    text = _LINK.sub(_link, named(text, names))
    text = _NAMED.sub(_named, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _link(found: re.Match[str]) -> str:
    return found[2] or found[1]


def _named(found: re.Match[str]) -> str:
    sign = "#" if found[1] == "#" else "@"
    return sign + (found[3] or found[2]).removeprefix("@").removeprefix("#")
