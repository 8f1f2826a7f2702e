"""Rights that were confirmed just now."""

from datetime import datetime, timedelta

from common.identity import Identity

from directory.domain.errors import StandingTooOld

FRESH = timedelta(seconds=10)


def require_fresh_standing(identity: Identity, now: datetime) -> None:
    """Raise StandingTooOld unless the caller's rights were confirmed within 10 s of `now` (real time)."""
    if identity.standing_checked_at is None or now - identity.standing_checked_at > FRESH:
        raise StandingTooOld
