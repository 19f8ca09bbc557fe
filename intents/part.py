"""Says who is part of a report: its reporter, or somebody who reads it and was told by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from bot.afresh import concern_changed
from bot.card import Button, Card, Press, Reply, press, say
from bot.climb import tell
from bot.incident import Concern, Entry, Incident, Part
from bot.intent import Intent
from bot.may import Act
from bot.notice import Kind
from bot.people import Person, Role
from bot.recipients import SAFEGUARDING_ROLES, entitled
from bot.siblings import only_mentioned
from bot.turn import Turn
from bot.views import messages
from bot.views.wording import clock_time, number_of
from intents.added import open_again
from intents.naming import ask_reporter, id_now, look_again, named_in_notes


class WhoIsPart(Intent):
    """Presses under a receipt, under an opened report, and under the question about somebody whom
    the words name."""

    verbs: ClassVar[Mapping[str, int]] = {"part": 3, "about": 1}
    for_unvouched: ClassVar[bool] = True

    def answer(self, turn: Turn, press: Press) -> Reply:
        ref = press.args[0].upper()
        incident = turn.work.incidents.get(ref)
        mine = incident is not None and incident.reporter == turn.person.id
        if incident is None or not (mine or turn.may(Act.DECIDE, incident)):
            return turn.refuse(press.verb, ref)
        if press.verb == "about":
            return say(self._about(turn, incident))
        person, yes = turn.directory.person(press.args[1].lower()), press.args[2].lower() == "yes"
        if person is None or (person.id == turn.person.id and not mine):
            return say(messages.note("That is already answered. Thank you."))
        noted = dict(incident.concerns).get(person.id) is Concern.NOTED
        if mine and not (noted and turn.may(Act.DECIDE, incident)):
            return self._by_the_reporter(turn, incident, person, yes=yes)
        return self._by_a_reader(turn, incident, person, yes=yes)

    def _by_the_reporter(
        self, turn: Turn, incident: Incident, person: Person, *, yes: bool
    ) -> Reply:
        standing = dict(incident.concerns).get(person.id)
        if not yes and standing in NOT_THEIRS:
            return say(messages.note("That is already answered. Thank you."))
        before = known_before(turn, incident, person) if yes else ""
        if not yes:
            self._let_in(turn, incident, person)
        elif standing is not Concern.SUBJECT:
            turn.work.incidents.append(
                incident.ref,
                turn.now,
                turn.person.id,
                Part.REPORTER,
                "part",
                "Who is part of it",
                " ".join((f"{person.name}, the reporter says.", before)).strip(),
            )
            self._keep_out(turn, incident, person)
        told = "is kept out of it. Others are being told."
        changed = turn.work.incidents.get(incident.ref)
        if not yes and changed is not None and person in entitled(changed, turn.directory):
            told = "is being told as well."
        elif not yes:
            told = "stays out of it: this kind of report goes to others."
        return _thanks(turn, f"{person.name} {told}", before)

    def _by_a_reader(self, turn: Turn, incident: Incident, person: Person, *, yes: bool) -> Reply:
        """What is answered does not depend on what else is known of that person: it may be known
        from a report that the reader must not know of. No takes back only what the reader's own
        notes, and nobody else's words, said."""
        standing = dict(incident.concerns).get(person.id)
        if yes and standing not in (Concern.SUBJECT, Concern.KEPT):
            self._keep_out(turn, incident, person)
        elif not yes and standing is Concern.NOTED:
            entries = turn.work.incidents.entries(incident.ref)
            if named_in_notes(incident, entries, person, turn.directory) == {turn.person.id}:
                self._let_in(turn, incident, person)
        told = f"{person.name} is kept out of it. {_who_is_left(turn, incident)}"
        return _thanks(turn, told if yes else f"Your words do not keep {person.name} out of it.")

    def _keep_out(self, turn: Turn, incident: Incident, person: Person) -> None:
        """Yes about the DSL or a deputy keeps it from all of them and calls the Principal; yes
        about the Principal calls the chair (Keeping Children Safe in Education, Part Four).
        Whoever says so is not kept out by that.
        """
        work, directory = turn.work, turn.directory
        concerned = {person.id}
        team = any(person.holds(role, incident.centre) for role in SAFEGUARDING_ROLES)
        if team:
            for role in SAFEGUARDING_ROLES:
                concerned |= {each.id for each in directory.holders(role, incident.centre)}
        standing, mine = dict(incident.concerns), turn.person.id == incident.reporter
        for each in sorted(concerned - {turn.person.id}):
            if mine or standing.get(each) is not Concern.SUBJECT:
                how = Concern.SUBJECT if mine else Concern.KEPT
                work.incidents.concern(incident.ref, each, how)
        turn.audit("part-yes", incident.ref)
        if incident.closed_at is not None and mine:
            open_again(turn, work.incidents.get(incident.ref) or incident)
        concern_changed(work, incident.ref, directory, turn.school, turn.now)
        changed = work.incidents.get(incident.ref)
        if team and changed is not None and not mine:
            # The reader may still have it, and then nobody else would be called.
            nth = int(turn.now.timestamp())
            for head in directory.holders(Role.PRINCIPAL, without=changed.kept_from()):
                tell(work, head, Kind.CASE, incident.ref, turn.now, turn.school, nth)

    def _let_in(self, turn: Turn, incident: Incident, person: Person) -> None:
        mine = incident.reporter == turn.person.id
        changed = only_mentioned(turn.work, incident, person.id, says_the_reporter=mine)
        turn.audit("part-no", incident.ref)
        for ref in changed:
            self._still_named(turn, ref, person, asked=incident.ref)
            concern_changed(turn.work, ref, turn.directory, turn.school, turn.now)

    def _still_named(self, turn: Turn, ref: str, person: Person, *, asked: str) -> None:
        """Keep somebody out of a report after all whom its own words name: of another report its
        reporter is asked, of a note on the case its writer, where they have not answered."""
        work, directory = turn.work, turn.directory
        incident, entries = work.incidents.get(ref), work.incidents.entries(ref)
        if incident is None:
            return
        named = look_again(work, incident, entries, [person], directory)
        if named and ref == asked:
            # Of a report's own words its reporter had answered before the note was written.
            work.incidents.concern(ref, person.id, Concern.CLEARED)
        elif named:
            ask_reporter(work, incident, directory, turn.school, turn.now)
        elif waits_for_an_answer(turn, incident, entries, person):
            work.incidents.concern(ref, person.id, Concern.NOTED)

    def _about(self, turn: Turn, incident: Incident) -> Card:
        """Lets the reporter or a reader say at any time that a role-holder is part of it. Whoever
        is kept out already stands here too: who is missing would tell what another has said."""
        people = (
            *turn.directory.holders(Role.DSL, incident.centre),
            *turn.directory.holders(Role.DEPUTY, incident.centre),
            *turn.directory.holders(Role.PRINCIPAL),
        )
        return messages.note(
            "Who is part of this?",
            "One press, and they are told nothing more. Somebody else is called at once.",
            buttons=(
                *(
                    Button(person.name, press("part", incident.ref, person.id, "yes"))
                    for person in dict.fromkeys(people)
                    if person.id != turn.person.id
                ),
                *_may_be_let_in(turn, incident),
            ),
        )


