"""A role-holder opens a report and takes it: first wins, and the others are told who has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from bot.card import Button, Card, Press, Reply, Tone, press, say
from bot.climb import redraw, settle_ladder, tell
from bot.drill import Outcome, end
from bot.escalation import Audience, Escalation
from bot.incident import Incident, Part
from bot.intent import Intent
from bot.ladder import wakes
from bot.may import Act
from bot.notice import Kind
from bot.rota import may_mark
from bot.turn import Turn
from bot.views import case, messages
from bot.views import drill as drills
from bot.views import opened as openings
from bot.views.case_reader import for_reader
from bot.views.rota import rota
from intents.naming import keep_from_named
from intents.same_incident import near


class Case(Intent):
    """Open, I have got this, take it over, I spoke to the reporter, and the list of open cases."""

    verbs: ClassVar[Mapping[str, int]] = {
        "open": 1,
        "view": 1,
        "take": 1,
        "takeover": 1,
        "spoke": 1,
        "cases": 0,
    }
    for_vouched: ClassVar[bool] = True
    PHRASES = ("open cases", "cases", "my cases", "acknowledge")
    THEIR_WORDS = re.compile(
        r"(?:please )?(?:can you )?(?:(?:show|list|see|give)(?: me)? )?(?:all )?(?:my |the )?"
        r"(?:open |new |waiting )?(?:cases|reports|alarms)(?: (?:that are )?(?:open|waiting))?"
        r"|what(?:'?s| is| are)?(?: still| all)? (?:waiting|open|new|outstanding|on my plate)"
        r"(?: for me| now| today)?|anything (?:new|waiting|open)",
        re.IGNORECASE,
    )
    """How a role-holder asks for the list; from anybody else it may mean their own reports."""

    def hears(self, turn: Turn) -> bool:
        said = turn.typed.lower().strip(" .!?")
        if turn.message.command == "dsl" or said in self.PHRASES:
            return True
        may_hold = bool(turn.person.holdings) and "my reports" not in said
        return may_hold and self.THEIR_WORDS.fullmatch(said) is not None

    def answer(self, turn: Turn, press: Press) -> Reply:
        if press.verb in ("cases", ""):
            return self._list(turn)
        ref = press.args[0].upper()
        incident = turn.work.incidents.get(ref)
        escalation = turn.work.escalations.get(ref)
        act = Act.KNOW if press.verb in ("open", "view") else Act.TAKE
        if incident is None or escalation is None or not turn.may(act, incident):
            return turn.refuse(press.verb, ref)
        if incident.drill and incident.closed_at is not None:
            return say(drills.over(incident, escalation, turn.directory))
        if press.verb == "open":
            return open_it(turn, incident, escalation)
        if press.verb == "view":
            card = case.case_card(incident, escalation, turn.directory, turn.now)
            reads = turn.may(Act.READ, incident)
            return say(for_reader(card, incident, escalation, turn.person.id, reads=reads))
        if press.verb == "spoke":
            return self._spoke(turn, incident, escalation)
        if incident.drill:
            return self._take_drill(turn, incident, escalation)
        return self._take(turn, incident, escalation, over=press.verb == "takeover")

    def _take_drill(self, turn: Turn, drill: Incident, escalation: Escalation) -> Reply:
        """Taking a drill ends it; everybody who was called can see who took it."""
        if not has_opened(turn, drill):
            return open_it(turn, drill, escalation)
        taken = turn.work.escalations.take(drill.ref, turn.person.id, turn.now)
        if taken.by == turn.person.id:
            turn.audit("take", drill.ref)
            end(turn.work, drill, Outcome.TAKEN, turn.directory, turn.school, turn.now)
        return say(drills.over(drill, replace(escalation, taken=taken), turn.directory))

    def _take(self, turn: Turn, incident: Incident, escalation: Escalation, *, over: bool) -> Reply:
        if not turn.may(Act.READ, incident):
            return self._it_has_the_site(turn, incident)
        if escalation.taken is not None and escalation.taken.by == turn.person.id:
            return say(messages.note(f"You already have {incident.ref}."))
        if escalation.taken is not None and not over:
            return say(case.already_taken(escalation, turn.directory, incident.ref))
        if not has_opened(turn, incident):
            return _not_yet_theirs(turn, incident, escalation)
        if escalation.offered is not None and escalation.offered.to == turn.person.id:
            return accept(turn, incident, escalation)
        if escalation.taken is not None:
            waking = wakes(Audience.OWNER, incident)
            _change_hands(turn, incident, escalation, waking=waking)
        else:
            taken = turn.work.escalations.take(incident.ref, turn.person.id, turn.now)
            if taken.by != turn.person.id:
                late = replace(escalation, taken=taken)
                return say(case.already_taken(late, turn.directory, incident.ref))
        turn.audit("takeover" if over else "take", incident.ref)
        return say(now_has(turn, incident, escalation))

    def _it_has_the_site(self, turn: Turn, incident: Incident) -> Reply:
        """IT deals with the site; the child is still the DSL's, so the ladder goes on."""
        turn.work.incidents.append(
            incident.ref,
            turn.now,
            turn.person.id,
            Part.CASE,
            "it",
            "IT",
            "IT is dealing with the site.",
        )
        turn.audit("it-has-the-site", incident.ref)
        return say(
            messages.note(
                f"Recorded: you are dealing with the site of {incident.ref}.",
                "The DSL still has to take the report.",
                tone=Tone.DONE,
            )
        )

    def _spoke(self, turn: Turn, incident: Incident, escalation: Escalation) -> Reply:
        if escalation.taken is None:
            return self._take(turn, incident, escalation, over=False)
        if escalation.taken.by != turn.person.id:
            return say(case.already_taken(escalation, turn.directory, incident.ref))
        spoken = replace(escalation, spoken_at=turn.now, touched_at=turn.now)
        turn.work.escalations.put(spoken, None)
        settle_ladder(turn.work, incident.ref, turn.school)
        turn.audit("spoke", incident.ref)
        redraw(turn.work, incident.ref, turn.now)
        at = f"{turn.now.astimezone(turn.directory.zone):%H:%M}"
        open_it = (Button("Open", press("open", incident.ref)),)
        told = f"{incident.ref}: spoke to the reporter, {at}."
        return say(
            messages.note(told, tone=Tone.DONE, buttons=open_it),
            replaces=turn.message.press is not None and turn.message.place.private,
        )

    def _list(self, turn: Turn) -> Reply:
        """The open cases; after ``/dsl`` also who is here."""
        rows = known_cases(turn)
        if not rows and (not turn.person.holdings or turn.missing_rooms()):
            return turn.refuse("cases")
        turn.audit("list")
        shown = [case.listing(rows, turn.directory, turn.now)]
        shown += known_drills(turn)
        if missing := turn.missing_rooms():
            unsure = bool(missing & turn.message.inside.unsure)
            shown.append(messages.not_in_room(turn.directory, unsure=unsure))
        if turn.message.command == "dsl" and turn.person.holdings and not turn.person.guest:
            shown.append(rota(turn.directory, turn.now, may_mark=may_mark(turn.person)))
        return Reply(tuple(shown), asked_again=True)


