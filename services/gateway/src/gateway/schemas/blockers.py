"""执行卡点: what stops a measure."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.plan_tracking.v1 import blocker_pb2 as pb
from tandem.plan_tracking.v1 import facts_pb2 as facts

from gateway.names import Names, PersonRef
from gateway.schemas.fields import moment, optional_id, optional_text, word
from gateway.schemas.model import Input, PageQuery, Versioned

Text = Annotated[str, Field(min_length=1, max_length=4000)]


class BlockerState(StrEnum):
    """Where a blocker stands."""

    OPEN = "open"
    ESCALATED = "escalated"
    RESOLVED = "resolved"


class NewBlocker(Input):
    """What stops a measure, or the plan; who clears it, by when."""

    plan_id: UUID
    measure_id: Annotated[UUID | None, Field(description="Null: the plan as a whole.")] = None
    text: Text
    owner_id: UUID
    resolve_by_on: Annotated[date | None, Field(description="The last day; null: the playbook's.")] = None


class Resolution(Input):
    """How a blocker was resolved."""

    resolution: Text


class BlockersQuery(PageQuery):
    """Filters of the list of blockers; all must hold."""

    plan_id: UUID | None = None
    owner_id: UUID | None = None
    under_unit_id: UUID | None = None
    states: Annotated[list[BlockerState], Field(default_factory=list)]


class BlockerOut(Versioned):
    """A blocker."""

    id: UUID
    plan_id: UUID
    measure_id: UUID | None
    text: str | None
    owner: PersonRef
    state: BlockerState
    resolve_by: datetime | None
    raised_by: PersonRef
    raised_at: datetime | None
    escalated_at: datetime | None
    resolution: str | None
    resolved_by: PersonRef | None
    resolved_at: datetime | None

    @classmethod
    def of(cls, blocker: pb.Blocker, names: Names) -> "BlockerOut":
        """Return the blocker with the names of its people."""
        return cls(
            id=UUID(blocker.id),
            plan_id=UUID(blocker.plan_id),
            measure_id=optional_id(blocker.measure_id),
            text=optional_text(blocker.text),
            owner=names.ref(blocker.owner_id),
            state=word(BlockerState, facts.BlockerState, blocker.state),
            resolve_by=moment(blocker.resolve_by),
            raised_by=names.ref(blocker.raised_by),
            raised_at=moment(blocker.raised_at),
            escalated_at=moment(blocker.escalated_at),
            resolution=optional_text(blocker.resolution),
            resolved_by=names.optional_ref(blocker.resolved_by),
            resolved_at=moment(blocker.resolved_at),
            version=blocker.version,
        )
