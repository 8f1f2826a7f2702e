"""Consumed events, read into this service's words."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any
from uuid import UUID

from common.events import Event, event_type_of
from common.steps import StepState
from common.timestamps import from_optional_day, from_optional_timestamp, from_timestamp
from common.words import word
from google.protobuf.message import Message
from tandem.common.v1 import options_pb2, steps_pb2
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as directory_facts
from tandem.interview_record.v1 import events_pb2 as interview_record
from tandem.interview_record.v1 import facts_pb2 as interview_facts
from tandem.notification.v1 import events_pb2 as notification
from tandem.plan_tracking.v1 import events_pb2 as plan_tracking
from tandem.plan_tracking.v1 import facts_pb2 as plan_facts
from tandem.scheduling.v1 import events_pb2 as scheduling

from metrics.domain import facts

STEP_OWNERS = frozenset({"scheduling", "interview-record", "plan-tracking"})
# Fields that say which person an event is about, in itself or in the first of its parts that has one.
_SUBJECTS = ("recipient_id", "person_id", "employee_id")
_PARTS = ("interview", "plan", "booking", "blocker", "person", "key")


def _events_of(module: ModuleType) -> Iterator[type[Message]]:
    for name, descriptor in module.DESCRIPTOR.message_types_by_name.items():
        if descriptor.GetOptions().Extensions[options_pb2.event_type]:
            yield getattr(module, name)


CONSUMED: tuple[type[Message], ...] = tuple(
    event
    for module in (directory, scheduling, interview_record, plan_tracking, notification, steps_pb2)
    for event in _events_of(module)
)
_BY_TYPE = {str(event_type_of(event)): event for event in CONSUMED}


def read_again(source: str, event_type: str, payload: bytes) -> Message:
    """Return the message of a kept fact."""
    return _BY_TYPE[event_type.removeprefix(f"{source}.")].FromString(payload)


def subject_of(event: Event[Any]) -> UUID:
    """Return whose facts the event belongs to: the person it is about, else its own aggregate."""
    message = event.message
    for part in (message, *(getattr(message, name) for name in _PARTS if _has(message, name))):
        for name in _SUBJECTS:
            if _has(part, name) and (found := getattr(part, name)):
                return UUID(found)
    return event.aggregate_id


def said(message: Any) -> Iterator[facts.Said]:
    """Yield what the event says that is measured; nothing for one that is only kept.

    Facts that an event carries of another aggregate than its own are left alone: their order is not this event's.
    """
    if isinstance(message, tuple(_STEP_STATES)):
        yield _step(message)
        return
    match event_type_of(message).aggregate:
        case "interview":
            yield _interview(message.interview)
            if isinstance(message, interview_record.InterviewEvaluated):
                yield _evaluation(message)
        case "plan":
            yield _plan(message.plan)
        case "blocker":
            yield _blocker(message.blocker)
        case "person":
            yield _person(message.person)
        case "unit":
            yield _unit(message.unit)
        case "tenant":
            yield _tenant(message.tenant)
        case "cycle" if isinstance(message, interview_record.CyclePopulationFrozen):
            yield _population(message)


def _has(message: Message, field: str) -> bool:
    return field in message.DESCRIPTOR.fields_by_name


def _tenant(tenant: directory_facts.TenantFacts) -> facts.TenantFact:
    return facts.TenantFact(UUID(tenant.tenant_id), tenant.default_time_zone, from_timestamp(tenant.created_at))


def _unit(unit: directory_facts.UnitFacts) -> facts.UnitFact:
    return facts.UnitFact(UUID(unit.unit_id), _ids(unit.path))


def _person(person: directory_facts.PersonFacts) -> facts.PersonFact:
    return facts.PersonFact(
        person_id=UUID(person.person_id),
        dimensions=_dimensions(person),
        time_zone=person.time_zone,
        placeholder=person.placeholder,
        active=person.active,
    )


def _population(message: interview_record.CyclePopulationFrozen) -> facts.PopulationFact:
    cycle_id = UUID(message.cycle_id)
    return facts.PopulationFact(
        cycle_id,
        tuple(
            facts.MemberFact(
                person_id=UUID(member.person_id),
                dimensions=_dimensions(member.dimensions, cycle_id),
                interview_id=_id(member.interview_id),
                left_out_reason=word(interview_facts.LeftOutReason, member.left_out_reason),
            )
            for member in message.members
        ),
    )


def _interview(interview: interview_facts.InterviewFacts) -> facts.InterviewFact:
    return facts.InterviewFact(
        interview_id=UUID(interview.interview_id),
        employee_id=UUID(interview.employee_id),
        manager_id=_id(interview.manager_id),
        state=word(interview_facts.InterviewState, interview.state),
        dimensions=_dimensions(interview.dimensions, _id(interview.dimensions.cycle_id)),
        opened_at=from_timestamp(interview.opened_at),
        session_ended_at=from_optional_timestamp(interview.session_ended_at),
        concluded_at=from_optional_timestamp(interview.concluded_at),
        archived_at=from_optional_timestamp(interview.archived_at),
    )


def _evaluation(message: interview_record.InterviewEvaluated) -> facts.EvaluationFact:
    return facts.EvaluationFact(
        interview_id=UUID(message.interview.interview_id),
        employee_id=UUID(message.interview.employee_id),
        evaluator=word(interview_facts.Evaluator, message.evaluator),
        evaluated_at=from_timestamp(message.evaluated_at),
        content_mean=message.content_mean,
    )


def _plan(plan: plan_facts.PlanFacts) -> facts.PlanFact:
    return facts.PlanFact(
        plan_id=UUID(plan.plan_id),
        interview_id=UUID(plan.interview_id),
        employee_id=UUID(plan.employee_id),
        manager_id=_id(plan.manager_id),
        state=word(plan_facts.PlanState, plan.state),
        withdraw_reason=word(plan_facts.WithdrawReason, plan.withdraw_reason),
        in_force_at=from_optional_timestamp(plan.in_force_at),
        ends_on=from_optional_day(plan.ends_on),
        closed_at=from_optional_timestamp(plan.closed_at),
    )


def _blocker(blocker: plan_facts.BlockerFacts) -> facts.BlockerFact:
    return facts.BlockerFact(
        blocker_id=UUID(blocker.blocker_id),
        interview_id=UUID(blocker.interview_id),
        employee_id=UUID(blocker.employee_id),
        raised_at=from_timestamp(blocker.raised_at),
        resolved_at=from_optional_timestamp(blocker.resolved_at),
    )


def _step(message: Any) -> facts.StepFact:
    state, ended = _STEP_STATES[type(message)]
    key = message.key
    return facts.StepFact(
        step_id=UUID(key.step_id),
        interview_id=UUID(key.interview_id),
        step=word(steps_pb2.Step, key.step),
        occurrence=key.occurrence,
        employee_id=UUID(key.employee_id),
        manager_id=_id(key.manager_id),
        responsible_id=_id(key.responsible_person_id),
        object_id=_id(key.subject_id),
        required=key.required,
        after_first_review=key.after_first_review,
        state=state,
        due_at=from_optional_timestamp(message.due_at) if _has(message, "due_at") else None,
        ended_at=from_timestamp(getattr(message, ended)) if ended else None,
        late=message.late if _has(message, "late") else False,
        waived_by=message.waived_by if _has(message, "waived_by") else "",
        waiver_reason=word(steps_pb2.WaiverReason, message.reason) if _has(message, "reason") else "",
    )


def _dimensions(source: Any, cycle_id: UUID | None = None) -> facts.Dimensions:
    return facts.Dimensions(
        unit_id=UUID(source.unit_id),
        unit_path=_ids(source.unit_path),
        job_family=source.job_family,
        core_family=source.core_family,
        level=source.level,
        manager_id=_id(source.manager_id),
        employee_type=word(directory_facts.EmployeeType, source.employee_type),
        cycle_id=cycle_id,
    )


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None


def _ids(texts: Any) -> tuple[UUID, ...]:
    return tuple(UUID(each) for each in texts)


_STEP_STATES: dict[type[Message], tuple[StepState, str]] = {
    steps_pb2.StepDue: (StepState.OPEN, ""),
    steps_pb2.StepDone: (StepState.DONE, "done_at"),
    steps_pb2.StepMissed: (StepState.MISSED, "missed_at"),
    steps_pb2.StepWaived: (StepState.WAIVED, "waived_at"),
    steps_pb2.StepWithdrawn: (StepState.WITHDRAWN, "withdrawn_at"),
}
