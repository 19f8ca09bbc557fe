"""Hears one message and answers it, all in one transaction, or says that nothing was kept."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.card import Card, Press, Reply, say
from bot.clock import ticking
from bot.incident import is_ref
from bot.intent import Closed, Intent, choose
from bot.introduction import Introductions
from bot.message import Message, Standing
from bot.people import Directory, Identity, Person, unlisted_id
from bot.ports import Conflict, Store, Unavailable, Work
from bot.tally import Tally
from bot.turn import School, Turn
from bot.views import drill as drills
from bot.views import messages
from bot.views.act_now import act_now, answers_not_saved, fault, not_known, not_saved
from bot.views.sheets import SEND

log = logging.getLogger(__name__)

TRIES = 4
FRESH = timedelta(seconds=5)
"""How old the people in memory may be: a change is seen by every process within 10 seconds."""


@dataclass(frozen=True)
class _Answered:
    """What came of one turn: the reply (``None`` for a press that means nothing), the people known
    after it, and under which name it is counted, if at all."""

    reply: Reply | None
    directory: Directory
    counted: str = ""


class Bot:
    """The whole of the synchronous heart: :meth:`hear` is its one door."""

    def __init__(
        self,
        store: Store,
        intents: Sequence[Intent],
        school: School,
        directory: Directory,
        clock: Callable[[], datetime],
        follow: Callable[[Work], None],
        tally: Tally,
    ) -> None:
        self._store, self._intents, self._school = store, intents, school
        self._directory, self._clock, self._follow = directory, clock, follow
        self._read_at: datetime | None = None
        self._tally = tally
        self._introductions = Introductions(school.privacy_notice)

    @property
    def school(self) -> School:
        return self._school

    def directory(self) -> Directory:
        """The people last known; needs no database."""
        return self._directory

    def refresh(self, work: Work, now: datetime) -> Directory:
        """The people as they are now; they and the policy are read again when what is in
        memory is old."""
        if self._read_at is None or abs(now - self._read_at) >= FRESH:
            self._directory = self._directory.with_people(work.people.all())
            self._follow(work)
            self._read_at = now
        return self._directory

    def hear(self, message: Message) -> Reply:
        """What to say to ``message``.

        The reply is given only after everything it says was kept is committed. A retry of a
        submission gets the reply of the first. Never raises: a fault becomes a card with a
        number to quote and whom to ring.
        """
        now = self._clock()
        if message.standing is Standing.BOT:
            return Reply()
        if not _whole(message.text):
            return say(
                act_now(self._directory, self._school.forms, self._whose(message), now),
                messages.not_whole(),
            )
        try:
            for _ in range(TRIES - 1):
                try:
                    return self._hear_once(message, now)
                except Conflict:
                    # Another process may have met this person, or changed what is in memory.
                    self._read_at = None
            return self._hear_once(message, now)
        except Unavailable:
            return self.without_store(message, now)
        except Exception:
            number = secrets.token_hex(3)
            log.exception("turn failed", extra={"action": "hear", "fault": number})
            return _unkept(fault(self._directory, self._whose(message), now, number))

    def look(self, message: Message) -> Reply | None:
        """What :meth:`hear` would say, with nothing kept of it: for what is drawn again and
        again. ``None`` when the database cannot say."""
        try:
            with self._store.work() as work:
                return self._reply(message, work, self._clock()).reply
        except Unavailable:
            return None

    def without_store(self, message: Message, now: datetime | None = None) -> Reply:
        """What is said when nothing can be kept: the numbers, from memory."""
        now = now or self._clock()
        number = secrets.token_hex(3)
        log.error("no database", extra={"action": "hear", "fault": number})
        person = self._whose(message)
        if message.press is not None and message.press.verb == SEND:
            ref = next(filter(is_ref, message.press.args), "")
            return _unkept(answers_not_saved(self._directory, person, now, number, ref))
        card = not_saved(self._directory, person, now, number)
        if message.press is not None and message.press.verb in ("tell", "ring"):
            return _unkept(card)
        first = act_now(self._directory, self._school.forms, person, now)
        return _unkept(first.without_buttons(), card)

    def too_slow(self, message: Message) -> Reply:
        """What is said while a turn is still going on: it may be saved yet, or not."""
        now = self._clock()
        number = secrets.token_hex(3)
        log.error("slow", extra={"action": "hear", "fault": number})
        return _unkept(not_known(self._directory, self._whose(message), now, number))

    def _whose(self, message: Message) -> Person:
        """Whose message it is; a stranger is at the first centre."""
        known = self._directory.known_as(message.identity)
        return known or Person("", "", next(iter(self._directory.centres)), guest=True)

    def _hear_once(self, message: Message, now: datetime) -> Reply:
        with self._store.work() as work:
            heard = work.heard.reply_to(message.submission)
            if heard is not None:
                return heard
            begun = ticking()
            answered = self._reply(message, work, now)
            reply = answered.reply
            if reply is None:
                return say(messages.dead_button())
            if not reply.asked_again:
                work.heard.add(message.submission, reply, now)
            work.commit()
        self._directory = answered.directory
        if answered.counted:
            self._tally.turn(answered.counted, ticking() - begun)
        return reply

    def note_refusal(self, identity: Identity, why: str) -> None:
        """Record a refusal that was made before anything was heard; a store that cannot be used
        does not turn it into a yes."""
        known = self._directory.known_as(identity)
        try:
            with self._store.work() as work:
                actor = known.id if known else f"{identity.platform}-account"
                work.audit.record(self._clock(), actor, "refused", detail=why)
                work.commit()
        except Unavailable:
            log.error("not audited", extra={"action": "refuse", "fault": why})

    def introduction(self, identity: Identity) -> Card | None:
        """What somebody who was given Lanyard is to read once, if they have not."""
        try:
            with self._store.work() as work:
                return self._introductions.due(work, identity)
        except Unavailable:
            return None

    def introduced(self, identity: Identity) -> None:
        """They were shown it."""
        try:
            with self._store.work() as work:
                self._introductions.told(work, identity, self._directory, self._clock())
                work.commit()
        except Unavailable:
            log.warning("introduction not kept", extra={"action": "introduce"})

    def _reply(self, message: Message, work: Work, now: datetime) -> _Answered:
        """The answer, and what is known after it."""
        message = message.spoken()
        directory = self.refresh(work, now)
        person = directory.known_as(message.identity)
        if person is None:
            person = self._stranger(message, work, directory)
            work.audit.record(now, person.id, "new-person", detail=message.standing)
            directory = directory.with_people([*directory.people.values(), person])
        else:
            person = _as_vouched(person, message.standing, work, now)
        speaker = replace(person, guest=person.guest or person.unvouched)
        turn, counted = Turn(message, speaker, directory, self._school, work, now), ""
        try:
            intent, pressed = choose(self._intents, turn)
        except Closed as closed:
            reply = turn.refuse(closed.press.verb, next(iter(closed.press.args), ""))
        except LookupError:
            return _Answered(None, directory)
        else:
            reply, counted = _answer(intent, turn, pressed), intent.counted
            if intent.calm(turn):
                reply = self._introductions.below(turn, reply)
        shown = reply.for_chat(forms=message.forms, everyone=message.rooms)
        return _Answered(shown, directory, counted)

    def _stranger(self, message: Message, work: Work, directory: Directory) -> Person:
        """Somebody not heard before. A member of the allow-listed workspace is staff; a guest
        or an outside account is marked, and gets no further than an unchecked alarm. Whoever is
        not vouched for yet is treated as a guest, but what they say of their alarm is taken.
        Whoever was forgotten and comes back stays kept out of what was kept from them."""
        person = Person(
            id=unlisted_id(),
            name=message.name or "A member of staff",
            centre=next(iter(directory.centres)),
            identities=(message.identity,),
            guest=message.standing in (Standing.GUEST, Standing.OUTSIDE),
            unvouched=message.standing is Standing.UNKNOWN,
        )
        work.people.put(person)
        work.kept_out.come_back(person.id, person.identities)
        return person


def _answer(intent: Intent, turn: Turn, press: Press) -> Reply:
    """The intent's answer; about a drill with DRILL on every card, and nothing can be added to
    one: words that somebody meant would be lost in it."""
    drill = turn.drill(press)
    if drill is None:
        return intent.answer(turn, press)
    if press.verb not in drills.VERBS:
        return drills.marked_reply(say(drills.nothing_to_add(drill)))
    return drills.marked_reply(intent.answer(turn, press))


def _as_vouched(person: Person, standing: Standing, work: Work, now: datetime) -> Person:
    """Somebody known, as the platform vouches for them now.

    A guest who became a member of staff is one from now on, and the other way round. Whoever
    holds a role keeps being called in it whatever the platform says: only reading is closed.
    The first time it says anything, the cards of what they sent say so too.
    """
    guest = standing in (Standing.GUEST, Standing.OUTSIDE)
    changed = replace(person, guest=guest, unvouched=False)
    if standing is Standing.UNKNOWN or changed == person:
        return person
    if not (guest and person.holdings):
        # Only this: their roles and accounts may have changed since they were read.
        work.people.set_standing(person.id, guest=guest, unvouched=False)
    for incident in work.incidents.by(person.id) if person.unvouched else ():
        work.notices.redraw(incident.ref, now)
    return changed


def _unkept(*cards: Card) -> Reply:
    return Reply(cards, kept=False)


def _whole(text: str) -> bool:
    """Whether every character arrived: half an emoji could not be given back."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
