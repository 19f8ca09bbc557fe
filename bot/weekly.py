"""One reader's digest of one week: made once, and from then on what they were shown."""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.digest import Digest, Week, digest
from bot.ports import Work


def weekly(work: Work, week: Week, reader: str, zone: tzinfo, now: datetime) -> Digest:
    """The digest of ``week`` for the person ``reader``.

    Made again later it could differ, because a report was marked a mistake or turned out to
    concern the reader; a band that changes tells the number behind it, and that somebody is
    spoken about. So a week that is over is made once.
    """
    shown = work.digests.shown(week, reader)
    if shown is not None:
        return shown
    span = week.span(zone)
    made = digest(week, work.digests.counted(*span, [reader]))
    if span[1] <= now:
        work.digests.keep(made, reader)
    return made
