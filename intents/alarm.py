"""The first press: commits the incident with the words typed, and sends the alarm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from bot.afresh import concern_changed
from bot.card import Button, Card, Press, Reply, press, say
from bot.conversation import Conversation, Stage
from bot.form import Form, Route, Urgency
from bot.incident import Concern, Incident, Part
from bot.intake import take_in, unused_ref
from bot.intent import Intent
from bot.may import Act
from bot.people import Role
from bot.siblings import inherited, spread
from bot.turn import Turn
from bot.views import messages
from bot.views.act_now import DSL_INVOLVED, NO_HOLD, PRINCIPAL_INVOLVED, outside_numbers
from bot.views.opened import read
from bot.views.sheets import asking
from bot.views.wording import clock_time
from intents.added import tell_of_words
from intents.earlier import kept_out_before
from intents.mistake import treat_as_real
from intents.naming import named_holders, note_named

FIRST, FIRST_WORDS = "first", "First words"
RING = "ring"
TWICE = timedelta(seconds=30)
"""Within so long the same alarm by the same person is one press made twice."""

WORDS, LINK = "words", "link"
"""The fields of the form by which a message is reported."""


class Alarm(Intent):
    """One press on the act-now card."""

    verbs: ClassVar[Mapping[str, int]] = {"tell": 1, RING: 0}
    for_anyone: ClassVar[bool] = True

    def typed(self, press: Press) -> bool:
        return False

    def answer(self, turn: Turn, press: Press) -> Reply:
        target, hold = _target(press)
        held = turn.work.holds.get(hold)
        if held is not None and held.person != turn.person.id:
            turn.audit("refused", detail="hold")
            held = None
        form = _form(turn, target)
        if form is None:
            return say(messages.dead_button())
        concerned = _concerned(turn, target)
        if held is not None:
            sent = turn.work.incidents.get(held.ref)
        else:
            # A card of its own that nobody remembers is in doubt another worry: never swallowed.
            sent = _just_sent(turn) if hold == NO_HOLD else None
        if sent and sent.form == form.name and concerned.keys() <= sent.kept_from():
            return _again(turn, sent)
        # Another way pressed on the same card is a report of its own, with the same words.
        before = held.words if held and not held.ref else _first_words(turn, sent)
        words = "\n".join(each for each in (before, *_typed(turn)) if each)
        incident = raise_alarm(turn, form, words, concerned, ring=press.verb == RING, sibling=sent)
        if held is not None:
            turn.work.holds.put(type(held)(held.id, held.person, "", held.at, 2, incident.ref))
        return _reply(turn, form, incident)


def raise_alarm(
    turn: Turn,
    form: Form,
    words: str,
    concerned: dict[str, Concern],
    *,
    ring: bool = False,
    centre: str = "",
    sibling: Incident | None = None,
) -> Incident:
    """Keep the incident, its first words, its ladder and its notices, all in this transaction.

    ``centre``: whose DSL is called, if not the reporter's own. ``sibling``: a report that was
    made of the same thing.
    """
    work, now = turn.work, turn.now
    standing = {
        **dict.fromkeys(kept_out_before(turn), Concern.NAMED),
        **(inherited(work, sibling, form.route, turn.person.id) if sibling else {}),
        **_named(turn, words),
        **concerned,
    }
    incident = Incident(
        ref=unused_ref(work),
        form=form.name,
        route=form.route,
        urgency=form.urgency,
        centre=centre or turn.person.centre,
        reporter=turn.person.id,
        reported_at=now,
        sent_at=turn.message.sent_at,
        concerns=tuple(standing.items()),
        unchecked=turn.person.guest,
    )
    take_in(work, incident, turn.directory, turn.school, now)
    if sibling is not None:
        work.incidents.join(sibling.ref, incident.ref, now)
        for ref in spread(work, incident.ref):
            concern_changed(work, ref, turn.directory, turn.school, now)
    if words:
        work.incidents.append(
            incident.ref, now, turn.person.id, Part.REPORTER, FIRST, FIRST_WORDS, words
        )
    if ring:
        work.incidents.append(
            incident.ref, now, turn.person.id, Part.REPORTER, RING, "Asked for", "Ring me, please."
        )
    pause_others(turn)
    conversation = Conversation(
        id=f"{incident.ref}-{form.name}", person=turn.person.id, form=form.name, ref=incident.ref
    )
    work.conversations.save(conversation, now)
    return incident


def pause_others(turn: Turn) -> None:
    """Pause whatever this person was writing, so that no words land in the wrong report."""
    while (open_one := turn.work.conversations.active(turn.person.id)) is not None:
        turn.work.conversations.save(open_one.at(Stage.PAUSED), turn.now)


def _just_sent(turn: Turn) -> Incident | None:
    """What this person sent a moment ago: a card that nothing is kept of is pressed twice too."""
    latest = next(iter(turn.work.incidents.by(turn.person.id)), None)
    return latest if latest and abs(turn.now - latest.reported_at) <= TWICE else None


def _first_words(turn: Turn, sent: Incident | None) -> str:
    """What was typed before an alarm that went from the same card."""
    entries = turn.work.incidents.entries(sent.ref) if sent else ()
    return "\n".join(read(entry.words) for entry in entries if entry.step == FIRST)


def _again(turn: Turn, sent: Incident) -> Reply:
    """Pressed twice is one report, and says so: another worry must not be taken for it. Words
    that came with the second press are added to it."""
    words = "\n".join(each for each in _typed(turn) if each)
    if words and words not in _first_words(turn, sent):
        turn.work.incidents.append(
            sent.ref, turn.now, turn.person.id, Part.REPORTER, FIRST, FIRST_WORDS, words
        )
        note_named(turn, sent.ref, words)
        treat_as_real(turn, sent.ref)
        tell_of_words(turn, sent.ref, int(turn.now.timestamp()))
    another = Button("Another worry: show me who to tell", press("report"), primary=True)
    add = Button("Add something", press("add", sent.ref))
    return say(
        messages.note(
            f"This was already sent as {sent.ref}.",
            "Nothing was sent twice.",
            "Another child, or another worry? Nobody has been told of that yet.",
            buttons=(another, add) if turn.may(Act.ADD, sent) else (another,),
        ),
        replaces=True,
    )


def _typed(turn: Turn) -> tuple[str, ...]:
    """What stood in the form beside the alarm: a link, and words of their own choosing."""
    return tuple(turn.message.fields.get(name, "").strip() for name in (WORDS, LINK))


def _target(press: Press) -> tuple[str, str]:
    if press.verb == RING:
        return "child", press.args[0] if press.args else NO_HOLD
    target, *rest = press.args or ("child",)
    return target.lower(), rest[0] if rest else NO_HOLD


def _form(turn: Turn, target: str) -> Form | None:
    name = "adult" if target in (DSL_INVOLVED, PRINCIPAL_INVOLVED) else target
    return turn.school.forms.get(name)


def _concerned(turn: Turn, target: str) -> dict[str, Concern]:
    """Which role-holders the reporter's press says are part of it."""
    directory, centre = turn.directory, turn.person.centre
    if target == PRINCIPAL_INVOLVED:
        roles = [directory.holders(Role.PRINCIPAL)]
    elif target == DSL_INVOLVED:
        roles = [directory.holders(Role.DSL, centre), directory.holders(Role.DEPUTY, centre)]
    else:
        roles = []
    return {
        person.id: Concern.SUBJECT
        for people in roles
        for person in people
        if person.id != turn.person.id
    }


