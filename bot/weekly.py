"""One reader's digest of a week that is over: made once, and from then on what they were shown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, tzinfo

from bot.digest import Digest, Week, digest
from bot.ports import Work


class NotOver(ValueError):
    """A week that is not over; the message says from when there is a digest of it."""

    def __init__(self, week: Week) -> None:
        super().__init__(
            f"The week of {week.in_words()} is not over. Its digest is ready from Monday "
            f"{week.next().in_words()}."
        )


def weekly(
    work: Work,
    week: Week,
    reader: str,
    zone: tzinfo,
    now: datetime,
    kept_from: Collection[str] = (),
) -> Digest:
    """The digest of ``week`` for ``reader``, without what is kept from them or from any of
    ``kept_from``.

    Made again later it could differ, because a report was marked a mistake or turned out to
    concern the reader; a band that changes tells the number behind it, and that somebody is
    spoken about. So a week is made once, when it is over: before, this raises :class:`NotOver`.
    """
    shown = work.digests.shown(week, reader)
    if shown is not None:
        return shown
    span = week.span(zone)
    if now < span[1]:
        raise NotOver(week)
    made = digest(week, work.digests.counted(*span, {reader, *kept_from}))
    work.digests.keep(made, reader)
    return made
