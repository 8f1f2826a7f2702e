"""Metrics and KPI results: typed in, imported, corrected."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from tandem.interview_record.v1 import fact_import_pb2, facts_pb2
from tandem.interview_record.v1 import kpi_pb2 as pb

from gateway.calls import Change, Put, Read, ReadCall, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.fields import day_text, id_text, number
from gateway.schemas.kpi_results import (
    KpiCorrection,
    KpiImportInput,
    KpiResultOut,
    KpiResultsQuery,
    MetricInput,
    MetricOut,
    NewKpiResult,
    person_id_of,
)
from gateway.schemas.model import Page, PageQuery
from gateway.schemas.operations import Started

metrics = Resource("metrics", "Facts")
kpi_results = Resource("kpi-results", "Facts")


@metrics.get("")
async def list_metrics(call: Read, query: Annotated[PageQuery, Query()]) -> Page[MetricOut]:
    """What is measured, by code."""
    reply = await call.interview_record.ListMetrics(
        pb.ListMetricsRequest(page_size=query.page_size, page_token=query.page_token)
    )
    return Page.of([MetricOut.of(each) for each in reply.metrics], reply.next_page_token)


@metrics.put("/{code}")
async def put_metric(
    code: Annotated[str, Path(min_length=1, max_length=64)], metric: MetricInput, call: Put
) -> MetricOut:
    """Create or change a metric. 409 `METRIC_IN_USE`: its direction or unit, once it has results."""
    reply = await call.interview_record.PutMetric(
        pb.PutMetricRequest(
            code=code,
            name=metric.name.to_contract(),
            measure_unit=metric.measure_unit,
            direction=number(facts_pb2.Direction, metric.direction),
            job_families=metric.job_families,
            expected_version=call.version,
        )
    )
    return MetricOut.of(reply.metric)


@kpi_results.get("")
async def list_kpi_results(call: Read, query: Annotated[KpiResultsQuery, Query()]) -> Page[KpiResultOut]:
    """The KPI results that you may see, newest period first."""
    reply = await call.interview_record.ListKpiResults(
        pb.ListKpiResultsRequest(
            person_id=id_text(query.person_id),
            under_unit_id=id_text(query.under_unit_id),
            metric_code=query.metric_code,
            from_on=day_text(query.from_on),
            until_on=day_text(query.until_on),
            import_id=id_text(query.import_id),
            include_superseded=query.include_superseded,
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(await _results_out(call, reply.kpi_results), reply.next_page_token)


@kpi_results.post("", status_code=201)
async def record_kpi_result(result: NewKpiResult, call: Write) -> KpiResultOut:
    """Type a KPI result in. 409 `RESULT_EXISTS`: there is one of that metric and period; correct it."""
    reply = await call.interview_record.RecordKpiResult(
        pb.RecordKpiResultRequest(
            person_id=str(result.person_id),
            metric_code=result.metric_code,
            period_from=day_text(result.period_from),
            period_until=day_text(result.period_until),
            target=result.target or "",
            actual=result.actual,
            weight=result.weight or "",
        )
    )
    return (await _results_out(call, [reply.kpi_result]))[0]


@kpi_results.post(":import", status_code=202)
async def import_kpi_results(file: KpiImportInput, call: Write) -> Started:
    """Read KPI results from an uploaded file; a repeated import changes nothing. 400 `MAPPING_*`."""
    reply = await call.interview_record.ImportKpis(
        fact_import_pb2.ImportKpisRequest(
            file=file.to_file(),
            mapping=file.to_mapping(),
            layout=number(fact_import_pb2.KpiLayout, file.layout),
            period_from=day_text(file.period_from),
            period_until=day_text(file.period_until),
            dry_run=file.dry_run,
            all_or_nothing=file.all_or_nothing,
        )
    )
    return Started.by("interview-record", reply.operation_id)


@kpi_results.post("/{id}:correct")
async def correct_kpi_result(id: UUID, correction: KpiCorrection, call: Change) -> KpiResultOut:
    """Replace a KPI result; answers the new one, the old one stays superseded. 409 `SUPERSEDED`."""
    reply = await call.interview_record.CorrectKpiResult(
        pb.CorrectKpiResultRequest(
            kpi_result_id=str(id),
            target=correction.target or "",
            actual=correction.actual,
            weight=correction.weight or "",
            expected_version=call.version,
        )
    )
    return (await _results_out(call, [reply.kpi_result]))[0]


async def _results_out(call: ReadCall, found: Collection[pb.KpiResult]) -> list[KpiResultOut]:
    people = (each for result in found for each in (result.person_id, person_id_of(result.recorded_by)))
    names = await names_for(call, people)
    return [KpiResultOut.of(result, names) for result in found]
