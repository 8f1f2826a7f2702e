"""Cycles between rows and contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from common.timestamps import to_day, to_optional_timestamp, to_timestamp
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import cycle_pb2 as pb
from tandem.interview_record.v1 import facts_pb2 as facts

from interview_record.api.facts_mapping import localized, optional_day, read_day
from interview_record.api.interview_mapping import word
from interview_record.campaigns import CyclePlan
from interview_record.domain.cycles import CycleDates
from interview_record.domain.population import PopulationRule
from interview_record.events import enum_value, text_of
from interview_record.storage.candidates import Member
from interview_record.storage.cycle_tables import CycleRow


@dataclass(frozen=True)
class CycleCounts:
    """How many people a launched cycle reached, left out, and where their interviews stand."""

    members: int = 0
    left_out: int = 0
    interviews: Mapping[str, int] = field(default_factory=dict)


def plan_of(request: pb.CreateCycleRequest | pb.UpdateCycleRequest) -> CyclePlan:
    """Return what the request says a cycle is."""
    return CyclePlan(
        (request.name.zh_cn, request.name.en),
        UUID(request.playbook_id),
        CycleDates(
            read_day(request.period_from, "period_from"),
            read_day(request.period_until, "period_until"),
            read_day(request.window_from, "window_from"),
            read_day(request.window_until, "window_until"),
        ),
        rule_of(request.population),
    )


def rule_of(rule: pb.PopulationRule) -> PopulationRule:
    """Return the population rule of a request."""
    return PopulationRule(
        unit_ids=tuple(UUID(each) for each in rule.unit_ids),
        job_families=tuple(rule.job_families),
        core_families_only=rule.core_families_only,
        employee_types=tuple(word(directory.EmployeeType, "EMPLOYEE_TYPE", each) for each in rule.employee_types),
        with_accepted_shortfall=rule.with_accepted_shortfall,
        hired_until=optional_day(rule.hired_until, "population.hired_until"),
        include_person_ids=frozenset(UUID(each) for each in rule.include_person_ids),
        exclude_person_ids=frozenset(UUID(each) for each in rule.exclude_person_ids),
    )


def rule_message(rule: PopulationRule) -> pb.PopulationRule:
    """Return the population rule as the contract shows it."""
    types = [enum_value(directory.EmployeeType, "EMPLOYEE_TYPE", each) for each in rule.employee_types]
    return pb.PopulationRule(
        unit_ids=[str(each) for each in rule.unit_ids],
        job_families=rule.job_families,
        core_families_only=rule.core_families_only,
        employee_types=types,
        with_accepted_shortfall=rule.with_accepted_shortfall,
        hired_until=to_day(rule.hired_until),
        include_person_ids=sorted(str(each) for each in rule.include_person_ids),
        exclude_person_ids=sorted(str(each) for each in rule.exclude_person_ids),
    )


def cycle_message(row: CycleRow, counts: CycleCounts) -> pb.Cycle:
    """Return the cycle as the contract shows it."""
    return pb.Cycle(
        id=str(row.id),
        name=localized(row.name_zh, row.name_en),
        state=enum_value(facts.CycleState, "CYCLE_STATE", row.state),
        playbook_id=str(row.playbook_id),
        playbook_version=row.playbook_version,
        period_from=to_day(row.period_from),
        period_until=to_day(row.period_until),
        window_from=to_day(row.window_from),
        window_until=to_day(row.window_until),
        population=rule_message(PopulationRule.read(row.population)),
        created_by=row.created_by,
        created_at=to_timestamp(row.created_at),
        launched_at=to_optional_timestamp(row.launched_at),
        launch_operation_id=text_of(row.launch_operation_id),
        closed_at=to_optional_timestamp(row.closed_at),
        members=counts.members,
        left_out=counts.left_out,
        interviews_by_state=counts.interviews,
        version=row.version,
    )


def preview_message(member: Member) -> pb.PreviewMember:
    """Return one of the people whom a cycle would reach or leave out."""
    return pb.PreviewMember(
        person_id=str(member.person_id),
        included=member.left_out is None,
        left_out_reason=enum_value(facts.LeftOutReason, "LEFT_OUT_REASON", member.left_out),
        shortfall_ids=[str(each) for each in member.shortfall_ids],
        needs_manager=member.needs_manager,
    )
