"""Facts, playbooks and cycles as outgoing events: ids, dates, numbers and words of state."""

from collections.abc import Sequence
from typing import Any

from common.timestamps import to_day, to_optional_timestamp, to_timestamp
from google.protobuf.message import Message
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import facts_pb2 as facts

from interview_record.events import enum_value, text_of
from interview_record.rules import read_rules
from interview_record.storage.cycle_tables import CycleMemberRow, CycleRow, PlaybookRow, PlaybookVersionRow
from interview_record.storage.facts_tables import KpiResultRow
from interview_record.words import decimal_text


def kpi_recorded(row: KpiResultRow, *, withdrawn: bool = False) -> Message:
    """Return that a result a plan works on was recorded, or is void without a successor."""
    return events.KpiRecorded(
        kpi_result_id=str(row.id),
        person_id=str(row.person_id),
        metric_code=row.metric_code,
        period_from=to_day(row.period_from),
        period_until=to_day(row.period_until),
        target=decimal_text(row.target),
        actual=decimal_text(row.actual),
        measure_unit=row.measure_unit,
        direction=enum_value(facts.Direction, "DIRECTION", row.direction),
        recorded_at=to_timestamp(row.recorded_at),
        supersedes_id=text_of(row.supersedes_id),
        withdrawn=withdrawn,
    )


def playbook_published(row: PlaybookRow, version: PlaybookVersionRow) -> Message:
    """Return that a version is what new cases begin with."""
    return events.PlaybookPublished(**_playbook(row, version))


def playbook_snapshot(row: PlaybookRow, version: PlaybookVersionRow) -> Message:
    """Return a published version as it stands."""
    return events.PlaybookSnapshot(**_playbook(row, version))


def _playbook(row: PlaybookRow, version: PlaybookVersionRow) -> dict[str, Any]:
    return {
        "playbook_id": str(row.id),
        "playbook_version": version.number,
        "code": row.code,
        "unit_id": text_of(row.unit_id),
        "rules": read_rules(version.rules),
    }


def cycle_launched(row: CycleRow) -> Message:
    """Return that the cycle runs."""
    return events.CycleLaunched(cycle=cycle_facts(row))


def cycle_closed(row: CycleRow) -> Message:
    """Return that the cycle ended."""
    return events.CycleClosed(cycle=cycle_facts(row))


def cycle_cancelled(row: CycleRow) -> Message:
    """Return that the cycle was called off."""
    return events.CycleCancelled(cycle=cycle_facts(row))


def cycle_snapshot(row: CycleRow) -> Message:
    """Return the cycle as it stands."""
    return events.CycleSnapshot(cycle=cycle_facts(row))


def population_frozen(cycle: CycleRow, members: Sequence[CycleMemberRow]) -> Message:
    """Return a part of the population as it was at launch; at most 500 members."""
    return events.CyclePopulationFrozen(cycle_id=str(cycle.id), members=[cycle_member(each) for each in members])


def cycle_member(row: CycleMemberRow) -> events.CycleMember:
    """Return one member, in or out."""
    frozen = row.dimensions
    return events.CycleMember(
        person_id=str(row.person_id),
        dimensions=facts.Dimensions(
            unit_id=frozen["unit_id"],
            unit_path=frozen["unit_path"],
            job_family=frozen["job_family"],
            core_family=frozen["core_family"],
            level=frozen["level"],
            manager_id=frozen["manager_id"],
            employee_type=enum_value(directory.EmployeeType, "EMPLOYEE_TYPE", frozen["employee_type"]),
            cycle_id=str(row.cycle_id),
        ),
        interview_id=text_of(row.interview_id),
        left_out_reason=enum_value(facts.LeftOutReason, "LEFT_OUT_REASON", row.left_out_reason),
    )


def cycle_facts(row: CycleRow) -> facts.CycleFacts:
    """Return all that others may know of a cycle."""
    return facts.CycleFacts(
        cycle_id=str(row.id),
        state=enum_value(facts.CycleState, "CYCLE_STATE", row.state),
        playbook_id=str(row.playbook_id),
        playbook_version=row.playbook_version,
        period_from=to_day(row.period_from),
        period_until=to_day(row.period_until),
        window_from=to_day(row.window_from),
        window_until=to_day(row.window_until),
        unit_ids=[str(each) for each in row.unit_ids],
        created_by=row.created_by,
        launched_at=to_optional_timestamp(row.launched_at),
        closed_at=to_optional_timestamp(row.closed_at),
    )
