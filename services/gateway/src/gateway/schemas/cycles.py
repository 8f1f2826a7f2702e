"""Cycles: campaigns of interviews, whom they reach, and why not the others."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import cycle_pb2 as pb
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import facts_pb2 as facts

from gateway.names import Names, PersonRef
from gateway.schemas.fields import day, day_text, moment, number, optional_id, optional_word, word
from gateway.schemas.interviews import DimensionsOut
from gateway.schemas.kpi_results import person_id_of
from gateway.schemas.model import Input, Output, Page, PageQuery, Versioned
from gateway.schemas.people import EmployeeType
from gateway.schemas.tenant import TwoLanguages

Family = Annotated[str, Field(min_length=1, max_length=64)]


class CycleState(StrEnum):
    """Where a cycle stands."""

    DRAFT = "draft"
    LAUNCHED = "launched"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class LeftOutReason(StrEnum):
    """Why somebody in a cycle's units has no interview in it."""

    NO_ACCEPTED_SHORTFALL = "no_accepted_shortfall"
    NOT_IN_FAMILY = "not_in_family"
    NOT_OF_TYPE = "not_of_type"
    LEAVING = "leaving"
    HIRED_TOO_LATE = "hired_too_late"
    HAS_OPEN_INTERVIEW = "has_open_interview"
    PLACEHOLDER = "placeholder"
    EXCLUDED = "excluded"
    CALENDAR_UNKNOWN = "calendar_unknown"


class PopulationRule(Input):
    """Who belongs to a cycle: everybody of the units who meets all that is set, and who is named."""

    unit_ids: Annotated[
        list[UUID], Field(default_factory=list, max_length=500, description="With all under them; none: the tenant.")
    ]
    job_families: Annotated[list[Family], Field(default_factory=list, max_length=50)]
    core_families_only: bool = False
    employee_types: Annotated[list[EmployeeType], Field(default_factory=list, max_length=5)]
    with_accepted_shortfall: Annotated[bool, Field(description="At least one in the cycle's period.")] = False
    hired_until: Annotated[date | None, Field(description="Not those hired later.")] = None
    include_person_ids: Annotated[list[UUID], Field(default_factory=list, max_length=1000)]
    exclude_person_ids: Annotated[list[UUID], Field(default_factory=list, max_length=1000)]

    @classmethod
    def of(cls, rule: pb.PopulationRule) -> "PopulationRule":
        """Return the rule."""
        return cls(
            unit_ids=[UUID(each) for each in rule.unit_ids],
            job_families=list(rule.job_families),
            core_families_only=rule.core_families_only,
            employee_types=[word(EmployeeType, directory.EmployeeType, each) for each in rule.employee_types],
            with_accepted_shortfall=rule.with_accepted_shortfall,
            hired_until=day(rule.hired_until),
            include_person_ids=[UUID(each) for each in rule.include_person_ids],
            exclude_person_ids=[UUID(each) for each in rule.exclude_person_ids],
        )

    def to_contract(self) -> pb.PopulationRule:
        """Return the contract's form."""
        return pb.PopulationRule(
            unit_ids=_texts(self.unit_ids),
            job_families=dict.fromkeys(self.job_families),
            core_families_only=self.core_families_only,
            employee_types=[number(directory.EmployeeType, each) for each in dict.fromkeys(self.employee_types)],
            with_accepted_shortfall=self.with_accepted_shortfall,
            hired_until=day_text(self.hired_until),
            include_person_ids=_texts(self.include_person_ids),
            exclude_person_ids=_texts(self.exclude_person_ids),
        )


