"""By what figures are narrowed and grouped."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class GroupBy(StrEnum):
    """What a figure is broken down by."""

    UNIT = "unit"
    JOB_FAMILY = "job_family"
    LEVEL = "level"
    MANAGER = "manager"
    EMPLOYEE_TYPE = "employee_type"
    CYCLE = "cycle"
    MONTH = "month"


@dataclass(frozen=True)
class Filter:
    """All that is set must hold; ids as text, an empty text asks for those that have none."""

    under_unit_id: str | None = None
    unit_id: str | None = None
    job_family: str | None = None
    core_families_only: bool = False
    level: str | None = None
    manager_id: str | None = None
    employee_type: str | None = None
    cycle_id: str | None = None
    from_month: str | None = None
    until_month: str | None = None

    def stored(self) -> dict[str, Any]:
        """Return what is set, as JSON holds it."""
        return {name: value for name, value in asdict(self).items() if value not in (None, False)}

    def narrowed(self, by: GroupBy, key: str) -> "Filter":
        """Return the filter of one group: the key of a unit's own people is the unit that the filter names."""
        if by is GroupBy.UNIT and key == self.under_unit_id:
            return replace(self, unit_id=key)
        fixed: dict[str, Any] = dict.fromkeys(_FIXED_BY[by], key)
        return replace(self, **fixed)


_FIXED_BY = {
    GroupBy.UNIT: ("under_unit_id",),
    GroupBy.JOB_FAMILY: ("job_family",),
    GroupBy.LEVEL: ("level",),
    GroupBy.MANAGER: ("manager_id",),
    GroupBy.EMPLOYEE_TYPE: ("employee_type",),
    GroupBy.CYCLE: ("cycle_id",),
    GroupBy.MONTH: ("from_month", "until_month"),
}
