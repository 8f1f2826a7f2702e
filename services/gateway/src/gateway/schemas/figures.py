"""What every figure has: a filter, groups, a part of a whole."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from tandem.directory.v1 import facts_pb2 as directory
from tandem.metrics.v1 import filter_pb2 as pb

from gateway.schemas.fields import id_text, number
from gateway.schemas.model import Input, Output, PageQuery
from gateway.schemas.people import EmployeeType

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-10"])]


class GroupBy(StrEnum):
    """What a figure is broken down by; `unit`: each child of the filter's unit (or of the root) with all under it."""

    UNIT = "unit"
    JOB_FAMILY = "job_family"
    LEVEL = "level"
    MANAGER = "manager"
    EMPLOYEE_TYPE = "employee_type"
    CYCLE = "cycle"
    MONTH = "month"


class FilterQuery(Input):
    """Dimensions as they were frozen when an interview opened; all that is set must hold."""

    under_unit_id: Annotated[UUID | None, Field(description="A unit and all under it.")] = None
    job_family: Annotated[str, Field(max_length=64)] = ""
    core_families_only: bool = False
    level: Annotated[str, Field(max_length=64)] = ""
    manager_id: UUID | None = None
    employee_type: EmployeeType | None = None
    cycle_id: UUID | None = None
    from_month: Annotated[Month | None, Field(description="Months are those of the last due date.")] = None
    until_month: Month | None = None

    def filter(self) -> pb.Filter:
        """Return the contract's form."""
        return pb.Filter(
            under_unit_id=id_text(self.under_unit_id),
            job_family=self.job_family,
            core_families_only=self.core_families_only,
            level=self.level,
            manager_id=id_text(self.manager_id),
            employee_type=number(directory.EmployeeType, self.employee_type),
            cycle_id=id_text(self.cycle_id),
            from_month=self.from_month or "",
            until_month=self.until_month or "",
        )


class FilteredPage(FilterQuery, PageQuery):
    """A list behind a figure: the figure's filter and a page."""

    def asked(self) -> dict[str, Any]:
        """Return the fields that every such request of the contract has."""
        return {"filter": self.filter(), "page_size": self.page_size, "page_token": self.page_token}


class FigureQuery(FilterQuery):
    """A figure: its filter and what it is broken down by."""

    group_by: GroupBy | None = None

    def asked(self) -> dict[str, Any]:
        """Return the fields that every such request of the contract has."""
        return {"filter": self.filter(), "group_by": number(pb.GroupBy, self.group_by)}


class Ratio(Output):
    """A part of a whole."""

    part: int
    whole: int
    percent: Annotated[float, Field(description="Of the whole; 0 where that is 0.")]

    @classmethod
    def of(cls, ratio: pb.Ratio) -> "Ratio":
        """Return the ratio."""
        return cls(part=ratio.part, whole=ratio.whole, percent=ratio.percent)


class GroupRatio(Output):
    """The ratio of one group."""

    key: Annotated[str, Field(description="The id, code or word that it is grouped by; empty for none.")]
    ratio: Ratio

    @classmethod
    def of(cls, group: pb.GroupRatio) -> "GroupRatio":
        """Return the group."""
        return cls(key=group.key, ratio=Ratio.of(group.ratio))