def waits_for_an_answer(
    turn: Turn, incident: Incident, entries: Sequence[Entry], person: Person
) -> bool:
    """Whether somebody else wrote a note that names ``person``, and has not said since that they
    are only mentioned."""
    answered = {
        id_now(turn.directory, actor): at
        for at, actor, act in turn.work.audit.acts(incident.ref)
        if act == "part-no"
    }
    open_notes = [
        entry
        for entry in entries
        if (author := id_now(turn.directory, entry.author)) != turn.person.id
        and answered.get(author, entry.at) <= entry.at
    ]
    return bool(named_in_notes(incident, open_notes, person, turn.directory))


def known_before(turn: Turn, incident: Incident, person: Person) -> str:
    """What somebody has had of a report that is kept from them from now on: their card called
    them and told nothing of it; once opened, they have read it."""
    zone = turn.directory.zone
    opened = turn.opened_at(incident.ref, person)
    if opened is not None:
        return f"{person.name} opened it before, at {clock_time(opened, zone)}."
    shown = [
        each.receipt.at
        for each in turn.work.notices.about(incident.ref)
        if each.kind is Kind.CASE and each.to.person == person.id and each.receipt is not None
    ]
    if not shown:
        return ""
    at = clock_time(min(shown), zone)
    return f"{person.name} was called at {at} and has not opened it."


NOT_THEIRS = (Concern.SUBJECT, Concern.KEPT, Concern.NOTED, Concern.ELSEWHERE)
"""What a reporter is not asked about, or no more, so that their no settles nothing."""


def _may_be_let_in(turn: Turn, incident: Incident) -> tuple[Button, ...]:
    """Those whom only this reader's notes name, and about whom they have not answered yet."""
    entries = turn.work.incidents.entries(incident.ref)
    noted = [p for p, how in incident.concerns if how is Concern.NOTED]
    people = [person for person in map(turn.directory.person, noted) if person is not None]
    return tuple(
        Button(f"{person.name}: only mentioned", press("part", incident.ref, person.id, "no"))
        for person in people
        if named_in_notes(incident, entries, person, turn.directory) == {turn.person.id}
    )


def _who_is_left(turn: Turn, incident: Incident) -> str:
    changed = turn.work.incidents.get(incident.ref) or incident
    beside = {turn.person.id, incident.reporter}
    if any(person.id not in beside for person in entitled(changed, turn.directory)):
        return "Others are being told."
    return f"Nobody else here may open it now. Ring {number_of(turn.directory.numbers.officer)}."


def _thanks(turn: Turn, told: str, before: str = "") -> Reply:
    note = messages.note(f"Thank you. {told}", *([before] if before else []))
    return say(note, replaces=turn.message.press is not None)
