"""How long a period of the law lasts: months by the number of the day, or calendar days."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Duration:
    """Either months or days, never both."""

    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        if (self.months > 0) == (self.days > 0) or self.months < 0 or self.days < 0:
            raise ValueError("une durée s’écrit en mois ou en jours, l’un ou l’autre, et supérieure à zéro")

    def after(self, day: date) -> date:
        """The day on which the period ends that begins on this day."""
        return add_months(day, self.months) if self.months else day + timedelta(days=self.days)

    def __str__(self) -> str:
        if self.months:
            return f"{self.months} mois"
        return f"{self.days} jour{'s' if self.days > 1 else ''}"


def add_months(day: date, months: int) -> date:
    """The day of the same number so many months later; where that month has none, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
