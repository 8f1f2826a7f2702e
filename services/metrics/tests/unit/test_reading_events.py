"""Every event of every service is kept, for the subject that it is about."""

from datetime import UTC, datetime

import pytest
from common.events import Event, event_type_of
from common.ids import new_id
from common.steps import StepState
from google.protobuf.message import Message
from metrics.domain.facts import PlanFact, StepFact
from metrics.events import CONSUMED, STEP_OWNERS, read_again, said, subject_of
from metrics.reactions import REACTIONS
from tandem.common.v1 import steps_pb2
from tandem.interview_record.v1.events_pb2 import KpiRecorded
from tandem.plan_tracking.v1 import events_pb2 as plan_tracking
from tandem.plan_tracking.v1.facts_pb2 import PlanFacts

ONE, OTHER = new_id(), new_id()


def event(message: Message) -> Event[Message]:
    kind = event_type_of(message)
    return Event(new_id(), kind.service, f"{kind.service}.{kind}", ONE, OTHER, 1, 1, datetime.now(UTC), "test", message)


def test_types_name_their_message_alone() -> None:
    types = [str(event_type_of(each)) for each in CONSUMED]
    assert len(set(types)) == len(types) > 50


@pytest.mark.parametrize("message", CONSUMED, ids=lambda each: each.DESCRIPTOR.full_name)
def test_a_kept_fact_reads_as_the_event_it_was(message: type[Message]) -> None:
    kind = event_type_of(message)
    source = "scheduling" if kind.service == "common" else kind.service
    again = read_again(source, f"{source}.{kind}", message().SerializeToString())
    assert type(again) is message


def test_steps_are_taken_from_their_owners_only() -> None:
    for each in REACTIONS:
        kind = event_type_of(each.message)
        assert each.sources == (STEP_OWNERS if kind.aggregate == "step" else {kind.service})


@pytest.mark.parametrize(
    "message",
    [
        steps_pb2.StepMissed(key=steps_pb2.StepKey(employee_id=str(ONE))),
        plan_tracking.CheckInRecorded(plan=PlanFacts(employee_id=str(ONE))),
        KpiRecorded(person_id=str(ONE)),
    ],
)
def test_a_fact_belongs_to_the_person_it_is_about(message: Message) -> None:
    assert subject_of(event(message)) == ONE


def test_a_fact_about_nobody_belongs_to_its_aggregate() -> None:
    assert subject_of(event(steps_pb2.StepDue())) == OTHER


def test_a_plan_inside_another_aggregates_event_is_left_alone() -> None:
    plan = PlanFacts(plan_id=str(ONE), interview_id=str(ONE), employee_id=str(ONE))
    assert not list(said(plan_tracking.CheckInRecorded(plan=plan)))
    assert [type(each) for each in said(plan_tracking.PlanDrafted(plan=plan))] == [PlanFact]


def test_a_step_event_states_the_whole_row() -> None:
    key = steps_pb2.StepKey(
        step_id=str(ONE), interview_id=str(OTHER), step=steps_pb2.STEP_CHECKED_IN, employee_id=str(ONE), required=True
    )
    waived = steps_pb2.StepWaived(key=key, waived_by="person:x", reason=steps_pb2.WAIVER_REASON_ABSENCE)
    waived.waived_at.GetCurrentTime()
    (row,) = said(waived)
    assert isinstance(row, StepFact)
    assert (row.step, row.state, row.waiver_reason) == ("checked_in", StepState.WAIVED, "absence")
    assert row.manager_id is None
