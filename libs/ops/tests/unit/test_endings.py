"""What is said of an object that its owner no longer knows."""

from datetime import UTC, datetime

import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from ops.endings import ending_of
from tandem.common.v1 import steps_pb2
from tandem.directory.v1 import events_pb2 as directory
from tandem.directory.v1 import facts_pb2 as people
from tandem.interview_record.v1 import events_pb2 as interviews
from tandem.interview_record.v1 import facts_pb2 as cases
from tandem.plan_tracking.v1 import events_pb2 as plans
from tandem.plan_tracking.v1 import facts_pb2 as follow_up
from tandem.scheduling.v1 import events_pb2 as scheduling
from tandem.scheduling.v1 import facts_pb2 as bookings

AT = datetime(2026, 10, 1, tzinfo=UTC)
STAMP = Timestamp(seconds=int(AT.timestamp()))
KEY = steps_pb2.StepKey(step_id="s", interview_id="i")
PROPOSED = bookings.BookingFacts(
    booking_id="b", state=bookings.BOOKING_STATE_PROPOSED, invitation_id="v", invitation_sequence=1
)
OPEN = cases.InterviewFacts(interview_id="i", state=cases.INTERVIEW_STATE_OPEN)


@pytest.mark.parametrize(
    ("last", "ending"),
    [
        (steps_pb2.StepDue(key=KEY), steps_pb2.StepWithdrawn(key=KEY, withdrawn_at=STAMP)),
        (
            scheduling.BookingProposed(booking=PROPOSED),
            scheduling.BookingCancelled(
                booking=bookings.BookingFacts(
                    booking_id="b",
                    state=bookings.BOOKING_STATE_CANCELLED,
                    invitation_id="v",
                    invitation_sequence=2,
                )
            ),
        ),
        (
            interviews.InterviewOpened(interview=OPEN),
            interviews.InterviewCancelled(
                interview=cases.InterviewFacts(
                    interview_id="i",
                    state=cases.INTERVIEW_STATE_CANCELLED,
                    cancel_reason=cases.INTERVIEW_CANCEL_REASON_OTHER,
                    cancelled_at=STAMP,
                )
            ),
        ),
        (
            directory.PersonChanged(person=people.PersonFacts(person_id="p", external_id="e", active=True)),
            directory.PersonChanged(person=people.PersonFacts(person_id="p")),
        ),
        (
            directory.UnitSnapshot(unit=people.UnitFacts(unit_id="u", active=True)),
            directory.UnitChanged(unit=people.UnitFacts(unit_id="u")),
        ),
        (
            directory.GrantChanged(grant=people.GrantFacts(grant_id="g")),
            directory.GrantChanged(grant=people.GrantFacts(grant_id="g", revoked_at=STAMP)),
        ),
        (
            plans.BlockerRaised(blocker=follow_up.BlockerFacts(blocker_id="k")),
            plans.BlockerResolved(
                blocker=follow_up.BlockerFacts(
                    blocker_id="k", state=follow_up.BLOCKER_STATE_RESOLVED, resolved_at=STAMP
                )
            ),
        ),
    ],
    ids=lambda message: type(message).__name__,
)
def test_what_was_under_way_is_ended_in_its_owners_words(last: Message, ending: Message) -> None:
    assert ending_of(last, AT) == ending


@pytest.mark.parametrize(
    "last",
    [
        steps_pb2.StepWithdrawn(key=KEY),
        scheduling.BookingCompleted(booking=bookings.BookingFacts(state=bookings.BOOKING_STATE_COMPLETED)),
        interviews.InterviewClosed(interview=cases.InterviewFacts(state=cases.INTERVIEW_STATE_CLOSED)),
        plans.BlockerResolved(blocker=follow_up.BlockerFacts(resolved_at=STAMP)),
        plans.PlanSigned(plan=follow_up.PlanFacts(plan_id="p")),
    ],
    ids=lambda message: type(message).__name__,
)
def test_what_had_ended_and_what_people_must_decide_is_left_alone(last: Message) -> None:
    assert ending_of(last, AT) is None
