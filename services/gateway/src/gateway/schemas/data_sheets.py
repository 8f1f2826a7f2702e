"""The data sheet: the facts that are shared before an interview."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.interview_record.v1 import briefing_pb2 as pb
from tandem.interview_record.v1 import fact_pb2, shortfall_pb2
from tandem.interview_record.v1 import facts_pb2 as facts

from gateway.schemas.disputes import DisputeOut
from gateway.schemas.fields import day, moment, optional_id, optional_text, optional_word, word
from gateway.schemas.model import Output
from gateway.schemas.texts import said

Decimal = Annotated[str | None, Field(description="A decimal as text; absent where it cannot be computed.")]


class Direction(StrEnum):
    """Which way is better."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"


class TeamBasis(StrEnum):
    """Whom a person is compared with; `none`: too few people, or the level is unknown."""

    SAME_MANAGER = "same_manager"
    SAME_FAMILY_AND_LEVEL = "same_family_and_level"
    NONE = "none"


class SheetKpi(Output):
    """One KPI on the sheet."""

    id: UUID
    metric_code: str
    metric_name: str
    measure_unit: str
    direction: Direction
    period_from: date | None
    period_until: date | None
    weight: Decimal
    target: Decimal
    actual: Decimal
    completion_percent: Decimal
    team_basis: TeamBasis | None
    team_size: int
    team_mean: Decimal
    team_difference_percent: Annotated[str | None, Field(description="Positive where better than the team.")]
    trend: Annotated[list[str], Field(description="Own actuals, oldest first, this one included.")]
    import_id: UUID | None

    @classmethod
    def of(cls, kpi: pb.SheetKpi, locale: str) -> "SheetKpi":
        """Return the KPI in the caller's language."""
        result = kpi.result
        return cls(
            id=UUID(result.id),
            metric_code=result.metric_code,
            metric_name=said(kpi.metric_name, locale),
            measure_unit=kpi.measure_unit,
            direction=word(Direction, facts.Direction, kpi.direction),
            period_from=day(result.period_from),
            period_until=day(result.period_until),
            weight=optional_text(result.weight),
            target=optional_text(result.target),
            actual=optional_text(result.actual),
            completion_percent=optional_text(kpi.completion_percent),
            team_basis=optional_word(TeamBasis, shortfall_pb2.TeamBasis, kpi.team_basis),
            team_size=kpi.team_size,
            team_mean=optional_text(kpi.team_mean),
            team_difference_percent=optional_text(kpi.team_difference_percent),
            trend=list(kpi.trend),
            import_id=optional_id(result.import_id),
        )


class SheetShortfall(Output):
    """A shortfall on the sheet, with how it was found."""

    id: UUID
    metric_code: str
    shortfall_type: str | None
    tests: list[str]
    confidence: str
    below_target_percent: Decimal
    below_mean_percent: Decimal
    explanation: str

    @classmethod
    def of(cls, shortfall: shortfall_pb2.Shortfall, locale: str) -> "SheetShortfall":
        """Return the shortfall in the caller's language."""
        tests = [shortfall_pb2.ShortfallTest.Name(each) for each in shortfall.met_tests]
        confidence = shortfall_pb2.Confidence.Name(shortfall.confidence)
        return cls(
            id=UUID(shortfall.id),
            metric_code=shortfall.metric_code,
            shortfall_type=optional_text(shortfall.shortfall_type),
            tests=[each.removeprefix("SHORTFALL_TEST_").lower() for each in tests],
            confidence=confidence.removeprefix("CONFIDENCE_").lower(),
            below_target_percent=optional_text(shortfall.sum.below_target_percent),
            below_mean_percent=optional_text(shortfall.sum.below_mean_percent),
            explanation=said(shortfall.sum.explanation, locale),
        )


class SheetFact(Output):
    """An incident or a highlight on the sheet."""

    id: UUID
    happened_on: date | None
    text: str
    evidence: str | None
    evidence_blob_ids: list[UUID]
    added_in_session: bool
    recorded_at: datetime | None
    import_id: UUID | None

    @classmethod
    def of(cls, fact: fact_pb2.Fact) -> "SheetFact":
        """Return the fact."""
        return cls(
            id=UUID(fact.id),
            happened_on=day(fact.happened_on),
            text=fact.text,
            evidence=optional_text(fact.evidence),
            evidence_blob_ids=[UUID(each) for each in fact.evidence_blob_ids],
            added_in_session=bool(fact.added_in_interview_id),
            recorded_at=moment(fact.recorded_at),
            import_id=optional_id(fact.import_id),
        )


class DataSheetOut(Output):
    """绩效数据统计表."""

    interview_id: UUID
    briefing_version: Annotated[int, Field(description="The briefing that froze it; 0: as it stands now.")]
    period_from: date | None
    period_until: date | None
    kpis: list[SheetKpi]
    shortfalls: list[SheetShortfall]
    incidents: list[SheetFact]
    highlights: list[SheetFact]
    disputes: list[DisputeOut]
    import_ids: list[UUID]

    @classmethod
    def of(cls, sheet: pb.DataSheet, locale: str) -> "DataSheetOut":
        """Return the sheet in the caller's language."""
        return cls(
            interview_id=UUID(sheet.interview_id),
            briefing_version=sheet.briefing_version,
            period_from=day(sheet.period_from),
            period_until=day(sheet.period_until),
            kpis=[SheetKpi.of(each, locale) for each in sheet.kpis],
            shortfalls=[SheetShortfall.of(each, locale) for each in sheet.shortfalls],
            incidents=[SheetFact.of(each) for each in sheet.incidents],
            highlights=[SheetFact.of(each) for each in sheet.highlights],
            disputes=[DisputeOut.of(each) for each in sheet.disputes],
            import_ids=[UUID(each) for each in sheet.import_ids],
        )