def known_cases(turn: Turn) -> list[tuple[Incident, Escalation | None]]:
    """The open reports this person may know of, each with its ladder."""
    return [
        (incident, turn.work.escalations.get(incident.ref))
        for incident in turn.work.incidents.open()
        if turn.may(Act.KNOW, incident)
    ]


def known_drills(turn: Turn) -> list[Card]:
    """A card for each drill that this person may know of and that is not over."""
    found = (d for d in turn.work.incidents.drills() if turn.may(Act.KNOW, d))
    return [drills.going_on(drill, turn.directory) for drill in found]


def has_opened(turn: Turn, incident: Incident) -> bool:
    """Whether this person has read the report: nobody takes what they have not read."""
    return turn.opened_at(incident.ref, turn.person) is not None


def open_it(turn: Turn, incident: Incident, escalation: Escalation) -> Reply:
    """The report, after the opening has been recorded (a read that cannot be audited does not
    happen, because both are one transaction), and others that may be of the same incident. A
    retry is asked for its leave again."""
    entries = turn.work.incidents.entries(incident.ref)
    if keep_from_named(turn, incident, entries, turn.person):
        return turn.refuse("open", incident.ref)
    only_site = not turn.may(Act.READ, incident)
    turn.audit("open", incident.ref)
    if incident.drill:
        return Reply((drills.opened(incident, turn.directory),), asked_again=True)
    opened = openings.opened(
        incident,
        escalation,
        entries,
        turn.directory,
        turn.now,
        viewer=turn.person.id,
        form=turn.school.form(incident.form),
        only_site=only_site,
    )
    others = None if only_site else near(turn, incident)
    return Reply((opened, others) if others else (opened,), asked_again=True)


