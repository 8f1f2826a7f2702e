"""Playbooks: the numbers and choices an interview follows, read from a document and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from common.content import ContentError, Node, Text, read_document

from interview_record.content.kinds import EMPLOYEE_TYPES, SEGMENTS
from interview_record.content.records import Positive, merged, record

BUILT_IN = ("standard", "light")


@dataclass(frozen=True)
class ShortfallRules:
    """When a KPI counts as short; percentages of the target or the mean, deviations of the team."""

    below_target_percent: int
    below_mean_percent: int
    below_mean_deviations: int
    falling_periods: Positive
    smallest_team: Positive


@dataclass(frozen=True)
class Preparation:
    """Notice in working days (data, goal and sharing are due by it) and how much is prepared."""

    notice_working_days: int
    data_sheet: Literal["complete", "shortfalls"]
    core_goal: Literal["complete", "shortfalls"]
    self_analysis: Literal["required", "invited"]
    dispute_decision_working_days: Positive


@dataclass(frozen=True)
class BookingRules:
    """Length of a session in minutes, and what becomes of an unanswered proposal after how many working days."""

    shortest_minutes: Positive
    longest_minutes: Positive
    unanswered_working_days: Positive
    unanswered_becomes: Literal["confirmed", "expired"]


@dataclass(frozen=True)
class AgendaSegment:
    """One heading of the agenda; minutes are None when the agenda is free."""

    segment: str
    minutes: int | None


@dataclass(frozen=True)
class Agenda:
    """The segments in their order, timed or free."""

    timing: Literal["timed", "free"]
    segments: tuple[AgendaSegment, ...]

    @property
    def minutes(self) -> int | None:
        """The sum of a timed agenda; None when it is free."""
        return sum(segment.minutes or 0 for segment in self.segments) if self.timing == "timed" else None


@dataclass(frozen=True)
class SigningRules:
    """How identity is proven, and the working days of agreeing, signing and deciding on a refusal."""

    proof: Literal["fresh_login", "confirmation"]
    agreed_working_days: Positive
    signed_working_days: Positive
    after_dispute_working_days: Positive
    silence_recorded_working_days: Positive
    decision_working_days: Positive
    after_revise_working_days: Positive
    fresh_login_seconds: Positive


@dataclass(frozen=True)
class FollowUpRules:
    """Cadence of check-ins in days, the review in months, and what is told to whom when it slips."""

    check_in_days: Positive
    missed_in_a_row_to_hrbp: Positive
    review_months: Positive
    final_review_overdue_working_days: Positive
    takeover_working_days: Positive
    blocker_working_days: Positive
    remind_working_days: int


@dataclass(frozen=True)
class UsualPlan:
    """The span a new plan is proposed with, in days; a proposal, never a limit."""

    from_days: Positive
    to_days: Positive
    milestone_days: tuple[Positive, ...] = ()
    first_step_percent: int | None = None


@dataclass(frozen=True)
class EvaluationRules:
    """Who rates by when, the scale, what counts as satisfied, and the floor below which nothing is shown."""

    by: tuple[Literal["employee", "manager"], ...]
    working_days: Positive
    lowest_score: int
    highest_score: Positive
    satisfied_from: int
    shown_from: Positive


@dataclass(frozen=True)
class QualificationRules:
    """What an assessment needs to qualify a manager, and for how many months it holds."""

    assessment_from: int
    assessment_valid_months: Positive
    criteria: Positive


@dataclass(frozen=True)
class Playbook:
    """A versioned standard that an interview follows from opening to close."""

    id: str
    version: int
    name: Text
    summary: Text
    shortfalls: ShortfallRules
    preparation: Preparation
    booking: BookingRules
    agenda: Agenda
    signing: SigningRules
    archive_working_days: int
    follow_up: FollowUpRules
    usual_plan: Mapping[str, UsualPlan]
    evaluation: EvaluationRules
    qualification: QualificationRules
    waiver_by: Literal["hrbp", "manager"]
    plan_templates: tuple[str, ...]


@cache
def built_in_document(playbook_id: str) -> Mapping[str, Any]:
    """The whole document of a built-in playbook, what it extends laid underneath."""
    if playbook_id not in BUILT_IN:
        raise ContentError(f"no built-in playbook {playbook_id}")
    values = dict(read_document(__package__, f"playbooks/{playbook_id}.yaml").values)
    parent = values.pop("extends", None)
    return values if parent is None else merged(built_in_document(parent), values)


@cache
def built_in_playbooks() -> Mapping[str, Playbook]:
    """The playbooks that every tenant has, by id."""
    return {playbook_id: parse_playbook(built_in_document(playbook_id)) for playbook_id in BUILT_IN}


def parse_playbook(document: Mapping[str, Any]) -> Playbook:
    """A playbook from its document; raises ContentError naming the first entry that is missing, unknown or wrong."""
    node = Node("playbook", document)
    archive = node.node("archive")
    playbook = Playbook(
        id=node.string("id"),
        version=node.integer("version", at_least=1),
        name=node.text("name"),
        summary=node.text("summary"),
        shortfalls=record(node.node("shortfalls"), ShortfallRules),
        preparation=record(node.node("preparation"), Preparation),
        booking=record(node.node("booking"), BookingRules),
        agenda=_agenda(node.node("agenda")),
        signing=record(node.node("signing"), SigningRules),
        archive_working_days=archive.integer("working_days", at_least=1),
        follow_up=record(node.node("follow_up"), FollowUpRules),
        usual_plan=_usual_plans(node.node("usual_plan")),
        evaluation=record(node.node("evaluation"), EvaluationRules),
        qualification=record(node.node("qualification"), QualificationRules),
        waiver_by=node.choice("waiver_by", ("hrbp", "manager")),
        plan_templates=node.strings("plan_templates"),
    )
    archive.end()
    node.end()
    _check(playbook)
    return playbook


def _agenda(node: Node) -> Agenda:
    timing: Literal["timed", "free"] = node.choice("timing", ("timed", "free"))
    segments = []
    for entry in node.nodes("segments"):
        minutes = entry.integer("minutes", at_least=1) if timing == "timed" else None
        segments.append(AgendaSegment(entry.choice("segment", SEGMENTS), minutes))
        entry.end()
    node.end()
    return Agenda(timing, tuple(segments))


def _usual_plans(node: Node) -> Mapping[str, UsualPlan]:
    plans = {employee_type: record(node.node(employee_type), UsualPlan) for employee_type in EMPLOYEE_TYPES}
    node.end()
    return plans


def _check(playbook: Playbook) -> None:
    minutes, booking, evaluation = playbook.agenda.minutes, playbook.booking, playbook.evaluation
    if booking.shortest_minutes > booking.longest_minutes:
        raise ContentError("playbook.booking: the shortest session is longer than the longest")
    if minutes is not None and not booking.shortest_minutes <= minutes <= booking.longest_minutes:
        raise ContentError(f"playbook.agenda: {minutes} minutes do not fit the length of a session")
    if len({segment.segment for segment in playbook.agenda.segments}) < len(playbook.agenda.segments):
        raise ContentError("playbook.agenda: a segment is given twice")
    if not evaluation.lowest_score <= evaluation.satisfied_from <= evaluation.highest_score:
        raise ContentError("playbook.evaluation: the score of a satisfied answer is outside the scale")
