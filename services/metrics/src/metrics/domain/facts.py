"""What consumed events say, in this service's words; each holds the whole state of its object."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.steps import StepState


@dataclass(frozen=True)
class Stamp:
    """Where an event stands: `(epoch, sequence)` among its aggregate's events, `position` among the kept facts."""

    epoch: int
    sequence: int
    position: int


@dataclass(frozen=True)
class TenantFact:
    """The tenant's zone and when it was created."""

    tenant_id: UUID
    time_zone: str
    created_at: datetime


@dataclass(frozen=True)
class UnitFact:
    """A unit and where it hangs, from the root to itself."""

    unit_id: UUID
    path: tuple[UUID, ...]


@dataclass(frozen=True)
class Dimensions:
    """What a case, or a person, is counted by."""

    unit_id: UUID
    unit_path: tuple[UUID, ...]
    job_family: str
    core_family: bool
    level: str
    manager_id: UUID | None
    employee_type: str
    cycle_id: UUID | None = None


@dataclass(frozen=True)
class PersonFact:
    """A person as they are now."""

    person_id: UUID
    dimensions: Dimensions
    time_zone: str
    placeholder: bool
    active: bool


@dataclass(frozen=True)
class MemberFact:
    """A person of a cycle's population as it was at launch."""

    person_id: UUID
    dimensions: Dimensions
    interview_id: UUID | None
    left_out_reason: str


@dataclass(frozen=True)
class PopulationFact:
    """A part of a cycle's population."""

    cycle_id: UUID
    members: tuple[MemberFact, ...]


@dataclass(frozen=True)
class InterviewFact:
    """An interview as it stands, with the dimensions frozen when it opened."""

    interview_id: UUID
    employee_id: UUID
    manager_id: UUID | None
    state: str
    dimensions: Dimensions
    opened_at: datetime
    session_ended_at: datetime | None
    concluded_at: datetime | None
    archived_at: datetime | None


@dataclass(frozen=True)
class EvaluationFact:
    """A given evaluation; the mean is of the four content questions, 1 to 5."""

    interview_id: UUID
    employee_id: UUID
    evaluator: str
    evaluated_at: datetime
    content_mean: float


@dataclass(frozen=True)
class StepFact:
    """One row of the ledger as its owner states it."""

    step_id: UUID
    interview_id: UUID
    step: str
    occurrence: str
    employee_id: UUID
    manager_id: UUID | None
    responsible_id: UUID | None
    object_id: UUID | None
    required: bool
    after_first_review: bool
    state: StepState
    due_at: datetime | None
    ended_at: datetime | None
    late: bool = False
    waived_by: str = ""
    waiver_reason: str = ""


@dataclass(frozen=True)
class PlanFact:
    """A plan as it stands; `ends_on` is the last due date in force."""

    plan_id: UUID
    interview_id: UUID
    employee_id: UUID
    manager_id: UUID | None
    state: str
    withdraw_reason: str
    in_force_at: datetime | None
    ends_on: date | None
    closed_at: datetime | None


@dataclass(frozen=True)
class BlockerFact:
    """A blocker as it stands."""

    blocker_id: UUID
    interview_id: UUID
    employee_id: UUID
    raised_at: datetime
    resolved_at: datetime | None


Said = (
    TenantFact
    | UnitFact
    | PersonFact
    | PopulationFact
    | InterviewFact
    | EvaluationFact
    | StepFact
    | PlanFact
    | BlockerFact
)
