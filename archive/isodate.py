"""Times as text."""

from __future__ import annotations

from datetime import datetime


def iso_date(moment: datetime | None, *, day_only: bool = False) -> str | None:
    """ISO 8601 as the page meant it: a day where it gave a day, else an instant with its offset."""
    if moment is None:
        return None
    return moment.date().isoformat() if day_only else moment.isoformat()
