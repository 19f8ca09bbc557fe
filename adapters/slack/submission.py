"""Reads what Slack sends into one shape: who did what, where, and where the answer goes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from adapters.slack.typed import addressed
from bot.card import FORM_ONLY, Press

Body = dict[str, Any]

REPORT = "report"
"""The command that opens a modal, and what both shortcuts mean."""

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


class Opens(StrEnum):
    """What a submission leads to beside, or instead of, a message: a modal."""

    NOTHING = ""
    BESIDE = "beside"
    """The answer is shown, and a modal as well."""
    INSTEAD = "instead"
    """A modal; the answer is shown only if that cannot be opened."""


@dataclass(frozen=True)
class Shows:
    """The modal in which something was done: ``form`` if it has fields to be sent."""

    id: str
    hash: str
    form: bool
    redraws: bool = False


@dataclass(frozen=True)
class Submission:
    """One thing somebody did, not yet checked. ``teams`` are all the workspaces it names;
    ``text`` is as Slack wrote it; ``shared`` is ``None`` when Slack does not say whether
    outsiders are in the room; ``trigger`` lets a modal be opened, for three seconds; ``modal``
    is the one it was done in.
    """

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
    fields: Mapping[str, str] = field(default_factory=dict)
    trigger: str = ""
    opens: Opens = Opens.NOTHING
    modal: Shows | None = None


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
        key=key_of("event", body.get("event_id") or f"{room}:{event.get('ts')}"),
        teams=teams_of(body.get("team_id"), event.get("team"), event.get("user_team")),
        origin=Origin(user, room, direct, thread=event.get("thread_ts") or ""),
        text=addressed(event.get("text") or "", bot if mention else ""),
        attachments=_has_files(event),
        shared=bool(body.get("is_ext_shared_channel")),
        sent_at=moment_of(event.get("ts")),
    )


def commanded(body: Body, stamp: str) -> Submission:
    """A slash command; Slack gives it no time but the request's own ``stamp``."""
    command = body["command"].lstrip("/")
    return Submission(
        key=key_of("command", body.get("trigger_id")),
        teams=teams_of(body.get("team_id")),
        origin=Origin(
            body["user_id"], body["channel_id"], response_url=body.get("response_url") or ""
        ),
        text=body.get("text") or "",
        command=command,
        name=body.get("user_name") or "",
        trigger=body.get("trigger_id") or "",
        opens=Opens.BESIDE if command == REPORT else Opens.NOTHING,
        sent_at=moment_of(stamp),
    )


def pressed(body: Body) -> Submission | None:
    """A press on a card of ours; ``None`` if nothing of ours was pressed."""
    user, container = body["user"], body.get("container") or {}
    action: Body = next(iter(body.get("actions") or ()), {})
    room, message = container.get("channel_id"), container.get("message_ts") or ""
    if action.get("type") != "button" or not action.get("value") or not room:
        return None
    alone = bool(container.get("is_ephemeral"))
    press = Press.parse(action["value"])
    parts = (user["id"], action.get("action_ts"), message, action["value"])
    return Submission(
        key=key_of("press", ":".join(map(str, parts))),
        teams=teams_of((body.get("team") or {}).get("id"), user.get("team_id")),
        origin=Origin(
            user["id"],
            room,
            direct=room.startswith("D") and not alone,
            message=message,
            alone=alone,
            thread=container.get("thread_ts") or "",
            response_url=body.get("response_url") or "",
        ),
        press=press,
        name=name_of(user),
        sent_at=moment_of(action.get("action_ts")),
        trigger=body.get("trigger_id") or "",
        opens=_opened_by(press, room),
    )


def _opened_by(press: Press, room: str) -> Opens:
    """A form goes on in a modal where what is typed would be read by others."""
    if press.verb == FORM_ONLY:
        return Opens.INSTEAD
    return Opens.NOTHING if room.startswith("D") else Opens.BESIDE


def shortcut(body: Body) -> Submission:
    """A shortcut means the command of the same name. One about a message brings the link to it;
    its words stay where they are."""
    user, message = body["user"], body.get("message") or {}
    team = body.get("team") or {}
    room, stamp = (body.get("channel") or {}).get("id"), message.get("ts") or ""
    fields = {}
    if room and stamp:
        place = f"https://{team.get('domain')}.slack.com/archives/{room}"
        fields["link"] = f"{place}/p{stamp.replace('.', '')}"
    return Submission(
        key=key_of("shortcut", f"{user['id']}:{body.get('action_ts')}"),
        teams=teams_of(team.get("id"), user.get("team_id")),
        origin=Origin(user["id"], ""),
        command=REPORT,
        name=name_of(user),
        shared=False,
        sent_at=moment_of(body.get("action_ts")),
        fields=fields,
        trigger=body.get("trigger_id") or "",
        opens=Opens.INSTEAD,
    )


def name_of(user: Body) -> str:
    return user.get("name") or user.get("username") or ""


def key_of(kind: str, identity: object) -> str:
    """Slack's own identity of the submission, short enough for any column."""
    return f"slack:{kind}:{hashlib.sha256(str(identity).encode()).hexdigest()[:32]}"


def teams_of(*named: str | None) -> frozenset[str]:
    return frozenset(team for team in named if team)


def _has_files(event: Body) -> bool:
    shared: Iterable[Body] = event.get("attachments") or ()
    return bool(event.get("files")) or any(
        each.get("files") or each.get("image_url") for each in shared
    )


def moment_of(stamp: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(str(stamp)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
