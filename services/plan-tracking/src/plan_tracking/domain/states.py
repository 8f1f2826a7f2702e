"""The states of plans, revisions and blockers, and which command each of them allows."""

from collections.abc import Collection
from enum import StrEnum

from common.errors import IllegalTransition


class PlanState(StrEnum):
    """Where a plan stands; a later revision under way does not move a plan that is active."""

    DRAFT = "draft"
    AWAITING_SIGNATURES = "awaiting_signatures"
    ACTIVE = "active"
    REFUSED = "refused"
    ACHIEVED = "achieved"
    NOT_ACHIEVED = "not_achieved"
    WITHDRAWN = "withdrawn"

    @property
    def ended(self) -> bool:
        """Tell whether nothing more happens to the plan."""
        return self in {PlanState.ACHIEVED, PlanState.NOT_ACHIEVED, PlanState.WITHDRAWN}


class RevisionState(StrEnum):
    """Where one revision stands; what was once offered is never edited again."""

    DRAFT = "draft"
    OFFERED = "offered"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    REFUSED = "refused"


class BlockerState(StrEnum):
    """Where a blocker stands."""

    OPEN = "open"
    ESCALATED = "escalated"
    RESOLVED = "resolved"


class AmendmentState(StrEnum):
    """Where an amendment stands; an open one is taken back when its revision stops governing."""

    PROPOSED = "proposed"
    ACKNOWLEDGED = "acknowledged"
    RETRACTED = "retracted"


class WithdrawReason(StrEnum):
    """Why a plan was withdrawn."""

    REFUSED = "refused"
    LEFT = "left"
    INTERVIEW_CANCELLED = "interview_cancelled"


class RefusalKind(StrEnum):
    """Said by the employee, or a silence that the manager recorded."""

    STATED = "stated"
    SILENCE = "silence"


class RefusalDecision(StrEnum):
    """What the HRBP makes of a refusal."""

    REVISE = "revise"
    ISSUE = "issue"
    WITHDRAW = "withdraw"


class Verdict(StrEnum):
    """How a stage review ends."""

    CONTINUE = "continue"
    ADJUST = "adjust"
    ACHIEVED = "achieved"
    NOT_ACHIEVED = "not_achieved"

    @property
    def ends(self) -> bool:
        """Tell whether the plan ends with it."""
        return self in {Verdict.ACHIEVED, Verdict.NOT_ACHIEVED}


ACTIVE = frozenset({PlanState.ACTIVE})
RUNNING = frozenset(state for state in PlanState if not state.ended)
EDITABLE = frozenset({PlanState.DRAFT, PlanState.ACTIVE})
SIGNABLE = frozenset({PlanState.AWAITING_SIGNATURES, PlanState.ACTIVE})
UNRESOLVED = frozenset({BlockerState.OPEN, BlockerState.ESCALATED})


def allow(resource: str, state: str, allowed: Collection[str], action: str) -> None:
    """Raise IllegalTransition, naming the state, unless it is one of the allowed ones."""
    if state not in allowed:
        raise IllegalTransition(resource=resource, state=str(state), action=action)
