"""Between the contracts' ids and moments and those of the rows."""

from datetime import datetime
from uuid import UUID


def optional_id(text: str) -> UUID | None:
    """Return the id, or None for the empty string."""
    return UUID(text) if text else None


def iso(moment: datetime | None) -> str:
    """Return the moment's text, empty for none."""
    return moment.isoformat() if moment else ""
