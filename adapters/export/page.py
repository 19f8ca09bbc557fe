"""The record of a case as one HTML page that runs nothing, fetches nothing and prints well."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.web.render import words
from bot.record import Record
from bot.views.wording import day_and_time, utc

HERE = Path(__file__).parent
STYLE = (HERE / "case.css").read_text("utf-8").strip()
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""Nothing but this page's own style: whatever else somebody put in it does nothing."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["words"] = words
_TEMPLATES.filters["utc"] = utc


def page(record: Record) -> bytes:
    """The record as a page in UTF-8, everything in it escaped."""
    drawn = _TEMPLATES.get_template("case.html").render(
        record=record,
        policy=POLICY,
        style=Markup(STYLE),
        local=lambda moment: day_and_time(moment, record.zone),
    )
    return drawn.encode()
