"""Waiving a step: one address for every step, whichever service owns it."""

from uuid import UUID

from tandem.common.v1 import steps_pb2
from tandem.interview_record.v1 import interview_pb2
from tandem.plan_tracking.v1 import waiver_pb2 as plan_waiver_pb2
from tandem.scheduling.v1 import waiver_pb2 as booking_waiver_pb2

from gateway.calls import Write
from gateway.resource import Resource
from gateway.schemas.fields import number
from gateway.schemas.steps import Step, WaivedStep, Waiver

steps = Resource("interviews/{interview_id}/steps", "Interviews")

OF_SCHEDULING = {Step.BOOKED}
OF_PLAN_TRACKING = {Step.AGREED, Step.SIGNED, Step.CHECKED_IN, Step.REVIEWED, Step.TAKEN_OVER}


@steps.post("/{step}:waive")
async def waive_step(interview_id: UUID, step: Step, waiver: Waiver, call: Write) -> WaivedStep:
    """Waive a step in one case before its due date.

    By the HRBP, or the manager where the playbook says so. 409 `STEP_CLOSED`: done, missed or past due.
    403: one's own case.
    """
    facts = {
        "interview_id": str(interview_id),
        "step": number(steps_pb2.Step, step),
        "occurrence": waiver.occurrence,
        "reason": number(steps_pb2.WaiverReason, waiver.reason),
        "note": waiver.note,
    }
    if step in OF_SCHEDULING:
        booked = await call.scheduling.WaiveStep(booking_waiver_pb2.WaiveStepRequest(**facts))
        return WaivedStep(step_id=UUID(booked.step_id))
    if step in OF_PLAN_TRACKING:
        planned = await call.plan_tracking.WaiveStep(plan_waiver_pb2.WaiveStepRequest(**facts))
        return WaivedStep(step_id=UUID(planned.step_id))
    held = await call.interview_record.WaiveStep(interview_pb2.WaiveStepRequest(**facts))
    return WaivedStep(step_id=UUID(held.step_id))
