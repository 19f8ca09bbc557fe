"""The registers of platforms: where each one's adapter is."""

from __future__ import annotations

from collections.abc import Mapping

ADAPTERS: Mapping[str, str] = {
    "slack": "adapters.slack.adapter",
    "teams": "adapters.teams.adapter",
    "web": "adapters.web.adapter",
}
"""The module with each platform's ``open_adapter(secrets, door, **options)``; imported only when
it is used."""

MAIL, TEXT = "mail", "text"

ROUTES: Mapping[str, str] = {
    MAIL: "adapters.mail.adapter",
    TEXT: "adapters.text_message.adapter",
}
"""Platforms that reach one person outside the chat. What goes there leaves the school's own
walls: a reference, how urgent it is, whom to ring; they take ``settings`` as an option."""
