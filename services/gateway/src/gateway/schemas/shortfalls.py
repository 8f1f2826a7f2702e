"""Shortfalls: where a KPI is short, with the sum, and what was made of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.interview_record.v1 import shortfall_pb2 as pb

from gateway.names import Names, PersonRef
from gateway.schemas.data_sheets import TeamBasis
from gateway.schemas.fields import day, moment, optional_text, optional_word, word
from gateway.schemas.kpi_results import person_id_of
from gateway.schemas.model import Input, Output, PageQuery, Versioned
from gateway.schemas.texts import said

Percent = Annotated[str | None, Field(description="A decimal as text, positive where worse.")]


class ShortfallState(StrEnum):
    """Where a shortfall stands; `gone`: its results changed and it is no longer there."""

    FOUND = "found"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    GONE = "gone"


class ShortfallTest(StrEnum):
    """What a result is held against."""

    BELOW_TARGET = "below_target"
    BELOW_TEAM_MEAN = "below_team_mean"
    FALLING = "falling"


class Confidence(StrEnum):
    """High where two tests agree."""

    LOW = "low"
    HIGH = "high"


class ShortfallSum(Output):
    """How it was found; a value is absent where a test could not be made."""

    actual: str
    target: str | None
    below_target_percent: Percent
    team_basis: TeamBasis | None
    team_size: int
    team_mean: str | None
    team_deviation: str | None
    below_mean_percent: Percent
    trend: Annotated[list[str], Field(description="Of the last periods, oldest first, this one included.")]
    explanation: Annotated[str, Field(description="The sum in words, in the language of the response.")]

    @classmethod
    def of(cls, found: pb.ShortfallSum, locale: str) -> "ShortfallSum":
        """Return the sum."""
        return cls(
            actual=found.actual,
            target=optional_text(found.target),
            below_target_percent=optional_text(found.below_target_percent),
            team_basis=optional_word(TeamBasis, pb.TeamBasis, found.team_basis),
            team_size=found.team_size,
            team_mean=optional_text(found.team_mean),
            team_deviation=optional_text(found.team_deviation),
            below_mean_percent=optional_text(found.below_mean_percent),
            trend=list(found.trend),
            explanation=said(found.explanation, locale),
        )


class ShortfallOut(Versioned):
    """A shortfall."""

    id: UUID
    person: PersonRef
    kpi_result_id: UUID
    metric_code: str
    period_from: date | None
    period_until: date | None
    state: ShortfallState
    shortfall_type: Annotated[str | None, Field(description="Absent until accepted.", examples=["skill"])]
    met_tests: list[ShortfallTest]
    confidence: Confidence
    sum: ShortfallSum
    decided_by: PersonRef | None
    decided_at: datetime | None
    dismissal_reason: Annotated[str | None, Field(description="Absent where you see figures only.")]
    found_at: datetime | None

    @classmethod
    def of(cls, shortfall: pb.Shortfall, names: Names, locale: str) -> "ShortfallOut":
        """Return the shortfall."""
        return cls(
            id=UUID(shortfall.id),
            person=names.ref(shortfall.person_id),
            kpi_result_id=UUID(shortfall.kpi_result_id),
            metric_code=shortfall.metric_code,
            period_from=day(shortfall.period_from),
            period_until=day(shortfall.period_until),
            state=word(ShortfallState, pb.ShortfallState, shortfall.state),
            shortfall_type=optional_text(shortfall.shortfall_type),
            met_tests=[word(ShortfallTest, pb.ShortfallTest, each) for each in shortfall.met_tests],
            confidence=word(Confidence, pb.Confidence, shortfall.confidence),
            sum=ShortfallSum.of(shortfall.sum, locale),
            decided_by=names.optional_ref(person_id_of(shortfall.decided_by)),
            decided_at=moment(shortfall.decided_at),
            dismissal_reason=optional_text(shortfall.dismissal_reason),
            found_at=moment(shortfall.found_at),
            version=shortfall.version,
        )


class ShortfallsQuery(PageQuery):
    """Filters of the list of shortfalls; all must hold."""

    person_id: UUID | None = None
    under_unit_id: Annotated[UUID | None, Field(description="A unit and all under it.")] = None
    manager_id: UUID | None = None
    state: Annotated[ShortfallState | None, Field(description="Absent: all but those gone.")] = None
    confidence: Confidence | None = None
    metric_code: Annotated[str, Field(max_length=64)] = ""
    met_test: ShortfallTest | None = None
    period_from: Annotated[date | None, Field(description="Results of periods inside these two days.")] = None
    period_until: date | None = None


class ShortfallSearch(Input):
    """Where to look for shortfalls, and by whose thresholds."""

    under_unit_id: Annotated[UUID | None, Field(description="A unit and all under it; null: the whole tenant.")] = None
    person_ids: Annotated[list[UUID], Field(default_factory=list, max_length=1000)]
    period_from: date
    period_until: date
    playbook_id: UUID


class Acceptance(Input):
    """What kind of shortfall it is."""

    shortfall_type: Annotated[str, Field(min_length=1, max_length=64, examples=["skill"])]


class Dismissal(Input):
    """Why it is none."""

    reason: Annotated[str, Field(min_length=1, max_length=2000, description="Kept sealed with the person.")]
