"""Interview rows as outgoing events: ids, dates, numbers and words of state, never a text or a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.steps import StepState
from common.timestamps import to_day, to_optional_timestamp, to_timestamp
from google.protobuf.message import Message
from tandem.common.v1 import steps_pb2 as steps
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import events_pb2 as events
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1.playbook_rules_pb2 import PlaybookRules, Segment

from interview_record.domain.session import SegmentTime
from interview_record.storage.interview_tables import InterviewRow, StepRow

_MOMENTS = (
    "core_goal_set_at",
    "briefed_at",
    "self_analysis_submitted_at",
    "session_started_at",
    "session_ended_at",
    "last_dispute_decided_at",
    "concluded_at",
    "archived_at",
    "closed_at",
    "cancelled_at",
)


def enum_value(kind: Any, prefix: str, word: str | None) -> Any:
    """Return the enum's value for a lower-case word of ours; unspecified for none or an unknown one."""
    name = f"{prefix}_{(word or 'unspecified').upper()}"
    return kind.Value(name) if name in kind.keys() else 0  # noqa: SIM118 - not a dict


def text_of(id: UUID | None) -> str:
    """Return the id's text, empty for none."""
    return "" if id is None else str(id)


def interview_facts(row: InterviewRow, rules: PlaybookRules) -> facts.InterviewFacts:
    """Return all that others may know of the case."""
    return facts.InterviewFacts(
        interview_id=str(row.id),
        state=enum_value(facts.InterviewState, "INTERVIEW_STATE", row.state),
        employee_id=str(row.employee_id),
        manager_id=text_of(row.manager_id),
        needs_manager=row.manager_id is None,
        dimensions=dimensions(row),
        playbook_id=str(row.playbook_id),
        playbook_version=row.playbook_version,
        rules=rules,
        opened_at=to_timestamp(row.opened_at),
        opened_by=row.opened_by,
        hold_by=to_day(row.hold_by),
        window_from=to_day(row.window_from),
        shortfalls=[facts.ShortfallFacts(**each) for each in row.shortfalls],
        briefing_version=row.briefing_version,
        requests=[
            facts.RequestFacts(request_id=each["id"], keyed_hash=bytes.fromhex(each["hash"])) for each in row.requests
        ],
        booking_id=text_of(row.booking_id),
        open_dispute_ids=row.open_dispute_ids,
        plan_id=text_of(row.plan_id),
        conclusion=enum_value(facts.Conclusion, "CONCLUSION", row.conclusion),
        cancel_reason=enum_value(facts.InterviewCancelReason, "INTERVIEW_CANCEL_REASON", row.cancel_reason),
        past_managers=[
            facts.PastManager(person_id=each["person_id"], until=to_timestamp(datetime.fromisoformat(each["until"])))
            for each in row.past_managers
        ],
        **{name: to_optional_timestamp(getattr(row, name)) for name in _MOMENTS},
    )


def dimensions(row: InterviewRow) -> facts.Dimensions:
    """Return what the case is counted by, frozen at opening."""
    frozen = row.dimensions
    return facts.Dimensions(
        unit_id=frozen["unit_id"],
        unit_path=frozen["unit_path"],
        job_family=frozen["job_family"],
        core_family=frozen["core_family"],
        level=frozen["level"],
        manager_id=frozen["manager_id"],
        employee_type=enum_value(directory.EmployeeType, "EMPLOYEE_TYPE", frozen["employee_type"]),
        cycle_id=text_of(row.cycle_id),
    )


