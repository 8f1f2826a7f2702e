"""Days and times as a reader would write them, in the reader's own zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from common.content import language

_ZH_DAYS = "一二三四五六日"
_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_text(moment: datetime, zone: str, locale: str) -> str:
    """The local date with its weekday, from an aware time."""
    local = moment.astimezone(ZoneInfo(zone))
    if language(locale) == "zh-CN":
        return f"{local.year}年{local.month}月{local.day}日（周{_ZH_DAYS[local.weekday()]}）"
    return f"{_EN_DAYS[local.weekday()]} {local.day} {_EN_MONTHS[local.month - 1]} {local.year}"


def moment_text(moment: datetime, zone: str, locale: str) -> str:
    """The local date and time with the offset from UTC, so that nobody has to guess the zone."""
    local = moment.astimezone(ZoneInfo(zone))
    minutes = int((local.utcoffset() or local - local).total_seconds()) // 60
    offset = f"{'+' if minutes >= 0 else '-'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    separator = "" if language(locale) == "zh-CN" else ", "
    return f"{day_text(moment, zone, locale)}{separator}{local:%H:%M} (UTC{offset})"
