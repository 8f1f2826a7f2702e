"""What becomes of a shortfall: found, accepted or dismissed by a person, gone with the results behind it."""

from enum import StrEnum

from common.errors import IllegalTransition


class ShortfallState(StrEnum):
    """Where a shortfall stands."""

    FOUND = "found"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    GONE = "gone"


# Changing one's mind is allowed: what a manager dismissed the HRBP may accept, and the other way round.
_DECIDABLE = {
    "accept": frozenset({ShortfallState.FOUND, ShortfallState.DISMISSED}),
    "dismiss": frozenset({ShortfallState.FOUND, ShortfallState.ACCEPTED}),
}


def check_decision(state: str, action: str) -> None:
    """Raise IllegalTransition for a shortfall that is gone, or decided so already."""
    if ShortfallState(state) not in _DECIDABLE[action]:
        raise IllegalTransition(resource="shortfall", state=state, action=action)


def after_detection(state: str | None, *, short: bool) -> ShortfallState | None:
    """Return the state after results were looked at again; None where there was and is nothing.

    A decision outlives new sums; what is no longer short is gone whatever was decided, and counts as found anew
    when it comes back.
    """
    if not short:
        return None if state is None else ShortfallState.GONE
    if state is None or state == ShortfallState.GONE:
        return ShortfallState.FOUND
    return ShortfallState(state)
