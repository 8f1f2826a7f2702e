"""What other services' facts become in the read copies."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from common.timestamps import from_day, from_optional_timestamp, from_timestamp
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as interview_events
from tandem.interview_record.v1 import facts_pb2 as interview
from tandem.interview_record.v1 import playbook_rules_pb2 as playbook
from tandem.scheduling.v1 import facts_pb2 as scheduling

from plan_tracking.domain.rules import PlanRules


def word_of(kind: Any, prefix: str, value: int) -> str:
    """Return the enum's value as a lower-case word of ours, empty for unspecified."""
    name = str(kind.Name(value)).removeprefix(f"{prefix}_").lower()
    return "" if name == "unspecified" else name


def id_of(text: str) -> UUID | None:
    """Return the id, or None for the empty text."""
    return UUID(text) if text else None


def person_values(facts: directory.PersonFacts) -> dict[str, Any]:
    """Return the columns of a person."""
    return {
        "unit_id": id_of(facts.unit_id),
        "unit_path": [UUID(each) for each in facts.unit_path],
        "manager_id": id_of(facts.manager_id),
        "job_family": facts.job_family,
        "employee_type": word_of(directory.EmployeeType, "EMPLOYEE_TYPE", facts.employee_type),
        "locale": facts.locale,
        "time_zone": facts.time_zone or "UTC",
        "calendar_code": facts.calendar_code,
        "active": facts.active,
    }


def calendar_values(facts: scheduling.CalendarFacts) -> dict[str, Any]:
    """Return the columns of a work calendar."""
    hours = facts.hours
    minutes: dict[str, int] = {"start": hours.opens_at_minute, "end": hours.closes_at_minute}
    if hours.break_from_minute != hours.break_until_minute:
        minutes |= {"break_start": hours.break_from_minute, "break_end": hours.break_until_minute}
    return {
        "code": facts.code,
        "calendar_version": facts.calendar_version,
        "years": {str(year.year): year.working_days.hex() for year in facts.years},
        "hours": minutes,
        "provisional": [year.year for year in facts.years if year.provisional],
    }


def interview_values(facts: interview.InterviewFacts) -> dict[str, Any]:
    """Return the columns of an interview, apart from its disputes."""
    past = facts.past_managers
    return {
        "state": word_of(interview.InterviewState, "INTERVIEW_STATE", facts.state),
        "employee_id": UUID(facts.employee_id),
        "manager_id": id_of(facts.manager_id),
        "past_managers": [
            {"person_id": each.person_id, "until": from_timestamp(each.until).isoformat()} for each in past
        ],
        "past_manager_ids": [UUID(each.person_id) for each in past],
        "job_family": facts.dimensions.job_family,
        "employee_type": word_of(directory.EmployeeType, "EMPLOYEE_TYPE", facts.dimensions.employee_type),
        "playbook_id": UUID(facts.playbook_id),
        "playbook_version": facts.playbook_version,
        "rules": plan_rules(facts.rules).as_json(),
        "shortfalls": [
            {"id": each.shortfall_id, "type": each.shortfall_type, "metric_code": each.metric_code}
            for each in facts.shortfalls
        ],
        "requests": [{"id": each.request_id, "hash": each.keyed_hash.hex()} for each in facts.requests],
        "session_ended_at": from_optional_timestamp(facts.session_ended_at),
        "last_dispute_decided_at": from_optional_timestamp(facts.last_dispute_decided_at),
    }


def plan_rules(rules: playbook.PlaybookRules) -> PlanRules:
    """Return what of a playbook plans are run by."""
    signing, follow_up = rules.signing, rules.follow_up
    return PlanRules(
        fresh_login=signing.signature == playbook.SIGNATURE_KIND_FRESH_LOGIN,
        fresh_login_seconds=signing.fresh_login_seconds,
        agree_days=signing.agree_days,
        sign_days=signing.sign_days,
        sign_after_dispute_days=signing.sign_after_dispute_days,
        silence_days=signing.silence_days,
        refusal_decision_days=signing.refusal_decision_days,
        check_in_every_days=follow_up.check_in_every_days,
        missed_check_ins_until_hrbp=follow_up.missed_check_ins_until_hrbp,
        review_after_months=follow_up.review_after_months,
        outcome_grace_days=follow_up.outcome_grace_days,
        takeover_days=follow_up.takeover_days,
        blocker_days=follow_up.blocker_days,
        manager_may_waive=rules.waiver_by == playbook.WAIVER_BY_MANAGER,
    )


def kpi_values(message: interview_events.KpiRecorded) -> dict[str, Any]:
    """Return the columns of a KPI result."""
    lower = message.direction == interview.DIRECTION_LOWER_IS_BETTER
    return {
        "person_id": UUID(message.person_id),
        "metric_code": message.metric_code,
        "period_from": from_day(message.period_from),
        "period_until": from_day(message.period_until),
        "target": Decimal(message.target) if message.target else None,
        "actual": Decimal(message.actual),
        "measure_unit": message.measure_unit,
        "direction": "lower" if lower else "higher",
        "recorded_at": from_timestamp(message.recorded_at),
        "supersedes_id": id_of(message.supersedes_id),
        "withdrawn": message.withdrawn,
    }
