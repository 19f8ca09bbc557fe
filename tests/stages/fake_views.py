"""The modals and Home tabs of the fake Slack: what is open, what stands in it, what is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Data = dict[str, Any]

TRIGGER_SECONDS = 3


@dataclass
class Open:
    """One view as somebody sees it. ``typed`` is the state of its inputs, by block."""

    id: str
    hash: str
    view: Data
    typed: dict[str, Data] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Data]:
        return list(self.view["blocks"])

    def inputs(self) -> list[Data]:
        return [block for block in self.blocks if block["type"] == "input"]

    def state(self) -> Data:
        """``state.values``: every input that is there, typed in or not."""
        return {
            block["block_id"]: {
                block["element"]["action_id"]: self.typed.get(
                    block["block_id"], initial(block["element"])
                )
            }
            for block in self.inputs()
        }

    def payload(self) -> Data:
        """The view in an interaction's payload."""
        return {
            **self.view,
            "id": self.id,
            "hash": self.hash,
            "team_id": "T1",
            "state": {"values": self.state()},
            "root_view_id": self.id,
            "previous_view_id": None,
        }

    def redraw(self, view: Data, new_hash: str) -> None:
        """Another drawing: what was typed stays in the inputs that are still there."""
        self.view, self.hash = view, new_hash
        there = {block["block_id"] for block in self.inputs()}
        self.typed = {block: typed for block, typed in self.typed.items() if block in there}


@dataclass
class Views:
    """Who has which modals open, one over the other, and what each Home tab shows."""

    modals: dict[str, list[Open]] = field(default_factory=dict)
    homes: dict[str, Open] = field(default_factory=dict)
    triggers: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    count: int = 0

    def trigger(self, user: str, now: datetime) -> str:
        """A fresh trigger: for one use, within three seconds."""
        self.count += 1
        name = f"{self.count}.{'T1'}.{user}"
        self.triggers[name] = (user, now)
        return name

    def top(self, user: str) -> Open | None:
        return (self.modals.get(user) or [None])[-1]

    def open(self, asked: Data, now: datetime, *, over: bool) -> Data:
        """``views.open``, or ``views.push`` laid ``over`` what is there."""
        user, at = self.triggers.pop(asked.get("trigger_id", ""), ("", now))
        if not user:
            return _no("invalid_trigger_id")
        if (now - at).total_seconds() > TRIGGER_SECONDS:
            return _no("expired_trigger_id")
        stack = self.modals.setdefault(user, [])
        if over and not stack:
            return _no("not_found")
        if over and len(stack) >= 3:
            return _no("push_limit_reached")
        if refused := refuse_view(asked["view"], "modal"):
            return refused
        if not over:
            stack.clear()
        made = self._made(asked["view"])
        stack.append(made)
        return {"ok": True, "view": made.payload()}

    def update(self, asked: Data) -> Data:
        found = next(
            (
                each
                for stack in self.modals.values()
                for each in stack
                if each.id == asked["view_id"]
            ),
            None,
        )
        if found is None:
            return _no("not_found")
        if asked.get("hash") not in (None, found.hash):
            return _no("hash_conflict")
        if refused := refuse_view(asked["view"], "modal"):
            return refused
        found.redraw(_numbered(asked["view"]), self._hash())
        return {"ok": True, "view": found.payload()}

    def publish(self, asked: Data) -> Data:
        if refused := refuse_view(asked["view"], "home"):
            return refused
        self.homes[asked["user_id"]] = self._made(asked["view"])
        return {"ok": True, "view": asked["view"]}

    def answered(self, user: str, answer: Data | None) -> None:
        """What Slack does with the answer to a ``view_submission``."""
        stack = self.modals[user]
        if answer is None:
            stack.pop()
            return
        match answer["response_action"]:
            case "clear":
                stack.clear()
            case "update":
                refused = refuse_view(answer["view"], "modal")
                assert refused is None, refused
                stack[-1].redraw(_numbered(answer["view"]), self._hash())
            case "errors":
                known = {block["block_id"] for block in stack[-1].inputs()}
                assert answer["errors"] and set(answer["errors"]) <= known, answer
            case other:
                raise AssertionError(f"no such response_action: {other}")

    def _made(self, view: Data) -> Open:
        self.count += 1
        return Open(f"V{self.count}", self._hash(), _numbered(view))

    def _hash(self) -> str:
        self.count += 1
        return f"156772938.{self.count:06d}"


def initial(element: Data) -> Data:
    """The state of an input nobody has touched."""
    kind = element["type"]
    if kind in ("radio_buttons", "static_select"):
        return {"type": kind, "selected_option": element.get("initial_option")}
    names = {"datepicker": "selected_date", "timepicker": "selected_time"}
    name = names.get(kind, "value")
    return {"type": kind, name: element.get(name.replace("selected", "initial"))} | (
        {"value": element.get("initial_value")} if name == "value" else {}
    )


