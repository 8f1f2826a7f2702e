"""What must be there before material is confirmed, shared or handed in."""

from common.errors import AppError, Kind


class NoFacts(AppError):
    """There is nothing on the data sheet."""

    kind = Kind.PRECONDITION
    reason = "NO_FACTS"
    en = "The data sheet of this interview is empty; import or enter at least one fact of its period first."
    zh = "该面谈的绩效数据表为空，请先导入或录入该周期的至少一项事实。"


class CoreGoalMissing(AppError):
    """A briefing without its core goal is none."""

    kind = Kind.PRECONDITION
    reason = "CORE_GOAL_MISSING"
    en = "Set the core goal and the initial directions before sharing the briefing."
    zh = "共享面谈材料前，请先设定核心目标与初步改进方向。"


class NothingChanged(AppError):
    """A correction that says what was said before is none."""

    kind = Kind.PRECONDITION
    reason = "NOTHING_CHANGED"
    en = "The briefing is the same as the version already shared."
    zh = "面谈材料与已共享的版本相同。"


class AlreadySubmitted(AppError):
    """A self-analysis is handed in once."""

    kind = Kind.PRECONDITION
    reason = "ALREADY_SUBMITTED"
    en = "The self-analysis has already been submitted."
    zh = "自我分析已提交。"


class EmptySelfAnalysis(AppError):
    """There is neither a view, a cause nor a request."""

    kind = Kind.PRECONDITION
    reason = "EMPTY"
    en = "Write your view, a cause or a request before you submit."
    zh = "提交前请填写对结果的看法、原因或诉求。"
