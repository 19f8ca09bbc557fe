"""What a person typed, out of the form in which Slack hands it over."""

from __future__ import annotations

import re

_LINK = re.compile(r"<((?:[a-z][a-z0-9+.-]*:)[^<>|]*)(?:\|([^<>]*))?>", re.IGNORECASE)
_NAMED = re.compile(r"<([@#!])([^<>|]+)(?:\|([^<>]*))?>")


def typed(text: str, *, bot: str = "") -> str:
    """The words before Slack turned addresses into links and escaped ``&``, ``<`` and ``>``.

    The mention by which ``bot`` (a user id) was addressed is taken off the front.
    """
    if bot:
        text = re.sub(rf"^\s*<@{re.escape(bot)}(?:\|[^<>]*)?>[\s,:]*", "", text)
    text = _LINK.sub(_link, text)
    text = _NAMED.sub(_named, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _link(found: re.Match[str]) -> str:
    return found[2] or found[1]


def _named(found: re.Match[str]) -> str:
    sign = "#" if found[1] == "#" else "@"
    return sign + (found[3] or found[2]).removeprefix("@").removeprefix("#")
