"""Reads what is done in modals and on the Home tab: fields filled in, sent, changed, put away."""

from __future__ import annotations

import json
from dataclasses import replace

from adapters.slack.submission import (
    Body,
    Opens,
    Origin,
    Shows,
    Submission,
    key_of,
    moment_of,
    name_of,
    teams_of,
)
from adapters.slack.views import DATE, TIME, meant_by
from bot.card import Press
from bot.checks import moment


def sent(body: Body) -> Submission | None:
    """A modal sent: known again by all that stands in it, so that what was put right is new."""
    view = body["view"]
    press = meant_by(view, "send")
    fields = fields_of(view)
    identity = json.dumps([body["user"]["id"], view["id"], view.get("hash"), str(press), fields])
    return _in_view(body, press, fields, key_of("sent", identity)) if press else None


def put_away(body: Body) -> Submission | None:
    """A modal closed unsent. Slack may leave out what stood in it; what it says is kept."""
    view = body["view"]
    press = meant_by(view, "closed")
    fields = {name: typed for name, typed in fields_of(view).items() if typed}
    if press is None:
        return None
    # There is no modal to go on in: the answer comes by message.
    return replace(_in_view(body, press, fields, key_of("closed", view["id"])), modal=None)


def done_in_view(body: Body) -> Submission | None:
    """A button of a modal or of the Home tab, an ask box, or a field that was changed."""
    view: Body = body["view"]
    action: Body = next(iter(body.get("actions") or ()), {})
    button = action.get("type") == "button"
    home = view.get("type") == "home"
    if button:
        press: Press | None = Press.parse(action.get("value") or "")
    else:
        press = meant_by(view, "send" if home else "changed")
    if press is None or not press.verb:
        return None
    fields = {} if button and home else fields_of(view)
    identity = (body["user"]["id"], action.get("action_ts"), view["id"], press)
    key = key_of("view", ":".join(map(str, identity)))
    return _in_view(body, press, fields, key, redraws=not button and not home)


def _in_view(
    body: Body, press: Press, fields: dict[str, str], key: str, *, redraws: bool = False
) -> Submission:
    user, view = body["user"], body["view"]
    action: Body = next(iter(body.get("actions") or ()), {})
    home = view.get("type") == "home"
    shows = Shows(view["id"], view.get("hash") or "", meant_by(view, "send") is not None, redraws)
    return Submission(
        key=key,
        teams=teams_of((body.get("team") or {}).get("id"), user.get("team_id")),
        origin=Origin(user["id"], ""),
        press=press,
        name=name_of(user),
        shared=False,
        sent_at=moment_of(action.get("action_ts")),
        fields=fields,
        trigger=body.get("trigger_id") or "",
        opens=Opens.INSTEAD if home else Opens.NOTHING,
        modal=None if home else shows,
    )


def fields_of(view: Body) -> dict[str, str]:
    """What stands in each field of ``view``, by field name; nothing is an empty string."""
    blocks: Body = (view.get("state") or {}).get("values") or {}
    found = {block: _value(next(iter(elements.values()), {})) for block, elements in blocks.items()}
    picked = [block for block in found if ":" in block]
    fields = {block: typed for block, typed in found.items() if block not in picked}
    for name in {block.partition(":")[0] for block in picked}:
        day, time = found.get(f"{name}:{DATE}", ""), found.get(f"{name}:{TIME}", "")
        fields[name] = moment(day, time, fields.get(name, "")) if day or time else fields[name]
    return fields


def _value(element: Body) -> str:
    chosen = element.get("selected_option") or {}
    value = (
        element.get("value")
        or chosen.get("value")
        or element.get("selected_date")
        or element.get("selected_time")
    )
    return str(value) if value else ""
