"""Identifiers: time-ordered for new things, name-based for things that two sides must name alike."""

from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

NAMESPACE = UUID("5c9b2f0e-7d64-5b8e-9a41-6f0c3d2e8b17")
_SEPARATOR = "\x1f"


def new_id() -> UUID:
    """Return a new UUIDv7; ids made later in one process sort later (RFC 9562 section 5.7)."""
    return uuid7()


def stable_id(*parts: object) -> UUID:
    """Return the UUIDv5 of the parts, the same in every process; parts may not hold the unit separator."""
    words = [str(part) for part in parts]
    if not words or any(_SEPARATOR in word for word in words):
        raise ValueError("a stable id needs parts without the unit separator")
    return uuid5(NAMESPACE, _SEPARATOR.join(words))
