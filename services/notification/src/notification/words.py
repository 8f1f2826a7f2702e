"""Between the contracts' enums and ids and those of the rows."""

from datetime import datetime
from typing import Any
from uuid import UUID


def word(kind: Any, number: int) -> str:
    """Return the enum's name as the word that rows hold: BOOKING_STATE_PROPOSED is proposed, unset is empty."""
    prefix = kind.Name(0).removesuffix("UNSPECIFIED")
    found = str(kind.Name(number)).removeprefix(prefix).lower()
    return "" if found == "unspecified" else found


def optional_id(text: str) -> UUID | None:
    """Return the id, or None for the empty string."""
    return UUID(text) if text else None


def iso(moment: datetime | None) -> str:
    """Return the moment's text, empty for none."""
    return moment.isoformat() if moment else ""
