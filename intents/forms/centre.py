"""Asks which centre the child is at, in a school that has more than one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.checks import one_of
from bot.form import Form, Route, Step
from bot.people import Centre

NAME = "centre"


def asking_the_centre(form: Form, centres: Iterable[Centre]) -> Form:
    """``form`` with the question after its first one, where it decides who is called."""
    names = [centre.name for centre in centres]
    if len(names) < 2 or form.route is not Route.CHILD:
        return form
    first, *rest = form.steps
    step = Step(
        NAME,
        "Which centre is the child at?",
        one_of(*names),
        help="The DSL of that centre is called. Skip this if it is your own centre.",
        page=first.page,
    )
    return replace(form, steps=(first, step, *rest))
