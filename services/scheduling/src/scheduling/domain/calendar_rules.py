"""What a calendar's hours and days may be."""

from dataclasses import dataclass

from common.errors import AppError, Invalid, Kind

LAST_MINUTE = 1439


class CodeTaken(AppError):
    """The tenant has a calendar of that code."""

    kind = Kind.CONFLICT
    reason = "CODE_TAKEN"
    en = "There is already a calendar {code}."
    zh = "已存在代码为 {code} 的日历。"

    def __init__(self, *, code: str) -> None:
        super().__init__(code=code)


@dataclass(frozen=True)
class Hours:
    """Working hours in minutes of the local day; an empty break is none."""

    opens: int = 540
    closes: int = 1080
    break_from: int = 0
    break_until: int = 0

    def require_valid(self) -> None:
        """Raise Invalid for hours that end before they begin, or a break outside them."""
        if not 0 <= self.opens < self.closes <= LAST_MINUTE:
            raise Invalid.field(
                "hours", "HOURS_INVALID", en="Working hours end after they begin.", zh="工作时间的结束须晚于开始。"
            )
        if self.break_from == self.break_until:
            return
        if not self.opens <= self.break_from < self.break_until <= self.closes:
            raise Invalid.field(
                "hours", "BREAK_INVALID", en="The break lies within working hours.", zh="休息时段须在工作时间之内。"
            )