def _not_yet_theirs(turn: Turn, incident: Incident, escalation: Escalation) -> Reply:
    """Opened by whoever asked to take it: nobody takes what they have not read, and nobody is to
    think that they have."""
    shown = open_it(turn, incident, escalation)
    if not has_opened(turn, incident):
        return shown
    said = "It is not yours yet. Read it, then press again."
    first, *rest = shown.cards
    return replace(shown, cards=(replace(first, text=(said, *first.text)), *rest))


def accept(turn: Turn, incident: Incident, escalation: Escalation) -> Reply:
    """The hand-over is accepted: from now on it is theirs, and their clock begins."""
    _change_hands(turn, incident, escalation)
    turn.audit("accept", incident.ref)
    return say(now_has(turn, incident, escalation))


def _change_hands(
    turn: Turn, incident: Incident, escalation: Escalation, *, waking: bool = False
) -> None:
    """From now on it is theirs. Whoever had it is told, and so is somebody else who was asked to
    take it; if ``waking``, also where it wakes them."""
    assert escalation.taken is not None
    told = [(escalation.taken.by, Kind.PASSED_ON)]
    offered = escalation.offered
    if offered is not None and offered.to != turn.person.id:
        told.append((offered.to, Kind.OFFER))
    work, ref, now = turn.work, incident.ref, turn.now
    work.escalations.hand_over(ref, turn.person.id, now)
    for person_id, kind in told:
        person = turn.directory.person(person_id)
        if person is not None:
            tell(work, person, kind, ref, now, turn.school, int(now.timestamp()), waking=waking)


def now_has(turn: Turn, incident: Incident, before: Escalation) -> Card:
    """Tells everybody that this person has it; what they are told themselves."""
    settle_ladder(turn.work, incident.ref, turn.school)
    reporter = turn.directory.person(incident.reporter)
    if reporter is not None:
        nth = int(turn.now.timestamp())
        tell(turn.work, reporter, Kind.TAKEN, incident.ref, turn.now, turn.school, nth)
    redraw(turn.work, incident.ref, turn.now)
    escalation = turn.work.escalations.get(incident.ref) or before
    number = _ring_the_reporter(turn, incident)
    return Card(
        title=f"You have {incident.ref}.",
        text=(
            *((number,) if number else ()),
            "The reporter and everyone who was called are being told that you have it.",
        ),
        buttons=openings.opened_buttons(incident, escalation, turn.person.id, False),
        summary="You have this.",
    )


def _ring_the_reporter(turn: Turn, incident: Incident) -> str:
    """Whom to ring: the number they gave for this report, else the one known."""
    reporter = turn.directory.person(incident.reporter)
    given = [e for e in turn.work.incidents.entries(incident.ref) if e.step == "number"]
    number = openings.read(given[-1].words) if given else reporter.phone if reporter else None
    return f"Ring {reporter.name}: {number}." if reporter and number else ""
