"""A delivery's states, and what follows from each try; source: RFC 5321 section 6.1 and delivery.md 5."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from common.errors import IllegalTransition

# How long before each further try after a failure that may pass.
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
# A lost answer is tried once more: better a reminder twice than never.
RETRY_UNANSWERED = timedelta(minutes=15)
LEASE = timedelta(seconds=60)


class Channel(StrEnum):
    """Where a message appears."""

    MESSAGE_BOX = "message_box"
    MAIL = "mail"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class Suppressed(StrEnum):
    """Why a message is not sent."""

    STALE = "STALE"
    LEFT = "LEFT"
    REASSIGNED = "REASSIGNED"
    NO_ADDRESS = "NO_ADDRESS"
    MUTED = "MUTED"
    EXPIRED = "EXPIRED"


class Outcome(StrEnum):
    """How a try ended: taken, refused for now, refused for good, not reached, or without an answer after the data."""

    TAKEN = "taken"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Sequel:
    """The state after a try, and how long until the next; no wait means there is none."""

    state: DeliveryState
    wait: timedelta | None = None


def sequel(outcome: Outcome, *, failures: int, unanswered: int) -> Sequel:
    """Return what follows the try; `failures` and `unanswered` count the earlier tries that ended so."""
    match outcome:
        case Outcome.TAKEN:
            return Sequel(DeliveryState.SENT)
        case Outcome.REFUSED:
            return Sequel(DeliveryState.FAILED)
        case Outcome.UNANSWERED:
            return Sequel(DeliveryState.AMBIGUOUS, RETRY_UNANSWERED if unanswered == 0 else None)
    if failures >= len(BACKOFF):
        return Sequel(DeliveryState.FAILED)
    # What may have arrived stays ambiguous until it surely has.
    return Sequel(DeliveryState.AMBIGUOUS if unanswered else DeliveryState.PENDING, BACKOFF[failures])


def may_be_sent(state: str) -> bool:
    """Tell whether a due delivery in the state is to be sent."""
    return state in {DeliveryState.PENDING, DeliveryState.AMBIGUOUS}


def require_retryable(state: str) -> None:
    """Raise IllegalTransition unless somebody may have it tried again."""
    if state not in {DeliveryState.FAILED, DeliveryState.AMBIGUOUS}:
        raise IllegalTransition(resource="delivery", state=state, action="retry")
