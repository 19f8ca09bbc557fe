"""What a person may mean, and who decides which of them it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from bot.card import Press, Reply
from bot.incident import is_ref
from bot.turn import Turn


class Intent:
    """One thing a person may mean.

    ``verbs`` are the presses it answers. A press may also be typed (``take 7KQ2``), so
    :meth:`presses` must recognise its own arguments and nothing that could be ordinary words.
    """

    verbs: ClassVar[frozenset[str]] = frozenset()
    arguments: ClassVar[int] = 1

    def presses(self, press: Press) -> bool:
        """Whether ``press`` is one of this intent's."""
        return press.verb in self.verbs

    def typed(self, press: Press) -> bool:
        """Whether words that look like ``press`` may be taken for it: a reference must follow."""
        return (
            press.verb in self.verbs
            and len(press.args) == self.arguments
            and is_ref(press.args[0].upper())
        )

    def hears(self, turn: Turn) -> bool:
        """Whether the words typed mean this."""
        return False

    def answer(self, turn: Turn, press: Press) -> Reply:
        """What to say and do; ``press`` has the empty verb when words were typed."""
        raise NotImplementedError


TYPED = Press("")


def choose(intents: Sequence[Intent], turn: Turn) -> tuple[Intent, Press]:
    """The first intent that a press belongs to, else the first that hears the words.

    Raises :class:`LookupError` when none does; the last intent of a register hears anything.
    """
    press = turn.message.press
    if press is not None:
        return next(intent for intent in intents if intent.presses(press)), press
    sentence = Press.parse(turn.typed.lower())
    for intent in intents:
        if len(turn.typed) < 60 and intent.typed(sentence):
            return intent, Press(sentence.verb, tuple(arg.upper() for arg in sentence.args))
    for intent in intents:
        if intent.hears(turn):
            return intent, TYPED
    raise LookupError("no intent hears this")