def typed_in(element: Data, words: str) -> Data:
    """The state of an input after ``words`` were typed in it or chosen."""
    kind = element["type"]
    match kind:
        case "radio_buttons" | "static_select":
            found = [o for o in element["options"] if o["text"]["text"] == words]
            if words and not found:
                raise LookupError(f"no choice {words!r} in {element['options']}")
            return {"type": kind, "selected_option": found[0] if found else None}
        case "datepicker":
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", words)
            return {"type": kind, "selected_date": words}
        case "timepicker":
            assert re.fullmatch(r"\d\d:\d\d", words)
            return {"type": kind, "selected_time": words}
    if len(words) > element.get("max_length", 3000):
        raise LookupError(f"{len(words)} characters do not fit in {element['action_id']}")
    return {"type": kind, "value": words or None}


def _numbered(view: Data) -> Data:
    for number, block in enumerate(view["blocks"]):
        block.setdefault("block_id", f"b{number}")
    return view


def _no(error: str, *messages: str) -> Data:
    return {"ok": False, "error": error, "response_metadata": {"messages": list(messages)}}


def refuse_view(view: Data, kind: str) -> Data | None:
    """Slack's refusal of a view that breaks a documented limit, or ``None``."""
    # Here, because messages and views share their blocks.
    from tests.stages.fake_slack import faults_of

    blocks = view.get("blocks") or []
    faults = [f for block in blocks for f in (
        input_faults(block) if block.get("type") == "input" else faults_of(block)
    )]  # fmt: skip
    named = [block["block_id"] for block in blocks if "block_id" in block]
    known = {"type", "blocks", "private_metadata", "callback_id"}
    if kind == "modal":
        known |= {"title", "submit", "close", "notify_on_close", "clear_on_close"}
        faults += _text(view.get("title"), 24)
        faults += [f for part in ("submit", "close") if part in view for f in _text(view[part], 24)]
        if any(block.get("type") == "input" for block in blocks) and "submit" not in view:
            faults.append("inputs need a submit button")
    checks = {
        "type": view.get("type") == kind,
        "keys": set(view) <= known,
        "1 to 100 blocks": 1 <= len(blocks) <= 100,
        "block_id twice": len(named) == len(set(named)),
        "private_metadata": len(view.get("private_metadata", "")) <= 3000,
        "callback_id": len(view.get("callback_id", "")) <= 255,
        "action_id twice": len(_actions(blocks)) == len(set(_actions(blocks))),
        "too large": len(str(view)) <= 250_000,
    }
    faults += [name for name, holds in checks.items() if not holds]
    return _no("invalid_arguments", *faults) if faults else None


def _actions(blocks: list[Data]) -> list[str]:
    return [e["action_id"] for b in blocks for e in b.get("elements", ()) if "action_id" in e]


def input_faults(block: Data) -> list[str]:
    """What is wrong with an input block, by Slack's reference."""
    faults = _text(block.get("label"), 2000)
    faults += _text(block["hint"], 2000) if "hint" in block else []
    known = {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"}
    faults += [f"unknown {key}" for key in set(block) - known]
    if not 1 <= len(block.get("block_id", "")) <= 255:
        faults.append("block_id")
    element = block.get("element") or {}
    if not 1 <= len(element.get("action_id", "")) <= 255:
        faults.append("action_id")
    match element.get("type"):
        case "plain_text_input":
            longest = element.get("max_length", 3000)
            allowed = {"type", "action_id", "multiline", "max_length", "initial_value"}
            allowed |= {"dispatch_action_config"}
            faults += [f"unknown {key}" for key in set(element) - allowed]
            if not 1 <= longest <= 3000 or len(element.get("initial_value", "")) > longest:
                faults.append("lengths of a text field")
        case "radio_buttons" | "static_select" as kind:
            options = element.get("options") or []
            if not 1 <= len(options) <= (10 if kind == "radio_buttons" else 100):
                faults.append("number of options")
            for option in options:
                faults += _text(option.get("text"), 75)
                if not 1 <= len(option.get("value", "")) <= 150:
                    faults.append("value of an option")
            values = [option.get("value") for option in options]
            if len(values) != len(set(values)):
                faults.append("two options with one value")
            if "initial_option" in element and element["initial_option"] not in options:
                faults.append("initial_option is none of the options")
        case "datepicker" | "timepicker":
            faults += [f"unknown {key}" for key in set(element) - {"type", "action_id"}]
        case other:
            faults.append(f"unknown element {other}")
    return faults


def _text(text: Data | None, limit: int) -> list[str]:
    from tests.stages.fake_slack import plain_faults

    return plain_faults(text, limit)
