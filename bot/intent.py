"""What a person may mean, and who decides which of them it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from bot.card import Press, Reply
from bot.incident import is_ref
from bot.message import Standing
from bot.turn import Turn


class Intent:
    """One thing a person may mean.

    ``verbs`` are the presses it answers, each with the least number of arguments it needs. A
    press may also be typed (``take 7KQ2M``), so :meth:`typed` must recognise its own arguments
    and nothing that could be ordinary words. ``for_anyone``: guests and outside accounts too;
    ``for_unvouched``: also those nobody has vouched for yet; ``for_vouched``: only while the
    platform vouches for the account. ``counted``: under which
    name turns of it are counted, if they can never be about a report.
    """

    verbs: ClassVar[Mapping[str, int]] = {}
    for_anyone: ClassVar[bool] = False
    for_unvouched: ClassVar[bool] = False
    for_vouched: ClassVar[bool] = False
    counted: ClassVar[str] = ""

    def open_to(self, turn: Turn) -> bool:
        """Whether this is open to somebody of this standing."""
        if turn.person.guest:
            return self.for_anyone or (self.for_unvouched and turn.person.unvouched)
        return not self.for_vouched or turn.message.standing is Standing.MEMBER

    def presses(self, press: Press) -> bool:
        """Whether ``press`` is one of this intent's, and whole."""
        return press.verb in self.verbs and len(press.args) >= self.verbs[press.verb]

    def typed(self, press: Press) -> bool:
        """Whether words that look like ``press`` may be taken for it: a reference must follow,
        and nothing else."""
        return self.presses(press) and len(press.args) == 1 and is_ref(press.args[0].upper())

    def hears(self, turn: Turn) -> bool:
        """Whether the words typed mean this."""
        return False

    def calm(self, turn: Turn) -> bool:
        """Whether something that is not urgent may be told below its answer."""
        return bool(self.counted)

    def answer(self, turn: Turn, press: Press) -> Reply:
        """What to say and do; ``press`` has the empty verb when words were typed."""
        raise NotImplementedError


class Closed(Exception):
    """What was meant is not open to this person, now."""

    def __init__(self, press: Press) -> None:
        super().__init__(press.verb)
        self.press = press


TYPED = Press("")


def choose(intents: Sequence[Intent], turn: Turn) -> tuple[Intent, Press]:
    """The first intent that a press belongs to, else the first that hears the words.

    Raises :class:`LookupError` for a press that belongs to none (a button from another
    version), :class:`Closed` for one that is not open to this person; the last intent of a
    register hears any words.
    """
    press = turn.message.press
    if press is None:
        sentence = Press.parse(turn.typed.lower())
        if any(intent.typed(sentence) for intent in intents):
            press = Press(sentence.verb, tuple(arg.upper() for arg in sentence.args))
    if press is None and turn.person.guest:
        intents = [intent for intent in intents if intent.open_to(turn)]
    for intent in intents:
        if press is None and intent.hears(turn):
            return _opened(intent, turn), TYPED
        if press is not None and intent.presses(press):
            return _opened(intent, turn, press), press
    raise LookupError(press.verb if press else "words")


def _opened(intent: Intent, turn: Turn, press: Press = TYPED) -> Intent:
    if not intent.open_to(turn):
        raise Closed(press)
    return intent
