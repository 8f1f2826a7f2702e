"""What is written into a plan's draft, and what the linter says of it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from tandem.plan_tracking.v1 import draft_pb2 as pb

from gateway.schemas.model import Input, Output
from gateway.schemas.revisions import Direction
from gateway.schemas.texts import said

DecimalText = Annotated[str, Field(pattern=r"^-?\d{1,15}(\.\d{1,6})?$", examples=["12.5"])]


class GoalInput(Input):
    """A goal as one writes it; what is missing is missing until the plan is offered."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "有效线索转化率一个月内提高 10%",
                    "metric_code": "conversion",
                    "baseline": "20",
                    "target": "22",
                    "measure_unit": "%",
                    "direction": "higher_is_better",
                    "due_on": "2026-11-13",
                }
            ]
        }
    )

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    shortfall_id: UUID | None = None
    metric_code: Annotated[str | None, Field(max_length=64)] = None
    baseline: DecimalText | None = None
    target: DecimalText | None = None
    measure_unit: Annotated[str | None, Field(max_length=32)] = None
    direction: Direction | None = None
    due_on: date | None = None


class MeasureInput(Input):
    """A measure as one writes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "goal_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d",
                    "action": "每条线索每周至少跟进 3 次",
                    "owner_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b0001",
                    "cadence": "每周",
                    "due_on": "2026-11-13",
                }
            ]
        }
    )

    goal_id: UUID
    action: Annotated[str, Field(min_length=1, max_length=2000)]
    owner_id: UUID | None = None
    resource: Annotated[str | None, Field(max_length=2000)] = None
    cadence: Annotated[str | None, Field(max_length=500)] = None
    due_on: date | None = None


class AnswerInput(Input):
    """The answer to a request: accepted with the measure that meets it, or declined with a reason."""

    accepted: bool
    measure_id: UUID | None = None
    reason: Annotated[str, Field(max_length=2000)] = ""


class FindingOut(Output):
    """What the linter found in one place."""

    error: Annotated[bool, Field(description="Stops the offer; a warning does not.")]
    code: str
    field: str
    detail: Annotated[str, Field(description="In the language of the response.")]

    @classmethod
    def of(cls, finding: pb.Finding, locale: str) -> "FindingOut":
        """Return the finding."""
        return cls(error=finding.error, code=finding.code, field=finding.field, detail=said(finding.text, locale))


class Findings(Output):
    """What the linter says of the newest revision, errors first."""

    items: list[FindingOut]
