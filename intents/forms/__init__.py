"""The register of forms. A new form is one file here and one line in one of these tuples."""

from __future__ import annotations

from intents.forms import (
    addition,
    adult,
    child,
    closing,
    decision,
    handover,
    note,
    question,
    website,
)

REPORTS = (
    child.FORM,
    adult.FORM,
    website.FORM,
)
"""What staff report, in the order of the buttons."""

CASE = (
    addition.FORM,
    question.FORM,
    handover.FORM,
    decision.FORM,
    note.FORM,
    closing.FORM,
)
"""What is added to a case afterwards."""
