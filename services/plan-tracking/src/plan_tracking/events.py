"""Plan rows as outgoing events: what happened, with the facts as they stand then."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.steps import StepState
from common.timestamps import to_optional_timestamp, to_timestamp
from google.protobuf.message import Message
from tandem.common.v1 import steps_pb2 as steps
from tandem.plan_tracking.v1 import events_pb2 as events
from tandem.plan_tracking.v1 import facts_pb2 as facts

from plan_tracking.facts import PlanView, blocker_facts, enum_value, plan_facts, text_of
from plan_tracking.storage.follow_up_tables import BlockerRow, StepRow


@dataclass(frozen=True)
class PlanEvents:
    """Makes the events of one plan as it stands now."""

    view: PlanView

    @property
    def _facts(self) -> facts.PlanFacts:
        return plan_facts(self.view)

    def drafted(self, by: object) -> Message:
        """A draft lies open again or for the first time."""
        return events.PlanDrafted(plan=self._facts, drafted_by=text_of(by))

    def offered(self, by: UUID, content_hash: bytes) -> Message:
        """A revision was frozen for signing."""
        return events.PlanOffered(
            plan=self._facts, revision=self.view.plan.revision, offered_by=str(by), content_hash=content_hash
        )

    def partly_signed(self, role: str) -> Message:
        """The first of two signatures."""
        return events.PlanPartlySigned(
            plan=self._facts,
            revision=self.view.plan.revision,
            signed_as=enum_value(facts.SignerRole, "SIGNER_ROLE", role),
        )

    def signed(self, content_hash: bytes, at: datetime) -> Message:
        """Both signed; the revision governs."""
        return events.PlanSigned(
            plan=self._facts,
            revision=self.view.plan.revision_in_force,
            content_hash=content_hash,
            signed_at=to_timestamp(at),
        )

    def silence_recorded(self, at: datetime, by: UUID) -> Message:
        """The manager recorded a silence that the HRBP has still to witness."""
        return events.PlanSilenceRecorded(
            plan=self._facts, revision=self.view.plan.revision, recorded_by=str(by), recorded_at=to_timestamp(at)
        )

    def refused(self, revision: int, kind: str, at: datetime, decide_by: datetime | None) -> Message:
        """A revision was refused, by word or by witnessed silence."""
        return events.PlanRefused(
            plan=self._facts,
            revision=revision,
            kind=enum_value(facts.RefusalKind, "REFUSAL_KIND", kind),
            refused_at=to_timestamp(at),
            decide_by=to_optional_timestamp(decide_by),
        )

    def issued(self, content_hash: bytes, by: UUID, at: datetime) -> Message:
        """The HRBP put a refused plan in force."""
        return events.PlanIssued(
            plan=self._facts,
            revision=self.view.plan.revision_in_force,
            content_hash=content_hash,
            decided_by=str(by),
            issued_at=to_timestamp(at),
        )

    def withdrawn(self, by: UUID | None, at: datetime) -> Message:
        """The plan ended without ever governing, or with its employee's leaving."""
        return events.PlanWithdrawn(
            plan=self._facts,
            reason=enum_value(facts.WithdrawReason, "WITHDRAW_REASON", self.view.plan.withdraw_reason),
            decided_by=text_of(by),
            withdrawn_at=to_timestamp(at),
        )

    def amendment_proposed(self, amendment: int, measure_id: UUID, by: UUID) -> Message:
        """The manager would replace a measure; the employee has still to acknowledge it."""
        return events.PlanAmendmentProposed(
            plan=self._facts,
            revision=self.view.plan.revision_in_force,
            amendment=amendment,
            measure_id=str(measure_id),
            proposed_by=str(by),
        )

    def amended(self, content_hash: bytes, at: datetime) -> Message:
        """A measure was replaced and the employee acknowledged it."""
        return events.PlanAmended(
            plan=self._facts,
            revision=self.view.plan.revision_in_force,
            amendment=self.view.plan.amendment_in_force,
            content_hash=content_hash,
            acknowledged_at=to_timestamp(at),
        )

    def reviewed(self, review_id: UUID, verdict: str, by: UUID, at: datetime, *, first: bool) -> Message:
        """A stage review was held."""
        return events.PlanReviewed(
            plan=self._facts,
            review_id=str(review_id),
            verdict=enum_value(facts.ReviewVerdict, "REVIEW_VERDICT", verdict),
            reviewed_by=str(by),
            reviewed_at=to_timestamp(at),
            first=first,
        )

    def closed(self, at: datetime) -> Message:
        """The plan ended with an outcome."""
        return events.PlanClosed(plan=self._facts, closed_at=to_timestamp(at))

    def taken_over(self, previous_manager_id: UUID | None, at: datetime) -> Message:
        """The new manager confirmed the plan in force."""
        return events.PlanTakenOver(
            plan=self._facts, previous_manager_id=text_of(previous_manager_id), confirmed_at=to_timestamp(at)
        )

    def reassigned(self, previous_manager_id: UUID | None) -> Message:
        """The case has another manager, or none."""
        return events.PlanReassigned(plan=self._facts, previous_manager_id=text_of(previous_manager_id))

    def follow_up_lapsed(self) -> Message:
        """So many check-ins were missed in a row that the HRBP is told."""
        return events.PlanFollowUpLapsed(plan=self._facts)

    def outcome_overdue(self) -> Message:
        """The plan is past its end without an outcome."""
        return events.PlanOutcomeOverdue(plan=self._facts)

    def snapshot(self) -> Message:
        """The plan as it stands."""
        return events.PlanSnapshot(plan=self._facts)

    def check_in_recorded(self, id: UUID, period_due_at: datetime, by: UUID, at: datetime) -> Message:
        """A check-in was recorded; its own aggregate."""
        return events.CheckInRecorded(
            check_in_id=str(id),
            plan=self._facts,
            period_due_at=to_timestamp(period_due_at),
            recorded_by=str(by),
            recorded_at=to_timestamp(at),
        )


