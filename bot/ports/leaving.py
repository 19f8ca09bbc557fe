"""What the bot needs done with what is kept of people who have left the school."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


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
