"""Playbooks of a tenant's own: drafted from another, changed, published version by version."""

from collections.abc import Sequence

from common.errors import AppError, FieldViolation, Invalid, Kind


class CodeTaken(AppError):
    """A code names one playbook."""

    kind = Kind.CONFLICT
    reason = "CODE_TAKEN"
    en = "There is a playbook with this code already: {code}."
    zh = "该代码已用于另一份面谈规范：{code}。"

    def __init__(self, *, code: str) -> None:
        super().__init__(code=code)


class BuiltIn(AppError):
    """The built-in playbooks never change; derive one."""

    kind = Kind.PRECONDITION
    reason = "BUILT_IN"
    en = "The playbook {code} is built in and never changes; derive your own from it."
    zh = "面谈规范 {code} 为内置规范，不可更改，请由其派生。"

    def __init__(self, *, code: str) -> None:
        super().__init__(code=code)


class NothingToPublish(AppError):
    """There is no draft."""

    kind = Kind.PRECONDITION
    reason = "NOTHING_TO_PUBLISH"
    en = "The playbook has no draft; change it before you publish it."
    zh = "该面谈规范没有草稿，请先修改再发布。"


def check_rules(
    *, shortest_minutes: int, longest_minutes: int, timed: bool, segments: Sequence[tuple[int, int]]
) -> None:
    """Raise Invalid where the session's numbers contradict each other; segments are (segment, minutes)."""
    wrong = []
    if shortest_minutes > longest_minutes:
        wrong.append(
            FieldViolation(
                "rules.notice.shortest_minutes",
                "SHORTEST_OVER_LONGEST",
                "The shortest session is longer than the longest.",
                "最短时长大于最长时长。",
            )
        )
    minutes = sum(each for _, each in segments)
    if timed and not shortest_minutes <= minutes <= longest_minutes:
        wrong.append(
            FieldViolation(
                "rules.session.segments",
                "SEGMENTS_DO_NOT_FIT",
                f"The segments take {minutes} minutes, which no session lasts.",
                f"各环节合计 {minutes} 分钟，超出面谈时长范围。",
            )
        )
    if len({segment for segment, _ in segments}) < len(segments):
        wrong.append(
            FieldViolation(
                "rules.session.segments", "SEGMENT_TWICE", "A segment is given twice.", "同一环节出现了两次。"
            )
        )
    if wrong:
        raise Invalid(fields=wrong)
