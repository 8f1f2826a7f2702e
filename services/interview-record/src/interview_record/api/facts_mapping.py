"""Metrics, results, facts, imports and shortfalls between rows and contract."""

from datetime import date
from decimal import Decimal

from common.errors import Invalid
from common.timestamps import from_day, to_day, to_optional_timestamp, to_timestamp
from google.protobuf.json_format import ParseDict
from tandem.common.v1 import localized_pb2
from tandem.interview_record.v1 import fact_import_pb2, fact_pb2, facts_pb2, kpi_pb2, shortfall_pb2

from interview_record.domain.periods import Period
from interview_record.events import enum_value, text_of
from interview_record.storage.facts_tables import FactRow, ImportRow, KpiResultRow, MetricRow, ShortfallRow
from interview_record.words import decimal_text, shortfall_document


def optional_decimal(text: str) -> Decimal | None:
    """Return the number, None for the empty text."""
    return Decimal(text) if text else None


def read_day(text: str, field: str) -> date:
    """Return the day; raise Invalid at the field for one that does not exist."""
    try:
        return from_day(text)
    except ValueError:
        raise Invalid.field(field, "NOT_A_DAY", en="There is no such day.", zh="不存在这一天。") from None


def optional_day(text: str, field: str) -> date | None:
    """Return the day, None for the empty text; raise Invalid at the field for one that does not exist."""
    return read_day(text, field) if text else None


def read_period(first: str, last: str) -> Period:
    """Return the period; raise Invalid where it ends before it begins or a day does not exist."""
    try:
        return Period(from_day(first), from_day(last))
    except ValueError:
        raise Invalid.field(
            "period_until", "NOT_A_PERIOD", en="These two days make no period.", zh="这两个日期不能构成周期。"
        ) from None


def localized(zh: str, en: str) -> localized_pb2.LocalizedText:
    """Return a text in both languages."""
    return localized_pb2.LocalizedText(zh_cn=zh, en=en)


def metric_message(row: MetricRow) -> kpi_pb2.Metric:
    """Return the metric as the contract shows it."""
    return kpi_pb2.Metric(
        id=str(row.id),
        code=row.code,
        name=localized(row.name_zh, row.name_en),
        measure_unit=row.measure_unit,
        direction=enum_value(facts_pb2.Direction, "DIRECTION", row.direction),
        job_families=row.job_families,
        version=row.version,
    )


def kpi_result_message(row: KpiResultRow) -> kpi_pb2.KpiResult:
    """Return the result as the contract shows it."""
    return kpi_pb2.KpiResult(
        id=str(row.id),
        person_id=str(row.person_id),
        metric_code=row.metric_code,
        period_from=to_day(row.period_from),
        period_until=to_day(row.period_until),
        target=decimal_text(row.target),
        actual=decimal_text(row.actual),
        weight=decimal_text(row.weight),
        import_id=text_of(row.import_id),
        recorded_by=row.recorded_by,
        recorded_at=to_timestamp(row.recorded_at),
        supersedes_id=text_of(row.supersedes_id),
        superseded_by_id=text_of(row.superseded_by_id),
        superseded=row.superseded_at is not None,
        version=row.version,
    )


def fact_message(row: FactRow, text: str, evidence: str) -> fact_pb2.Fact:
    """Return the fact as the contract shows it; texts are empty for who may not read them."""
    return fact_pb2.Fact(
        id=str(row.id),
        person_id=str(row.person_id),
        kind=enum_value(facts_pb2.FactKind, "FACT_KIND", row.kind),
        happened_on=to_day(row.happened_on),
        text=text,
        evidence=evidence,
        evidence_blob_ids=[str(each) for each in row.evidence_blob_ids],
        import_id=text_of(row.import_id),
        added_in_interview_id=text_of(row.interview_id),
        recorded_by=row.recorded_by,
        recorded_at=to_timestamp(row.recorded_at),
        supersedes_id=text_of(row.supersedes_id),
        superseded_by_id=text_of(row.superseded_by_id),
        superseded=row.superseded_at is not None,
        version=row.version,
    )


def import_message(row: ImportRow) -> fact_import_pb2.Import:
    """Return the import as the contract shows it."""
    return fact_import_pb2.Import(
        id=str(row.id),
        kind=enum_value(fact_import_pb2.ImportKind, "IMPORT_KIND", row.kind),
        file_name=row.file_name,
        operation_id=str(row.operation_id),
        created=row.created,
        corrected=row.corrected,
        unchanged=row.unchanged,
        in_error=row.in_error,
        imported_by=row.imported_by,
        imported_at=to_timestamp(row.imported_at),
        undone_at=to_optional_timestamp(row.undone_at),
        undone_by=row.undone_by or "",
        version=row.version,
    )


def shortfall_message(row: ShortfallRow, dismissal_reason: str) -> shortfall_pb2.Shortfall:
    """Return the shortfall with its sum as the contract shows it."""
    message = ParseDict(shortfall_document(row), shortfall_pb2.Shortfall())
    message.decided_by = row.decided_by or ""
    message.dismissal_reason = dismissal_reason
    if row.decided_at is not None:
        message.decided_at.CopyFrom(to_timestamp(row.decided_at))
    return message
