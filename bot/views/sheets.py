"""Draws a page of a form as a sheet: what it asks, what stands in it, and what would not do."""

from __future__ import annotations

from collections.abc import Mapping

from bot.card import FORM_ONLY, Button, Card, Field, Reply, Sheet, press
from bot.conversation import Conversation
from bot.form import SKIPPED, Form, Step
from bot.views import write_up

SEND, BACK, LEAVE = "send", "back", "leave"
NOTHING: Mapping[str, str] = {}


def page_sheet(
    form: Form,
    conversation: Conversation,
    page: str,
    *,
    typed: Mapping[str, str] = NOTHING,
    problems: Mapping[str, str] = NOTHING,
) -> Sheet:
    """The page of ``form`` that is called ``page``.

    ``typed`` stands in its fields in place of what was kept, and already decides which of them
    are asked; ``problems`` say why it would not do. Both are by step name.
    """
    answers = {**conversation.answers, **typed}
    pages = form.pages(answers)
    names = list(pages)
    number = names.index(page) if page in names else 0
    page = names[number]
    about = (form.name, conversation.ref or "-", page)
    last = "Send" if form.for_case else "Check answers"
    where = () if form.for_case else (f"Reference {conversation.ref}",)
    said = [", ".join((*where, *write_up.part_of(names, page)))]
    if not any(step.needed for step in pages[page]):
        said.append("Leave out what you do not know")
    return Sheet(
        title=form.title,
        fields=tuple(_field(form, step, answers, problems) for step in pages[page]),
        send=Button("Next" if page != names[-1] else last, press(SEND, *about), primary=True),
        buttons=(Button("Back", press(SEND, *about, BACK)),) if number else (),
        source=" ".join(f"{words}." for words in said if words),
        changed=press(FORM_ONLY, *about),
        closed=press(LEAVE, *about),
    )


def asking(
    form: Form,
    conversation: Conversation,
    step: Step,
    problem: str = "",
    *,
    kept: bool = False,
    before: tuple[Card, ...] = (),
    typed: Mapping[str, str] = NOTHING,
    problems: Mapping[str, str] = NOTHING,
) -> Reply:
    """The next question, for a chat, and the page it is on, for a platform with forms."""
    card = write_up.question(form, conversation, step, problem, kept=kept)
    page = form.page_of(step)
    sheet = page_sheet(form, conversation, page, typed=typed, problems=problems)
    return Reply((*before, card), sheet=sheet)


def _field(
    form: Form, step: Step, answers: Mapping[str, str], problems: Mapping[str, str]
) -> Field:
    stands = answers.get(step.name, "")
    return Field(
        name=step.name,
        label=step.prompt,
        kind=step.kind,
        choices=step.check.choices,
        help=step.help,
        needed=step.needed,
        typed="" if stands == SKIPPED else stands,
        problem=problems.get(step.name, ""),
        steers=form.steers(step, answers),
        longest=step.check.longest,
    )