def blocker_raised(row: BlockerRow, manager_id: UUID | None) -> Message:
    """A blocker was raised."""
    return events.BlockerRaised(blocker=blocker_facts(row, manager_id))


def blocker_resolved(row: BlockerRow, manager_id: UUID | None) -> Message:
    """A blocker was resolved; by nobody where its plan ended."""
    return events.BlockerResolved(blocker=blocker_facts(row, manager_id), resolved_by=text_of(row.resolved_by))


def blocker_escalated(row: BlockerRow, manager_id: UUID | None, by: UUID | None) -> Message:
    """A blocker went to the HRBP; by nobody where its deadline passed."""
    return events.BlockerEscalated(blocker=blocker_facts(row, manager_id), escalated_by=text_of(by))


def blocker_snapshot(row: BlockerRow, manager_id: UUID | None) -> Message:
    """The blocker as it stands."""
    return events.BlockerSnapshot(blocker=blocker_facts(row, manager_id))


def step_event(row: StepRow) -> Message:
    """Return what there is to say of a ledger row as it stands."""
    key = steps.StepKey(
        step_id=str(row.id),
        interview_id=str(row.interview_id),
        step=enum_value(steps.Step, "STEP", row.step),
        occurrence=row.occurrence,
        employee_id=str(row.employee_id),
        manager_id=text_of(row.manager_id),
        responsible_person_id=text_of(row.responsible_id),
        subject_id=text_of(row.plan_id),
        required=True,
        after_first_review=row.after_first_review,
    )
    due_at, ended_at = to_optional_timestamp(row.due_at), to_optional_timestamp(row.ended_at)
    match StepState(row.state):
        case StepState.OPEN:
            return steps.StepDue(key=key, due_at=due_at)
        case StepState.DONE:
            return steps.StepDone(key=key, done_at=ended_at, due_at=due_at, late=row.late)
        case StepState.MISSED:
            return steps.StepMissed(key=key, due_at=due_at, missed_at=ended_at)
        case StepState.WAIVED:
            reason = enum_value(steps.WaiverReason, "WAIVER_REASON", row.waiver_reason)
            return steps.StepWaived(
                key=key, due_at=due_at, waived_at=ended_at, waived_by=row.waived_by or "", reason=reason
            )
        case StepState.WITHDRAWN:
            return steps.StepWithdrawn(key=key, withdrawn_at=ended_at)
