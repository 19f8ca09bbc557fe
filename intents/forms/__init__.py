"""The register of forms. A new form is one file here and its name on one line of a register."""

from __future__ import annotations

from importlib import import_module

from bot.form import Form


def _forms(*names: str) -> tuple[Form, ...]:
    """The ``FORM`` of each module, in order; a name without a module fails at the start."""
    found: list[Form] = [import_module(f"intents.forms.{name}").FORM for name in names]
    return tuple(found)


REPORTS = _forms(
    "child",
    "adult",
    "website",
    "concern",
    "blocked",
)
"""What staff report, in the order of the buttons."""

CASE = _forms(
    "addition",
    "question",
    "handover",
    "decision",
    "note",
    "closing",
)
"""What is added to a case afterwards."""
