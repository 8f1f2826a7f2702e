"""The sum behind a shortfall, said in words a person can check."""

from dataclasses import dataclass

from interview_record.domain.shortfalls import Sum, TeamBasis


@dataclass(frozen=True)
class Explanation:
    """The same sentences in both languages."""

    zh: str
    en: str


def explain(found: Sum) -> Explanation:
    """Return a sentence for each test that could be made, and one for the comparison that could not."""
    parts = [_target(found), _team(found), _trend(found)]
    said = [each for each in parts if each is not None]
    return Explanation("".join(each.zh for each in said), " ".join(each.en for each in said))


def _target(found: Sum) -> Explanation | None:
    if found.target is None:
        return None
    zh = f"实际 {number(found.actual)}，目标 {number(found.target)}"
    en = f"{number(found.actual)} against a target of {number(found.target)}"
    percent = found.below_target_percent
    if percent is None:
        return Explanation(f"{zh}；目标为零，不计百分比。", f"{en}; a target of zero has no percentage.")
    return Explanation(
        f"{zh}：{_gap_zh(percent)}（达到 {number(found.thresholds.below_target_percent)}% 即为短板）。",
        f"{en}: {_gap_en(percent)} ({number(found.thresholds.below_target_percent)} % counts).",
    )


def _team(found: Sum) -> Explanation:
    if found.team_mean is None:
        return _no_team(found)
    same_manager = found.team_basis == TeamBasis.SAME_MANAGER
    whom_zh = "同一经理的团队" if same_manager else "本部门同序列同职级人员"
    whom_en = "people of the same manager" if same_manager else "people of the same family and level in the unit"
    zh = f"{whom_zh}（{found.team_size} 人）均值 {number(found.team_mean)}，标准差 {number(found.team_deviation)}"
    en = (
        f"{found.team_size} {whom_en}: mean {number(found.team_mean)}, "
        f"standard deviation {number(found.team_deviation)}"
    )
    percent = found.below_mean_percent
    if percent is None:
        return Explanation(f"{zh}；均值为零，不计百分比。", f"{en}; a mean of zero has no percentage.")
    needs_zh = f"{number(found.thresholds.below_mean_percent)}% 且 {_deviations(found)} 个标准差"
    needs_en = f"{number(found.thresholds.below_mean_percent)} % and {_deviations(found)} standard deviations count"
    return Explanation(
        f"{zh}：{_gap_zh(percent)}（达到 {needs_zh}即为短板）。", f"{en}: {_gap_en(percent)} ({needs_en})."
    )


def _no_team(found: Sum) -> Explanation:
    smallest = found.thresholds.smallest_team
    if found.team_basis == TeamBasis.LEVEL_UNKNOWN:
        return Explanation(
            f"未与团队比较：团队不足 {smallest} 人，且职级未知。",
            f"Not compared with a team: fewer than {smallest} people, and the level is unknown.",
        )
    return Explanation(
        f"未与团队比较：团队及同序列同职级人员均不足 {smallest} 人。",
        f"Not compared with a team: fewer than {smallest} people, also of the same family and level in the unit.",
    )


def _trend(found: Sum) -> Explanation | None:
    if len(found.trend) < 2:
        return None
    line = " → ".join(number(each) for each in found.trend)
    return Explanation(f"历期数值：{line}。", f"Period by period: {line}.")


def _gap_zh(percent: float) -> str:
    return f"差 {number(percent)}%" if percent > 0 else f"优 {number(-percent)}%" if percent < 0 else "持平"


def _gap_en(percent: float) -> str:
    return f"{number(percent)} % worse" if percent > 0 else f"{number(-percent)} % better" if percent < 0 else "equal"


def _deviations(found: Sum) -> str:
    return number(found.thresholds.below_mean_deviations)


def number(value: float | None) -> str:
    """Return the number with at most two decimals and none that say nothing."""
    if value is None:
        return ""
    return f"{value:.2f}".rstrip("0").rstrip(".")