@dataclass(frozen=True)
class InterviewEvents:
    """Makes the events of one case as it stands now."""

    row: InterviewRow
    rules: PlaybookRules

    @property
    def _facts(self) -> facts.InterviewFacts:
        return interview_facts(self.row, self.rules)

    def opened(self) -> Message:
        """The case was opened."""
        return events.InterviewOpened(interview=self._facts)

    def core_goal_set(self, set_by: str) -> Message:
        """The core goal was set, or set anew."""
        return events.InterviewCoreGoalSet(interview=self._facts, set_by=set_by)

    def briefed(self, content_hash: bytes, shared_at: datetime, shared_by: str) -> Message:
        """A version of the briefing was shared."""
        return events.InterviewBriefed(
            interview=self._facts,
            briefing_version=self.row.briefing_version,
            content_hash=content_hash,
            shared_at=to_timestamp(shared_at),
            shared_by=shared_by,
            correction=self.row.briefing_version > 1,
        )

    def self_analysis_submitted(self) -> Message:
        """The employee handed in the self-analysis."""
        return events.InterviewSelfAnalysisSubmitted(interview=self._facts)

    def session_started(self) -> Message:
        """The session began."""
        return events.InterviewSessionStarted(interview=self._facts)

    def session_ended(self, segments: Sequence[SegmentTime]) -> Message:
        """The session ended; segments that were left out are not named."""
        return events.InterviewSessionEnded(
            interview=self._facts,
            segments=[
                events.SegmentTime(
                    segment=enum_value(Segment, "SEGMENT", each.segment),
                    started_at=to_optional_timestamp(each.started_at),
                    ended_at=to_optional_timestamp(each.ended_at),
                )
                for each in segments
                if each.started_at is not None
            ],
        )

    def concluded(self) -> Message:
        """The plan's first revision was signed, issued or withdrawn."""
        return events.InterviewConcluded(interview=self._facts)

    def archived(
        self, item_id: UUID, revision: int, amendment: int, content_hash: bytes, archived_at: datetime
    ) -> Message:
        """An archive item was frozen and accepted."""
        return events.InterviewArchived(
            interview=self._facts,
            archive_item_id=str(item_id),
            revision=revision,
            amendment=amendment,
            content_hash=content_hash,
            archived_at=to_timestamp(archived_at),
        )

    def closed(self) -> Message:
        """The plan ended and the case with it."""
        return events.InterviewClosed(interview=self._facts)

    def cancelled(self, cancelled_by: str) -> Message:
        """The case ended without a plan; nobody's subject where the platform did it."""
        return events.InterviewCancelled(interview=self._facts, cancelled_by=cancelled_by)

    def reassigned(self, previous: UUID | None, effective_at: datetime) -> Message:
        """The case has another manager, or none."""
        return events.InterviewReassigned(
            interview=self._facts,
            previous_manager_id=text_of(previous),
            new_manager_id=text_of(self.row.manager_id),
            effective_at=to_timestamp(effective_at),
        )

    def dispute_opened(
        self, dispute_id: UUID, fact_kind: str, fact_id: UUID, opened_at: datetime, decide_by: datetime
    ) -> Message:
        """The employee disputed a fact."""
        return events.InterviewDisputeOpened(
            interview=self._facts,
            dispute_id=str(dispute_id),
            fact_kind=enum_value(facts.FactKind, "FACT_KIND", fact_kind),
            fact_id=str(fact_id),
            opened_at=to_timestamp(opened_at),
            decide_by=to_timestamp(decide_by),
        )

    def dispute_decided(self, dispute_id: UUID, upheld: bool, decided_by: str, decided_at: datetime) -> Message:
        """The HRBP decided a dispute."""
        return events.InterviewDisputeDecided(
            interview=self._facts,
            dispute_id=str(dispute_id),
            upheld=upheld,
            decided_by=decided_by,
            decided_at=to_timestamp(decided_at),
        )

    def evaluated(self, evaluator: str, evaluated_at: datetime, content_mean: float, preparation: int) -> Message:
        """One side gave its evaluation."""
        return events.InterviewEvaluated(
            interview=self._facts,
            evaluator=enum_value(facts.Evaluator, "EVALUATOR", evaluator),
            evaluated_at=to_timestamp(evaluated_at),
            content_mean=content_mean,
            preparation_score=preparation,
        )

    def snapshot(self) -> Message:
        """The case as it stands."""
        return events.InterviewSnapshot(interview=self._facts)


def step_event(row: StepRow) -> Message:
    """Return the event that states how the ledger row stands now."""
    key, due_at = step_key(row), to_optional_timestamp(row.due_at)
    if row.state == StepState.OPEN or row.ended_at is None:
        return steps.StepDue(key=key, due_at=due_at)
    ended_at = to_timestamp(row.ended_at)
    match StepState(row.state):
        case StepState.DONE:
            return steps.StepDone(key=key, due_at=due_at, done_at=ended_at, late=row.late)
        case StepState.MISSED:
            return steps.StepMissed(key=key, due_at=due_at, missed_at=ended_at)
        case StepState.WAIVED:
            reason = enum_value(steps.WaiverReason, "WAIVER_REASON", row.waiver_reason)
            return steps.StepWaived(
                key=key, due_at=due_at, waived_at=ended_at, waived_by=row.ended_by or "", reason=reason
            )
    return steps.StepWithdrawn(key=key, withdrawn_at=ended_at)


def step_key(row: StepRow) -> steps.StepKey:
    """Return which ledger row it is, and whose."""
    responsible = {"employee": row.employee_id, "manager": row.manager_id}.get(row.responsible)
    return steps.StepKey(
        step_id=str(row.id),
        interview_id=str(row.interview_id),
        step=enum_value(steps.Step, "STEP", row.step),
        occurrence=row.occurrence,
        employee_id=str(row.employee_id),
        manager_id=text_of(row.manager_id),
        responsible_person_id=text_of(responsible),
        subject_id=text_of(row.subject_id),
        required=row.required,
        after_first_review=row.after_first_review,
    )
