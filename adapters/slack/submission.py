"""Reads what Slack sends into one shape: who did what, where, and where the answer goes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.slack.typed import typed
from bot.card import Press

Body = dict[str, Any]

_SPOKEN = (None, "file_share", "thread_broadcast", "me_message")


@dataclass(frozen=True)
class Origin:
    """Where a submission came from, and so where its answer goes.

    ``direct``: in messages with the bot itself, as far as the submission shows. ``message`` is
    the card that was pressed; ``alone``: only the presser could see it. ``room`` is empty for
    a shortcut, which comes from nowhere.
    """

    user: str
    room: str
    direct: bool = False
    message: str = ""
    alone: bool = False
    thread: str = ""
    response_url: str = ""


@dataclass(frozen=True)
class Submission:
    """One thing somebody did, not yet checked. ``teams`` are all the workspaces it names;
    ``shared`` is ``None`` when Slack does not say whether outsiders are in the room."""

    key: str
    teams: frozenset[str]
    origin: Origin
    text: str = ""
    press: Press | None = None
    command: str = ""
    name: str = ""
    attachments: bool = False
    shared: bool | None = None
    sent_at: datetime | None = None


def said(body: Body) -> Submission | None:
    """A direct message or a mention; ``None`` for anything a person did not just say."""
    event = body.get("event") or {}
    user, room = event.get("user"), event.get("channel")
    direct = event.get("channel_type") == "im" or str(room).startswith("D")
    mention = event.get("type") == "app_mention"
    if not user or not room or event.get("bot_id") or event.get("subtype") not in _SPOKEN:
        return None
    if direct is mention or user == "USLACKBOT":
        return None
    authorized = body.get("authorizations") or [{}]
    bot = authorized[0].get("user_id") or ""
    return Submission(
        key=_key("event", body.get("event_id") or f"{room}:{event.get('ts')}"),
        teams=_teams(body.get("team_id"), event.get("team"), event.get("user_team")),
        origin=Origin(user, room, direct, thread=event.get("thread_ts") or ""),
        text=typed(event.get("text") or "", bot=bot if mention else ""),
        attachments=_has_files(event),
        shared=bool(body.get("is_ext_shared_channel")),
        sent_at=_moment(event.get("ts")),
    )


def commanded(body: Body, stamp: str) -> Submission:
    """A slash command; Slack gives it no time but the request's own ``stamp``."""
    return Submission(
        key=_key("command", body.get("trigger_id")),
        teams=_teams(body.get("team_id")),
        origin=Origin(
            body["user_id"], body["channel_id"], response_url=body.get("response_url") or ""
        ),
        text=typed(body.get("text") or ""),
        command=body["command"].lstrip("/"),
        name=body.get("user_name") or "",
        sent_at=_moment(stamp),
    )


def pressed(body: Body) -> Submission | None:
    """A press on a card of ours; ``None`` if nothing of ours was pressed."""
    user, container = body["user"], body.get("container") or {}
    action: Body = next(iter(body.get("actions") or ()), {})
    room, message = container.get("channel_id"), container.get("message_ts") or ""
    if action.get("type") != "button" or not action.get("value") or not room:
        return None
    alone = bool(container.get("is_ephemeral"))
    parts = (user["id"], action.get("action_ts"), message, action["value"])
    return Submission(
        key=_key("press", ":".join(map(str, parts))),
        teams=_teams((body.get("team") or {}).get("id"), user.get("team_id")),
        origin=Origin(
            user["id"],
            room,
            direct=room.startswith("D") and not alone,
            message=message,
            alone=alone,
            thread=container.get("thread_ts") or "",
            response_url=body.get("response_url") or "",
        ),
        press=Press.parse(action["value"]),
        name=user.get("name") or user.get("username") or "",
        sent_at=_moment(action.get("action_ts")),
    )


def shortcut(body: Body) -> Submission:
    """A global shortcut: it means the command of the same name, and is answered in messages."""
    user = body["user"]
    return Submission(
        key=_key("shortcut", f"{user['id']}:{body.get('action_ts')}"),
        teams=_teams((body.get("team") or {}).get("id"), user.get("team_id")),
        origin=Origin(user["id"], ""),
        command=body["callback_id"],
        name=user.get("username") or "",
        shared=False,
        sent_at=_moment(body.get("action_ts")),
    )


def _key(kind: str, identity: object) -> str:
    """Slack's own identity of the submission, short enough for any column."""
    return f"slack:{kind}:{hashlib.sha256(str(identity).encode()).hexdigest()[:32]}"


def _teams(*named: str | None) -> frozenset[str]:
    return frozenset(team for team in named if team)


def _has_files(event: Body) -> bool:
    shared: Iterable[Body] = event.get("attachments") or ()
    return bool(event.get("files")) or any(
        each.get("files") or each.get("image_url") for each in shared
    )


def _moment(stamp: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(str(stamp)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
