"""Turns a database's faults into the two that the bot knows, without a word of what was stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from bot.ports import Conflict, Unavailable

DEADLOCK = "40P01"
SERIALIZATION = "40001"
NO_TABLES = "42P01"


@contextmanager
def translated() -> Iterator[None]:
    """Raise :class:`Unavailable` or :class:`Conflict` for what the database cannot do now.

    The original is dropped, not chained: drivers quote values in their messages. Faults of our
    own statements pass through; SQLAlchemy is told to hide their parameters.
    """
    try:
        yield
    except exc.DBAPIError as fault:
        known = _known(fault)
        if known is None:
            raise
    except exc.TimeoutError:
        known = Unavailable("pool-timeout")
    else:
        return
    raise known from None


def _known(fault: exc.DBAPIError) -> Unavailable | Conflict | None:
    code = _code(fault)
    if code in (DEADLOCK, SERIALIZATION) or isinstance(fault, exc.IntegrityError):
        return Conflict(code)
    if code == NO_TABLES or fault.connection_invalidated:
        return Unavailable(code)
    if isinstance(fault, exc.ProgrammingError | exc.DataError | exc.NotSupportedError):
        return None
    return Unavailable(code)


def _code(fault: exc.DBAPIError) -> str:
    """What the driver calls it: ``SQLITE_BUSY``, an SQLSTATE, or the class of the fault."""
    original = fault.orig
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return str(code or type(original).__name__)
