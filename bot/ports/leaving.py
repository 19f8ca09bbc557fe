"""What the bot needs done with what is kept of people who have left the school."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from bot.people import Identity


class Leavers(Protocol):
    """Those who have left: what is kept of them goes as soon as nothing needs it.

    While a report is open that they made or took, all of it is needed: somebody may have to reach
    them. While one is kept that names them, their name is.
    """

    def add(self, person: str, at: datetime) -> None:
        """Somebody has left."""
        ...

    def forget_account(self, account: str) -> bool:
        """Delete what platforms said of an account that is nobody's: whose owner was given Lanyard
        and never wrote. Whether there was anything."""
        ...

    def forget(self) -> tuple[str, ...]:
        """Delete what nothing needs of everybody who has left; whoever holds a role again has
        not. Returns those of whom nothing is left now."""
        ...


class KeptOut(Protocol):
    """From whom a report is kept, whatever they are called here: of an account that is theirs no
    longer a keyed code stays with the report, for as long as that keeps it from them."""

    def remember(self, person: str, accounts: Iterable[Identity]) -> None:
        """These accounts of ``person``'s are about to be deleted, or given to somebody else."""
        ...

    def come_back(self, person: str, accounts: Iterable[Identity]) -> tuple[str, ...]:
        """``person`` has come with ``accounts``: what is kept from whoever had one of them before
        is kept from ``person`` too. Returns those reports of which that is new."""
        ...
