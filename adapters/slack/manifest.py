"""The app manifest that a workspace's administrator uploads: each scope with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.assistant import PROMPTS

Manifest = dict[str, Any]

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "to hear it when somebody writes @Lanyard in a channel it is in",
    "assistant:write": "to offer first questions in the assistant pane and show it is working",
    "channels:read": "to know whether a public channel is shared with people outside the school",
    "chat:write": "to send answers, receipts and alarms, and to bring them up to date",
    "commands": "for /ask, /report, /dsl and the two shortcuts",
    "groups:history": "to find an alarm in the private DSL channel that may already be there, "
    "instead of sending it twice; it reads nothing else there",
    "groups:read": "to check that the DSL channel is private, who is in it, and that nobody "
    "outside the school is",
    "im:history": "to hear what staff write to Lanyard in their own messages with it",
    "im:write": "to open messages with a person it must reach first: the DSL, the reporter",
    "metadata.message:read": "to know its own alarms again by a mark that travels with them",
    "users:read": "to tell staff from guests and from accounts of other organisations",
}
"""The scopes of the bot token, each with its reason. There is none for files: pictures are never
taken, and one that is sent cannot be opened."""

SOCKET_SCOPE = ("connections:write", "of the app-level token, for Socket Mode only")

EVENTS: Mapping[str, str] = {
    "app_home_opened": "to draw the Home tab",
    "app_mention": "a question in a channel",
    "assistant_thread_started": "to greet a new thread of the assistant pane",
    "message.im": "what staff write in their own messages with Lanyard",
}
"""The events it subscribes to, each with its reason."""

COMMANDS = (
    ("/ask", "Ask about the policy. Only you see the answer.", "can I use my own phone?"),
    ("/report", "Report a worry about a child or an adult. Only you see this.", ""),
    ("/dsl", "For the DSL and deputies: open cases, the rota, who is away.", "rota"),
)

_DESCRIPTION = "Policy answers, and one press to tell the safeguarding lead."
_LONG = (
    "Lanyard is for the staff of one school. Ask it about the Online Safety Policy and it quotes "
    "the clause, or says that the policy does not say. Worried about a child or an adult? One "
    "press tells the Designated Safeguarding Lead, keeps calling until somebody has taken it, and "
    "helps you to write it up afterwards. It takes no pictures and no files. In danger now? Ring "
    "999 first."
)


def manifest(url: str = "", name: str = "Lanyard") -> Manifest:
    """The manifest for signed HTTP at ``url`` (``https://…/slack/events``), or without it for
    Socket Mode."""
    request = {"request_url": url} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": _DESCRIPTION,
            "long_description": _LONG,
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "assistant_view": {
                "assistant_description": _DESCRIPTION,
                "suggested_prompts": [
                    {"title": title, "message": message} for title, message in PROMPTS
                ],
            },
            "shortcuts": [
                {
                    "name": "Report a worry",
                    "type": "global",
                    "callback_id": "report",
                    "description": "Tell the safeguarding lead. Nothing is sent yet.",
                },
                {
                    "name": "Report this message",
                    "type": "message",
                    "callback_id": "report-message",
                    "description": "Tell the safeguarding lead. The message is not copied.",
                },
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": description,
                    **({"usage_hint": hint} if hint else {}),
                    "should_escape": False,
                    **({"url": url} if url else {}),
                }
                for command, description, hint in COMMANDS
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def reasons() -> tuple[tuple[str, str], ...]:
    """Every scope and every event with its reason, in order."""
    events = ((f"event {name}", why) for name, why in EVENTS.items())
    return (*SCOPES.items(), SOCKET_SCOPE, *events)
