"""Disputes of facts, opened by the employee and decided by the HRBP."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.interview_record.v1 import dispute_pb2 as pb
from tandem.interview_record.v1 import facts_pb2 as facts

from gateway.schemas.fields import moment, optional_text, word
from gateway.schemas.model import Input, PageQuery, Versioned

Text = Annotated[str, Field(min_length=1, max_length=4000)]


class DisputeState(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


class FactKind(StrEnum):
    """What can be disputed or cited."""

    KPI_RESULT = "kpi_result"
    INCIDENT = "incident"
    HIGHLIGHT = "highlight"
    SHORTFALL = "shortfall"


class DisputeOut(Versioned):
    """A dispute of one fact."""

    id: UUID
    interview_id: UUID
    fact_kind: FactKind
    fact_id: UUID
    text: str
    state: DisputeState
    opened_at: datetime | None
    decide_by: datetime | None
    decided_at: datetime | None
    decision_reason: str | None

    @classmethod
    def of(cls, dispute: pb.Dispute) -> "DisputeOut":
        """Return the dispute."""
        return cls(
            id=UUID(dispute.id),
            interview_id=UUID(dispute.interview_id),
            fact_kind=word(FactKind, facts.FactKind, dispute.fact_kind),
            fact_id=UUID(dispute.fact_id),
            text=dispute.text,
            state=word(DisputeState, pb.DisputeState, dispute.state),
            opened_at=moment(dispute.opened_at),
            decide_by=moment(dispute.decide_by),
            decided_at=moment(dispute.decided_at),
            decision_reason=optional_text(dispute.decision_reason),
            version=dispute.version,
        )


class DisputesQuery(PageQuery):
    """Filters of the list of disputes."""

    state: DisputeState | None = None


class AllDisputesQuery(DisputesQuery):
    """Filters of the list of disputes over all cases."""

    interview_id: UUID | None = None
    under_unit_id: UUID | None = None


class NewDispute(Input):
    """A fact that is wrong, and how."""

    fact_kind: FactKind
    fact_id: UUID
    text: Text


class DisputeDecision(Input):
    """What the HRBP decides."""

    uphold: bool
    reason: Text
    corrected_actual: Annotated[
        str,
        Field(
            pattern=r"^(-?\d{1,15}(\.\d{1,6})?)?$",
            description="The right value of an upheld KPI result; empty: the fact is void.",
        ),
    ] = ""
