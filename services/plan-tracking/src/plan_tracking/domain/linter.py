"""What keeps a plan from being offered, and what its authors may want to say better."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import AppError, FieldViolation, Kind

from plan_tracking.content.wording import wording_findings
from plan_tracking.domain.content import Content, Goal, Measure


class PlanIncomplete(AppError):
    """The draft lacks what every plan needs; `fields` names each place."""

    kind = Kind.PRECONDITION
    reason = "PLAN_INCOMPLETE"
    en = "The plan cannot be offered yet: {count} thing(s) are missing."
    zh = "计划尚不能提交签署：还有 {count} 处不完整。"


class RequestsUnanswered(PlanIncomplete):
    """All that is missing are answers to the requests of the self-analysis."""

    reason = "REQUESTS_UNANSWERED"
    en = "The plan cannot be offered yet: {count} request(s) of the self-analysis are not answered."
    zh = "计划尚不能提交签署：还有 {count} 项自我分析中的诉求未答复。"


@dataclass(frozen=True)
class Finding:
    """One remark of the linter; an error stops the offer, a warning does not.

    `words` is what was found in a text, empty for what is missing.
    """

    field: str
    reason: str
    error: bool
    en: str
    zh: str
    words: str = ""

    def violation(self) -> FieldViolation:
        """Return the finding as a field violation."""
        return FieldViolation(self.field, self.reason, self.en, self.zh)


@dataclass(frozen=True)
class Setting:
    """What the draft is judged against: today in the employee's zone, the open requests, and who is known."""

    today: date
    request_ids: tuple[UUID, ...]
    is_active: Callable[[UUID], bool]


def lint(content: Content, setting: Setting) -> list[Finding]:
    """Return all findings, errors first."""
    found = [*_plan(content), *_answers(content, setting)]
    for index, goal in enumerate(content.goals):
        found += _goal(goal, f"goals[{index}]", setting)
        for at, measure in enumerate(goal.measures):
            found += _measure(measure, goal, f"goals[{index}].measures[{at}]", setting)
    return sorted(found, key=lambda each: not each.error)


def require_complete(content: Content, setting: Setting) -> None:
    """Raise PlanIncomplete, or RequestsUnanswered, with every error of the linter as a field violation."""
    errors = [finding for finding in lint(content, setting) if finding.error]
    if errors:
        only_requests = all(finding.reason == "REQUEST_UNANSWERED" for finding in errors)
        refused = RequestsUnanswered if only_requests else PlanIncomplete
        raise refused(fields=[finding.violation() for finding in errors], count=len(errors))


def _plan(content: Content) -> Iterator[Finding]:
    if not content.goals:
        yield _error("goals", "GOAL_MISSING", "A plan needs at least one goal.", "计划至少需要一个改进目标。")


def _answers(content: Content, setting: Setting) -> Iterator[Finding]:
    answers = {answer.request_id: answer for answer in content.answers}
    measures = {measure.measure_id for measure in content.measures}
    for index, request_id in enumerate(setting.request_ids):
        field = f"answers[{index}]"
        answer = answers.get(request_id)
        if answer is None:
            yield _error(
                field,
                "REQUEST_UNANSWERED",
                "Every request needs an answer: accepted with a measure, or declined with a reason.",
                "自我分析中的每项诉求都需答复：采纳并关联措施，或说明理由后不采纳。",
            )
        elif answer.accepted and answer.measure_id not in measures:
            yield _error(
                f"{field}.measure_id",
                "ANSWER_WITHOUT_MEASURE",
                "An accepted request names the measure that meets it.",
                "采纳的诉求须关联一项措施。",
            )
        elif not answer.accepted and not answer.reason.strip():
            yield _error(
                f"{field}.reason",
                "ANSWER_WITHOUT_REASON",
                "A declined request gets a reason.",
                "不采纳的诉求须说明理由。",
            )
        elif answer.reason:
            yield from _wording(f"{field}.reason", answer.reason)


def _goal(goal: Goal, field: str, setting: Setting) -> Iterator[Finding]:
    if not goal.statement.strip():
        yield _error(f"{field}.statement", "STATEMENT_MISSING", "Say what the goal is.", "请写明目标。")
    if not goal.metric_code.strip() or goal.target is None:
        yield _error(
            f"{field}.target",
            "TARGET_NOT_MEASURABLE",
            "A goal needs a metric and a number to reach on it.",
            "目标须有指标和可衡量的目标值。",
        )
    if goal.due_on is None:
        yield _error(f"{field}.due_on", "DATE_MISSING", "A goal needs a date.", "目标须有完成日期。")
    elif goal.due_on < setting.today:
        yield _past(f"{field}.due_on")
    if not goal.measures:
        yield _error(
            f"{field}.measures", "MEASURE_MISSING", "A goal needs at least one measure.", "每个目标至少需要一项措施。"
        )
    if goal.target is not None and goal.baseline is not None and _is_worse(goal):
        yield _warning(
            f"{field}.target",
            "TARGET_BELOW_BASELINE",
            "The target is worse than the baseline; check the direction of the metric.",
            "目标值劣于基线，请核对指标方向。",
        )
    yield from _wording(f"{field}.statement", goal.statement)


def _measure(measure: Measure, goal: Goal, field: str, setting: Setting) -> Iterator[Finding]:
    if not measure.action.strip():
        yield _error(f"{field}.action", "ACTION_MISSING", "Say what is done.", "请写明具体做什么。")
    if measure.owner_id is None:
        yield _error(f"{field}.owner_id", "OWNER_MISSING", "A measure needs an owner.", "措施须有负责人。")
    elif not setting.is_active(measure.owner_id):
        yield _error(
            f"{field}.owner_id", "OWNER_INACTIVE", "The owner is not an active person.", "负责人不是在职人员。"
        )
    if measure.due_on is None:
        yield _error(f"{field}.due_on", "DATE_MISSING", "A measure needs a date.", "措施须有完成日期。")
    elif measure.due_on < setting.today:
        yield _past(f"{field}.due_on")
    elif goal.due_on is not None and measure.due_on > goal.due_on:
        yield _warning(
            f"{field}.due_on",
            "MEASURE_AFTER_GOAL",
            "The measure ends after its goal is due.",
            "措施的完成日期晚于目标的完成日期。",
        )
    for name, text in (("action", measure.action), ("resource", measure.resource), ("cadence", measure.cadence)):
        yield from _wording(f"{field}.{name}", text)


def _wording(field: str, text: str) -> Iterator[Finding]:
    for found in wording_findings(text):
        wording = found.wording
        reason = "WORDING_BLAMING" if wording.kind == "blaming" else "WORDING_VAGUE"
        yield Finding(
            field,
            reason,
            False,
            f"{wording.why.en} {wording.suggestion.en}",
            f"{wording.why.zh}{wording.suggestion.zh}",
            found.words,
        )


def _is_worse(goal: Goal) -> bool:
    if goal.target is None or goal.baseline is None:
        return False
    gain = goal.target - goal.baseline
    return gain < 0 if goal.direction == "higher" else gain > 0


def _past(field: str) -> Finding:
    return _error(field, "DATE_PAST", "The date has passed.", "日期已过。")


def _error(field: str, reason: str, en: str, zh: str) -> Finding:
    return Finding(field, reason, True, en, zh)


def _warning(field: str, reason: str, en: str, zh: str) -> Finding:
    return Finding(field, reason, False, en, zh)
