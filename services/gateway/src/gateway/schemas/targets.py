"""What is aimed at, and by when."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field
from tandem.metrics.v1 import target_pb2 as pb

from gateway.schemas.fields import day, day_text, number, word
from gateway.schemas.model import Input, Versioned


class TargetKind(StrEnum):
    """A measure with a target."""

    COVERAGE = "coverage"
    COMPLIANCE = "compliance"
    SATISFACTION = "satisfaction"
    ATTAINMENT = "attainment"


class Target(Input):
    """A percentage to be reached."""

    kind: TargetKind
    percent: Annotated[float, Field(ge=0, le=100)]
    due_on: Annotated[date, Field(description="By when.")]


class NewTargets(Input):
    """All targets at once; what is not named has none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "programme_starts_on": "2026-09-01",
                    "targets": [{"kind": "coverage", "percent": 90, "due_on": "2027-03-01"}],
                }
            ]
        }
    )

    programme_starts_on: Annotated[date, Field(description="Coverage counts interviews concluded since this day.")]
    targets: Annotated[list[Target], Field(max_length=10)]

    def request(self, version: int) -> pb.SetTargetsRequest:
        """Return the request to set them."""
        return pb.SetTargetsRequest(
            programme_starts_on=day_text(self.programme_starts_on),
            targets=[
                pb.Target(kind=number(pb.TargetKind, each.kind), percent=each.percent, due_on=day_text(each.due_on))
                for each in self.targets
            ],
            expected_version=version,
        )


class TargetsOut(Versioned):
    """The tenant's targets; version 0 are the standard's own, until the tenant sets others."""

    programme_starts_on: date | None
    targets: list[Target]

    @classmethod
    def of(cls, found: pb.Targets) -> "TargetsOut":
        """Return the targets."""
        targets = [
            Target(
                kind=word(TargetKind, pb.TargetKind, each.kind),
                percent=each.percent,
                due_on=date.fromisoformat(each.due_on),
            )
            for each in found.targets
        ]
        return cls(programme_starts_on=day(found.programme_starts_on), targets=targets, version=found.version)
