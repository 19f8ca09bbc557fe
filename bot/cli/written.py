"""Writes a school's settings as a ``lanyard.toml`` with comments that its next reader needs."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from pydantic import BaseModel

from bot.settings import SchoolFile

TEMPLATE = "lanyard.toml.jinja"


def written(school: SchoolFile) -> str:
    """The text of a ``lanyard.toml`` that reads back as ``school``."""
    return _template().render(school=school)


@cache
def _template() -> Template:
    environment = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {"toml": _toml, "key": _key}
    return environment.from_string((files("bot.cli") / TEMPLATE).read_text("utf-8"))


def _toml(value: Any) -> str:
    """``value`` in TOML: a string, a list, or a table on one line."""
    if isinstance(value, BaseModel):
        return _toml(value.model_dump(mode="json", exclude_none=True))
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    # A string of JSON is one of TOML, but for the one character that only TOML refuses.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)