class CycleInput(Input):
    """What a draft says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": {"zh_cn": "三季度改进面谈", "en": "Third quarter"},
                    "playbook_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d",
                    "period_from": "2026-07-01",
                    "period_until": "2026-09-30",
                    "window_from": "2026-10-08",
                    "window_until": "2026-10-23",
                    "population": {"with_accepted_shortfall": True},
                }
            ]
        }
    )

    name: TwoLanguages
    playbook_id: UUID
    period_from: Annotated[date, Field(description="The first day whose results are talked about.")]
    period_until: date
    window_from: Annotated[date, Field(description="The first day on which interviews are held.")]
    window_until: date
    population: PopulationRule


class CycleOut(Versioned):
    """A cycle with its counts."""

    id: UUID
    name: TwoLanguages
    state: CycleState
    playbook_id: UUID
    playbook_version: int
    period_from: date | None
    period_until: date | None
    window_from: date | None
    window_until: date | None
    population: PopulationRule
    created_by: PersonRef | None
    created_at: datetime | None
    launched_at: datetime | None
    launch_operation_id: Annotated[str | None, Field(description="Under `/v1/operations`.")]
    closed_at: datetime | None
    members: Annotated[int, Field(description="Of the frozen population.")]
    left_out: int
    interviews_by_state: dict[str, int]

    @classmethod
    def of(cls, cycle: pb.Cycle, names: Names) -> "CycleOut":
        """Return the cycle."""
        launch = optional_id(cycle.launch_operation_id)
        return cls(
            id=UUID(cycle.id),
            name=TwoLanguages(zh_cn=cycle.name.zh_cn, en=cycle.name.en),
            state=word(CycleState, facts.CycleState, cycle.state),
            playbook_id=UUID(cycle.playbook_id),
            playbook_version=cycle.playbook_version,
            period_from=day(cycle.period_from),
            period_until=day(cycle.period_until),
            window_from=day(cycle.window_from),
            window_until=day(cycle.window_until),
            population=PopulationRule.of(cycle.population),
            created_by=names.optional_ref(person_id_of(cycle.created_by)),
            created_at=moment(cycle.created_at),
            launched_at=moment(cycle.launched_at),
            launch_operation_id=f"interview-record~{launch}" if launch else None,
            closed_at=moment(cycle.closed_at),
            members=cycle.members,
            left_out=cycle.left_out,
            interviews_by_state=dict(cycle.interviews_by_state),
            version=cycle.version,
        )


class CyclesQuery(PageQuery):
    """Filters of the list of cycles."""

    state: CycleState | None = None
    unit_id: UUID | None = None


class PreviewMemberOut(Output):
    """Somebody of the cycle's units, in or out, with why."""

    person: PersonRef
    included: bool
    left_out_reason: LeftOutReason | None
    shortfall_ids: Annotated[list[UUID], Field(description="Accepted ones in the period.")]
    needs_manager: Annotated[bool, Field(description="The HRBP would hold the case.")]

    @classmethod
    def of(cls, member: pb.PreviewMember, names: Names) -> "PreviewMemberOut":
        """Return the member."""
        return cls(
            person=names.ref(member.person_id),
            included=member.included,
            left_out_reason=optional_word(LeftOutReason, facts.LeftOutReason, member.left_out_reason),
            shortfall_ids=[UUID(each) for each in member.shortfall_ids],
            needs_manager=member.needs_manager,
        )


class PreviewOut(Page[PreviewMemberOut]):
    """Whom a cycle would reach, a page at a time, with the counts of all pages."""

    included: int
    left_out: int
    left_out_by_reason: dict[str, int]


class PreviewQuery(PageQuery):
    """Which part of a preview."""

    left_out_only: bool = False
    included_only: bool = False


class CycleMemberOut(Output):
    """A member of the population as it was frozen at launch."""

    person: PersonRef
    interview_id: UUID | None
    left_out_reason: LeftOutReason | None
    dimensions: DimensionsOut

    @classmethod
    def of(cls, member: events.CycleMember, names: Names) -> "CycleMemberOut":
        """Return the member."""
        return cls(
            person=names.ref(member.person_id),
            interview_id=optional_id(member.interview_id),
            left_out_reason=optional_word(LeftOutReason, facts.LeftOutReason, member.left_out_reason),
            dimensions=DimensionsOut.of(member.dimensions),
        )


class CycleMembersQuery(PageQuery):
    """Which members of a launched cycle."""

    left_out_only: bool = False
    left_out_reason: LeftOutReason | None = None


class CycleCancelling(Input):
    """Why a cycle is called off."""

    reason: Annotated[str, Field(min_length=1, max_length=2000, description="Kept sealed.")]


def _texts(ids: list[UUID]) -> list[str]:
    return [str(each) for each in dict.fromkeys(ids)]
