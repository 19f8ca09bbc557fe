"""The app package that a tenant's administrator uploads: the manifest, its reasons, two icons."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.teams.icons import colour_icon, outline_icon
from adapters.teams.tasks import REPORT, REPORT_MESSAGE
from bot.message import CLAUSES

Manifest = dict[str, Any]

VERSION = "1.0.0"
"""Of the package. Teams takes an upload for a new one only when this is higher than before."""
SCHEMA = "1.25"
ADDRESS = "https://developer.microsoft.com/json-schemas/teams/v{}/MicrosoftTeams.schema.json"

SCOPES: Mapping[str, str] = {
    "personal": "for staff to ask and report in their own chat, and to bring alarms to the DSL",
    "team": "to bring alarms to the DSL's private channel and hear @Lanyard in a channel",
    "groupChat": "to hear @Lanyard in a group chat",
}
"""Where the bot may be added, each with its reason. It asks for no permission of Microsoft Graph
and none over a team's or a chat's messages: where it is not mentioned it hears nothing."""

EVERYWHERE = (
    ("report", "Report a worry about a child or an adult. One press tells somebody."),
    ("find clauses about", "Then type a few words: the clauses of the policy that fit."),
    ("help", "What Lanyard can do."),
)
"""What may be typed, offered by Teams as commands with descriptions."""

PERSONAL = (
    EVERYWHERE[0],
    ("home", "What concerns you now: your reports, your cases, the numbers to ring."),
    ("my reports", "Your own reports, and who has each of them."),
    ("open cases", "For the DSL, deputies and the Principal: cases nobody has closed."),
    ("rota", "For those with a role: who covers safeguarding now, and who is away."),
    *EVERYWHERE[1:],
)

SHORT = "Policy answers, and one press to tell the safeguarding lead."
LONG = (
    "Lanyard is for the staff of one school. Ask it about the Online Safety Policy and it quotes "
    "the clause, or says that the policy does not say. Worried about a child or an adult? One "
    "press tells the Designated Safeguarding Lead, keeps calling until somebody has taken it, and "
    "helps you to write it up afterwards. It takes no pictures and no files. In danger now? Ring "
    "999 first."
)


@dataclass(frozen=True)
class Publisher:
    """Who answers for the app: the school's name, and its pages by ``https``."""

    name: str
    website: str
    privacy: str
    terms: str


def manifest(app_id: str, publisher: Publisher, name: str = "Lanyard") -> Manifest:
    """The manifest of one installation. ``app_id`` is the bot's, from its registration."""
    return {
        "$schema": ADDRESS.format(SCHEMA),
        "manifestVersion": SCHEMA,
        "version": VERSION,
        "id": app_id,
        "developer": {
            "name": publisher.name,
            "websiteUrl": publisher.website,
            "privacyUrl": publisher.privacy,
            "termsOfUseUrl": publisher.terms,
        },
        "name": {"short": name, "full": f"{name}: policy answers and safeguarding alarms"},
        "description": {"short": SHORT, "full": LONG},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#074747",
        "defaultInstallScope": "personal",
        # Teams refuses an app for teams without it, and offers it in no private channel.
        "supportsChannelFeatures": "tier1",
        "bots": [
            {
                "botId": app_id,
                "scopes": list(SCOPES),
                "supportsFiles": False,
                "supportsCalling": False,
                "supportsVideo": False,
                "isNotificationOnly": False,
                "commandLists": [
                    {"scopes": ["personal"], "commands": _commands(PERSONAL)},
                    {"scopes": ["team", "groupChat"], "commands": _commands(EVERYWHERE)},
                ],
            }
        ],
        "composeExtensions": [{"botId": app_id, "commands": _extensions()}],
    }


def package(app_id: str, publisher: Publisher, name: str = "Lanyard") -> bytes:
    """The zip to upload. The same settings give the same bytes."""
    made = json.dumps(manifest(app_id, publisher, name), indent=2, ensure_ascii=False)
    files = {
        "manifest.json": made.encode(),
        "color.png": colour_icon(),
        "outline.png": outline_icon(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def reasons() -> tuple[tuple[str, str], ...]:
    """Every scope and every part of the message extension with its reason, in order."""
    return (*SCOPES.items(), *((each["title"], each["description"]) for each in _extensions()))


def _commands(offered: tuple[tuple[str, str], ...]) -> list[Manifest]:
    return [{"title": title, "description": description} for title, description in offered]


def _extensions() -> list[Manifest]:
    return [
        {
            "id": REPORT_MESSAGE,
            "type": "action",
            "title": "Report this message",
            "description": "Tell the safeguarding lead. The message is not copied.",
            "context": ["message"],
            "fetchTask": True,
        },
        {
            "id": REPORT,
            "type": "action",
            "title": "Report a worry",
            "description": "Tell the safeguarding lead. Nothing is sent yet.",
            "context": ["compose", "commandBox"],
            "fetchTask": True,
        },
        {
            "id": CLAUSES,
            "type": "query",
            "title": "Policy clauses",
            "description": "Find clauses of the policy and put one in your message.",
            "context": ["compose", "commandBox"],
            "initialRun": False,
            "parameters": [
                {
                    "name": "query",
                    "title": "Words or number",
                    "description": "A few words, or the number of a clause.",
                }
            ],
        },
    ]