def _named(turn: Turn, words: str) -> dict[str, Concern]:
    holders = [p for p in turn.directory.role_holders() if p.id != turn.person.id]
    return {
        person.id: Concern.NAMED for person in named_holders(words, holders, turn.person.centre)
    }


def _reply(turn: Turn, form: Form, incident: Incident) -> Reply:
    raised = _raised(turn, form, incident)
    if turn.person.guest and not turn.person.unvouched:
        return say(raised, replaces=True)
    conversation = turn.work.conversations.find(turn.person.id, form.name, incident.ref)
    cards = (raised, *ask_whether_part(turn, incident))
    step = form.next({})
    pressed = turn.message.press is not None
    if conversation is None or step is None:
        return say(*cards, replaces=pressed)
    return replace(asking(form, conversation, step, before=cards), replaces=pressed)


def _raised(turn: Turn, form: Form, incident: Incident) -> Card:
    """In place of the act-now card, so it says again what that said of danger and of numbers."""
    at = clock_time(incident.reported_at, turn.directory.zone)
    urgent, adult = form.urgency is Urgency.IMMEDIATE, form.route is Route.ADULT
    whom = "Anybody" if adult else "Child"
    return Card(
        title=f"{'Alarm raised' if urgent else 'Report saved'}. Reference {incident.ref}.",
        text=(
            *((f"{whom} in danger now? Ring 999.",) if urgent else ()),
            f"Saved {at}. Your receipt follows in your messages.",
            *form.duties,
        ),
        facts=outside_numbers(turn.directory) if adult else (),
        buttons=child_help(incident),
        summary="Your alarm is saved." if urgent else "Your report is saved.",
    )


def child_help(incident: Incident) -> tuple[Button, ...]:
    """Under a report about an adult: the child may need somebody at once."""
    if incident.route is not Route.ADULT:
        return ()
    return (Button("A child needs help now: call a DSL", press("child-help", incident.ref)),)


def ask_whether_part(turn: Turn, incident: Incident) -> tuple[Card, ...]:
    """One question for each role-holder the words name; until it is answered they learn nothing."""
    people = [turn.directory.person(person) for person in incident.unsettled()]
    return tuple(messages.part_of_this(incident, person) for person in people if person)
