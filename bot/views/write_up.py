"""The cards of a dialogue: the next question, the review, and what was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.card import FORM_ONLY, Button, Card, Press, Quote, Tone, press
from bot.conversation import Conversation
from bot.form import Form, Step
from bot.views.wording import label

UNSENT = "Not sent yet: press Send at the end."
"""Of what is written about a case, which nobody is shown before."""


def question(
    form: Form, conversation: Conversation, step: Step, problem: str = "", *, kept: bool = False
) -> Card:
    """The question that is next. ``problem`` says why the last answer would not do; ``kept``:
    the words are kept beside it all the same, so nothing went wrong."""
    buttons = [
        Button(label(choice), answer_press(conversation, step, number))
        for number, choice in enumerate(step.check.choices)
    ]
    if not step.needed:
        buttons.append(Button("Skip", said("skip", conversation, step)))
    if conversation.answers:
        buttons.append(Button("Back", said("back", conversation, step)))
    buttons.append(Button("Pause", said("pause", conversation, step)))
    page = press(FORM_ONLY, form.name, conversation.ref or "-", form.page_of(step))
    buttons.append(Button("Answer in a form", page))
    text = (problem, step.help)
    if kept:
        # The help may say to ring 999, which nothing stands above.
        text = (step.help, f"Thank you. Your words are kept in {conversation.ref}. {problem}")
    part = part_of(list(form.pages(conversation.answers)), form.page_of(step))
    return Card(
        title=step.prompt,
        text=tuple(words for words in text if words),
        tone=Tone.WARNING if problem and not kept else Tone.PLAIN,
        source=f"{', '.join([form.title, *_about(conversation), *part])}. "
        f"{UNSENT if form.for_case else 'No hurry: everything so far is saved.'}",
        buttons=tuple(buttons),
        summary="Lanyard has a question for you.",
    )


def part_of(pages: Sequence[str], page: str) -> tuple[str, ...]:
    """``part 2 of 4``, where there is more than one."""
    return (f"part {pages.index(page) + 1} of {len(pages)}",) if len(pages) > 1 else ()


def answer_press(conversation: Conversation, step: Step, number: int) -> Press:
    return press("answer", conversation.form, conversation.ref or "-", step.name, str(number))


def said(verb: str, conversation: Conversation, step: Step) -> Press:
    return press(verb, conversation.form, conversation.ref or "-", step.name)


def review(form: Form, conversation: Conversation) -> Card:
    """Everything answered, to be sent or changed."""
    given = conversation.given(form)
    about = (conversation.form, conversation.ref or "-")
    last = "Send" if form.for_case else "That is everything"
    return Card(
        title="Please check this",
        text=("Change anything that is not right. Earlier answers are kept as well.",)
        if not form.for_case
        else (UNSENT,),
        quotes=tuple(Quote(step.prompt, value) for step, value in given),
        source=f"{', '.join([form.title, *_about(conversation)])}, all questions done.",
        buttons=(
            Button(last, press("finish", *about), primary=True),
            Button("Change an answer", press("change", *about)),
            Button("Pause", press("pause", *about)),
        ),
        summary="Please check your write-up.",
    )


def which_to_change(form: Form, conversation: Conversation) -> Card:
    asked = form.asked(conversation.answers)
    about = (conversation.form, conversation.ref or "-")
    return Card(
        title="Which answer?",
        buttons=tuple(
            Button(label(step.prompt), press("change", *about, step.name))
            for step in asked
            if step.name in conversation.answers
        )[:20],
    )


def paused(form: Form, conversation: Conversation) -> Card:
    return Card(
        title="Paused. What you wrote is kept.",
        text=(
            *((UNSENT,) if form.for_case else ()),
            "Ask me anything meanwhile. Come back when you can.",
        ),
        buttons=(Button("Go on writing", resume_press(conversation), primary=True),),
        source=", ".join([form.title, *_about(conversation)]),
    )


def closed(form: Form, conversation: Conversation) -> Card:
    """After a form was put away, and nothing came with it."""
    return replace(
        paused(form, conversation),
        title="Closed. What you sent is kept.",
        text=("What you had not sent yet did not reach us. Go on when you can.",),
    )


def resume_press(conversation: Conversation) -> Press:
    return press("resume", conversation.form, conversation.ref or "-")


def finished(ref: str) -> Card:
    return Card(
        title="Thank you. Your write-up is saved.",
        tone=Tone.DONE,
        text=(
            "Keep any paper notes you made. You can add more at any time.",
            "This may have been hard. Ask for support if you want it.",
        ),
        facts=(("Reference", ref),),
        buttons=(Button("Add something", press("add", ref)),),
    )


def stopped(form: Form, conversation: Conversation) -> Card:
    kept = (
        f"Your alarm {conversation.ref} stands, and what you wrote is kept with it."
        if conversation.ref and not form.for_case
        else "Nothing was sent."
    )
    return Card(
        title="Stopped",
        text=(kept,),
        buttons=(Button("Undo: go on writing", press("undo"), primary=True),),
    )


def unfinished(ref: str, form: Form) -> Card:
    return Card(
        title=f"Your write-up of {ref} is not finished",
        text=("Please finish it by the end of today if you can. Every part can be skipped.",),
        buttons=(Button("Go on writing", press("resume", form.name, ref), primary=True),),
        summary="A write-up is not finished.",
    )


def stale(problem: str) -> Card:
    return Card(title=problem, text=("Nothing was changed.",))


def _about(conversation: Conversation) -> tuple[str, ...]:
    return (f"reference {conversation.ref}",) if conversation.ref else ()
