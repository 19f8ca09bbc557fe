"""Does anything make less of a report? ``python -m tests.bench lesser [COUNT] [--seed N]``.

A worry is typed with other words around it, its alarm is raised, and its form is answered at
random (calm answers, other categories, "it can wait"). Beside the same alarm without any of that:
the way to the alarm must still come first, the ladder must be as fast, and everybody whom it
reaches must be reached, but for those the words name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from bot.app import App
from bot.card import Button, Card, Reply
from bot.checks import Kind
from bot.escalation import Phase
from bot.form import Form, Urgency
from bot.incident import Incident
from bot.ladder import destinations, start
from bot.message import Message, Place
from bot.notice import Kind as Notices
from bot.people import Identity
from intents.policy import PolicyDesk
from tests.bench.races import opened
from tests.bench.tally import Tally, command, shown
from tests.chance import RANK, questions
from tests.troupe import TUESDAY

COUNT = 10_000
FRESH_AFTER = 250
"""A new school after so many: nobody has thousands of open reports."""

AFTER = (
    " but its probably nothing", " not urgent", " no rush", " sorry to bother you", " thanks",
    " hope thats ok", " just so you know", " im sure its fine", " it can wait till monday", " lol",
    " (category: other)", " - low level", " not sure if i should report this", " !!!",
    " i dont want to make a fuss", " anyway can i use my phone for a trip photo?",
    " also who does our IT support", ". What should I do?", ". Is that allowed?",
    " what does the policy say about phones?",
)  # fmt: skip
BEFORE = (
    "hi, quick one: ", "probably nothing but ", "this isnt urgent: ", "just wondering, ", "FYI ",
    "question about the policy - ", "sorry to be a pain but ", "can I check something? ",
    "can i use my phone for a trip photo? also ", "hypothetically, ",
)  # fmt: skip
CALM = ("No", "Not sure", "nothing much", "it can wait", "other", "low", "no rush")
ROOM = "room "
TOLD = (Notices.CASE, Notices.PHONE)
"""Somebody is called; where nobody is left who may be, the reporter is told to ring."""

MOST_ALONE = 0.01
"""Of the worries with other words around them, those that only get an answer, with a button to
report under it: words can be found around any worry that hide it from a reader of words."""


def measure(count: int, seed: int) -> Tally:
    tally, dice = Tally(), Random(seed)
    desk = PolicyDesk.open()
    worries = [words for words in questions("worries") if desk.read(words).action == "report"]
    app: App | None = None
    for number in shown(range(count), count):
        if app is None or number % FRESH_AFTER == 0:
            if app is not None:
                app.close()
            app = opened("sqlite://")
        _vary(tally, app, dice, number, dice.choice(worries))
    assert app is not None
    app.close()
    alone = tally.counts["worries answered without the way to an alarm first"]
    tally.expect(alone <= MOST_ALONE * count, f"{alone} worries were only answered")
    return tally


def _vary(tally: Tally, app: App, dice: Random, number: int, worry: str) -> None:
    tally.count("variations")
    words = worry
    for _ in range(dice.choice((1, 1, 2))):
        around = ("", dice.choice(AFTER)), (dice.choice(BEFORE), "")
        first, last = dice.choice(around)
        words = f"{first}{words}{last}"
    person = f"staff-{number}"
    said = _say(app, number, person, words)
    alarms = _alarms(said)
    if not alarms:
        tally.count("worries answered without the way to an alarm first")
        tally.expect(any(_reports(card) for card in said.cards), f"no way to report: {words}")
        said = _say(app, number, person, "", "report")
        alarms = _alarms(said)
    target = dice.choice(alarms)
    raised = _press(app, number, person, target)
    ref = raised.cards[0].title.split("Reference ")[-1][:5]
    with app.store.work() as work:
        incident = work.incidents.get(ref)
    if incident is None:
        return tally.fault(f"no alarm was raised: {raised.cards[0].title}")
    before = incident
    _answer(app, dice, number, person, app.bot.school.forms[incident.form])
    _compare(tally, app, before, ref)


def _compare(tally: Tally, app: App, before: Incident, ref: str) -> None:
    """The report as it stands against the same alarm with no words at all."""
    with app.store.work() as work:
        now, ladder = work.incidents.get(ref), work.escalations.get(ref)
        told = {n.to.person for n in work.notices.about(ref) if n.kind in TOLD}
    assert now is not None
    assert ladder is not None
    form = app.bot.school.forms[before.form]
    tally.expect(
        RANK[Urgency(now.urgency)] >= RANK[form.urgency],
        f"{ref}: {now.urgency}, not {form.urgency}",
    )
    subjects = tuple((person, how) for person, how in now.concerns if how == "subject")
    plain = replace(now, urgency=form.urgency, concerns=subjects)
    expected = set(_reached(app, plain)) - now.kept_from()
    if now.unsettled():
        # A room with somebody in it whom the words name is told nothing; its people are.
        expected = {who for who in expected if not who.startswith(ROOM)}
    missing = expected - set(_reached(app, now))
    tally.expect(not missing, f"{ref} ({now.form}): {sorted(missing)} would not be called")
    as_fast = ladder.rungs == start(now, now.reported_at).rungs
    tally.expect(as_fast, f"{ref}: its ladder is not that of {now.urgency}")
    tally.expect(bool(told - {""}), f"{ref}: nobody was called, and nobody told to ring")


def _reached(app: App, incident: Incident) -> Iterator[str]:
    """Everybody whom the ladder of a report comes to while nobody has it."""
    ladder, directory = start(incident, TUESDAY), app.bot.directory()
    for rung in ladder.rungs:
        if rung.during is Phase.WAITING:
            for to in destinations(rung.to, incident, ladder, directory, ("web",), TUESDAY):
                yield to.person or f"{ROOM}{to.address}"


def _answer(app: App, dice: Random, number: int, person: str, form: Form) -> None:
    """Some questions of the form, answered as if it were nothing."""
    for at in range(dice.randrange(5)):
        step = dice.choice(form.steps)
        choices = step.check.choices if step.kind is Kind.CHOICE else CALM
        words = dice.choice([*choices, *CALM, "skip"])
        _say(app, f"{number}-{at}", person, words)


def _alarms(said: Reply) -> list[Button]:
    return [b for card in said.cards for b in card.buttons if b.press.verb == "tell"]


def _reports(card: Card) -> bool:
    return any(button.press.verb == "report" for button in card.buttons)


def _say(app: App, key: object, person: str, text: str, called: str = "") -> Reply:
    place = Place("web", f"dm:{person}")
    return app.bot.hear(
        Message(f"s{key}{called}", Identity("web", person), place, text, command=called)
    )


def _press(app: App, key: object, person: str, button: Button) -> Reply:
    place = Place("web", f"dm:{person}")
    return app.bot.hear(Message(f"p{key}", Identity("web", person), place, press=button.press))


main = command(measure, COUNT)
