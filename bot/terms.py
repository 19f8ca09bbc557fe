"""School days and school hours, for the clocks that rest at night and in the holidays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from bot.escalation import SchoolTime


class Terms(SchoolTime):
    """School time: opening hours on weekdays in term that are not bank holidays.

    ``terms`` are (first day, last day) pairs; outside the first and the last of them every
    weekday counts, so that a calendar nobody filled in makes clocks run, never rest.
    ``opens`` and ``closes`` are hours of the day in ``zone``.
    """

    def __init__(
        self, zone: ZoneInfo, opens: int, closes: int, terms: Sequence[tuple[date, date]]
    ) -> None:
        self.zone, self.opens, self.closes, self.terms = zone, opens, closes, tuple(terms)
        self.bank_holidays = holidays.country_holidays("GB", subdiv="ENG")

    def is_school_day(self, day: date) -> bool:
        if day.weekday() >= 5 or day in self.bank_holidays:
            return False
        if not self.terms or not min(self.terms)[0] <= day <= max(last for _, last in self.terms):
            return True
        return any(first <= day <= last for first, last in self.terms)

    def is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        return self.is_school_day(local.date()) and self.opens <= local.hour < self.closes

    def shut_from(self, moment: datetime) -> datetime:
        if not self.is_open(moment):
            return moment
        local = moment.astimezone(self.zone)
        return local.replace(hour=self.closes, minute=0, second=0, microsecond=0)

    def opens_again(self, moment: datetime) -> datetime:
        """When the school next opens after ``moment``, in its own time."""
        local = moment.astimezone(self.zone)
        opens = local.replace(hour=self.opens, minute=0, second=0, microsecond=0)
        while opens <= local or not self.is_school_day(opens.date()):
            opens += timedelta(days=1)
        return opens

    def add(self, start: datetime, span: timedelta) -> datetime:
        """``start`` (aware) moved forward by ``span`` of school time."""
        at, left = start.astimezone(self.zone), span
        while True:
            opens = at.replace(hour=self.opens, minute=0, second=0, microsecond=0)
            closes = at.replace(hour=self.closes, minute=0, second=0, microsecond=0)
            if self.is_school_day(at.date()) and at < closes:
                at = max(at, opens)
                if left <= closes - at:
                    return at + left
                left -= closes - at
            at = opens + timedelta(days=1)
