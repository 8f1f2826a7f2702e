"""Metrics, KPI results, incidents and highlights: typed in, corrected, listed."""

from collections import Counter
from decimal import Decimal
from uuid import UUID

from common.call import Call, current_call
from common.grpc_server import once
from common.policy import Policy
from common.transaction import Transaction
from sqlalchemy import select
from tandem.interview_record.v1 import fact_pb2, facts_pb2, kpi_pb2

from interview_record.api.facts_mapping import (
    fact_message,
    kpi_result_message,
    metric_message,
    optional_day,
    optional_decimal,
    read_day,
    read_period,
)
from interview_record.api.interview_mapping import optional_id, word
from interview_record.api.methods import Context, Methods
from interview_record.domain.kpi import Direction, FactKind, FactLine, KpiLine
from interview_record.facts_policy import person_case, person_columns
from interview_record.policy import POLICY
from interview_record.reading import reading
from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.facts_lists import Whose, facts, kpi_results
from interview_record.storage.facts_queries import person_of
from interview_record.storage.facts_tables import FactRow, KpiResultRow, MetricRow
from interview_record.storage.texts import open_text
from interview_record.use_cases.correct_fact import correct_fact
from interview_record.use_cases.correct_kpi_result import correct_kpi_result
from interview_record.use_cases.put_metric import MetricFacts, put_metric
from interview_record.use_cases.record_fact import record_fact
from interview_record.use_cases.record_kpi_result import record_kpi_result


class FactsMethods(Methods):
    """The facts before the interview."""

    async def PutMetric(self, request: kpi_pb2.PutMetricRequest, context: Context) -> kpi_pb2.PutMetricResponse:
        """Create or change a metric."""
        call = current_call()
        wanted = MetricFacts(
            request.code,
            request.name.zh_cn,
            request.name.en,
            request.measure_unit,
            Direction(word(facts_pb2.Direction, "DIRECTION", request.direction)),
            tuple(request.job_families),
        )
        metric_id = await once(put_metric(self._database, call, wanted, request.expected_version))
        async with self._database.read(call.identity) as reader:
            row = await reader.session.get_one(MetricRow, (reader.tenant_id, metric_id))
            return kpi_pb2.PutMetricResponse(metric=metric_message(row))

    async def ListMetrics(self, request: kpi_pb2.ListMetricsRequest, context: Context) -> kpi_pb2.ListMetricsResponse:
        """List metrics by code."""
        identity = current_call().identity
        POLICY.require(identity, "metric.read")
        page = self._page(request, identity, "metrics", {})
        statement = select(MetricRow).where(MetricRow.tenant_id == identity.tenant_id)
        async with self._database.read(identity) as reader:
            found = await reader.session.scalars(page.apply(statement, MetricRow.code, MetricRow.id))
            rows, token = page.close(found.all(), lambda row: (row.code, row.id))
        return kpi_pb2.ListMetricsResponse(metrics=[metric_message(row) for row in rows], next_page_token=token)

    async def RecordKpiResult(
        self, request: kpi_pb2.RecordKpiResultRequest, context: Context
    ) -> kpi_pb2.RecordKpiResultResponse:
        """Type a KPI result in."""
        call = current_call()
        line = KpiLine(
            UUID(request.person_id),
            request.metric_code,
            read_period(request.period_from, request.period_until),
            optional_decimal(request.target),
            Decimal(request.actual),
            optional_decimal(request.weight) or Decimal(1),
        )
        result_id = await once(record_kpi_result(self._database, call, line))
        return kpi_pb2.RecordKpiResultResponse(kpi_result=await self._result(call, result_id))

    async def CorrectKpiResult(
        self, request: kpi_pb2.CorrectKpiResultRequest, context: Context
    ) -> kpi_pb2.CorrectKpiResultResponse:
        """Replace a KPI result by another."""
        call = current_call()
        result_id = await once(
            correct_kpi_result(
                self._database,
                call,
                UUID(request.kpi_result_id),
                target=optional_decimal(request.target),
                actual=Decimal(request.actual),
                weight=optional_decimal(request.weight) or Decimal(1),
                expected_version=request.expected_version,
            )
        )
        return kpi_pb2.CorrectKpiResultResponse(kpi_result=await self._result(call, result_id))

    async def ListKpiResults(
        self, request: kpi_pb2.ListKpiResultsRequest, context: Context
    ) -> kpi_pb2.ListKpiResultsResponse:
        """List KPI results, newest period first."""
        identity = current_call().identity
        whose = Whose(optional_id(request.person_id), optional_id(request.under_unit_id))
        filters = {
            "metric_code": request.metric_code,
            "from_on": optional_day(request.from_on, "from_on"),
            "until_on": optional_day(request.until_on, "until_on"),
            "import_id": optional_id(request.import_id),
            "include_superseded": request.include_superseded,
        }
        page = self._page(request, identity, "kpi_results", {**filters, "whose": whose})
        visible = POLICY.predicate(identity, "kpi.read", person_columns())
        statement = page.apply(
            kpi_results(identity.tenant_id, visible, whose, **filters),  # type: ignore[arg-type]
            KpiResultRow.period_until,
            KpiResultRow.id,
            descending=True,
        )
        async with self._database.read(identity) as reader:
            found = (await reader.session.scalars(statement)).all()
        rows, token = page.close(found, lambda row: (row.period_until, row.id))
        messages = [kpi_result_message(row) for row in rows]
        return kpi_pb2.ListKpiResultsResponse(kpi_results=messages, next_page_token=token)

    async def RecordFact(self, request: fact_pb2.RecordFactRequest, context: Context) -> fact_pb2.RecordFactResponse:
        """Type an incident or a highlight in."""
        call = current_call()
        line = FactLine(
            UUID(request.person_id),
            FactKind(word(facts_pb2.FactKind, "FACT_KIND", request.kind)),
            read_day(request.happened_on, "happened_on"),
            request.text,
            request.evidence,
            evidence_blob_ids=tuple(UUID(each) for each in request.evidence_blob_ids),
        )
        fact_id = await once(record_fact(self._database, call, line))
        return fact_pb2.RecordFactResponse(fact=await self._fact(call, fact_id))

    async def CorrectFact(self, request: fact_pb2.CorrectFactRequest, context: Context) -> fact_pb2.CorrectFactResponse:
        """Replace a fact by another."""
        call = current_call()
        fact_id = await once(
            correct_fact(
                self._database,
                call,
                UUID(request.fact_id),
                happened_on=read_day(request.happened_on, "happened_on"),
                text=request.text,
                evidence=request.evidence,
                evidence_blob_ids=[UUID(each) for each in request.evidence_blob_ids],
                expected_version=request.expected_version,
            )
        )
        return fact_pb2.CorrectFactResponse(fact=await self._fact(call, fact_id))

    async def ListFacts(self, request: fact_pb2.ListFactsRequest, context: Context) -> fact_pb2.ListFactsResponse:
        """List incidents and highlights, newest first; who may not read the texts gets them empty."""
        call = current_call()
        whose = Whose(optional_id(request.person_id), optional_id(request.under_unit_id))
        filters = {
            "kind": word(facts_pb2.FactKind, "FACT_KIND", request.kind),
            "from_on": optional_day(request.from_on, "from_on"),
            "until_on": optional_day(request.until_on, "until_on"),
            "import_id": optional_id(request.import_id),
            "include_superseded": request.include_superseded,
        }
        page = self._page(request, call.identity, "facts", {**filters, "whose": whose})
        visible = POLICY.predicate(call.identity, "fact.read", person_columns())
        statement = page.apply(
            facts(call.identity.tenant_id, visible, whose, **filters),  # type: ignore[arg-type]
            FactRow.happened_on,
            FactRow.id,
            descending=True,
        )
        async with reading(self._database, call) as tx:
            found = (await tx.session.execute(statement)).all()
            rows, token = page.close(found, lambda row: (row[0].happened_on, row[0].id))
            messages = [await seen_fact(tx, POLICY, fact, person) for fact, person in rows]
            note_readings(tx, "fact", [fact for fact, person in rows if _reads(tx, person)])
        return fact_pb2.ListFactsResponse(facts=messages, next_page_token=token)

    async def _result(self, call: Call, result_id: UUID) -> kpi_pb2.KpiResult:
        async with self._database.read(call.identity) as reader:
            return kpi_result_message(await reader.session.get_one(KpiResultRow, (reader.tenant_id, result_id)))

    async def _fact(self, call: Call, fact_id: UUID) -> fact_pb2.Fact:
        async with reading(self._database, call) as tx:
            row = await tx.session.get_one(FactRow, (tx.tenant_id, fact_id))
            return await seen_fact(tx, POLICY, row, await person_of(tx.session, tx.tenant_id, row.person_id))


async def seen_fact(tx: Transaction, policy: Policy, row: FactRow, person: PersonRow) -> fact_pb2.Fact:
    """Return the fact with its texts, or without them for who sees facts only."""
    if "texts" not in policy.visible_fields(tx.identity, "fact.read", person_case(person)):
        return fact_message(row, "", "")
    text = await open_text(tx, "fact", "text", row.id, row.person_id, row.text)
    return fact_message(row, text, await open_text(tx, "fact", "evidence", row.id, row.person_id, row.evidence))


def note_readings(tx: Transaction, resource: str, rows: list[FactRow]) -> None:
    """Audit whose texts somebody else has read, once a person."""
    for person_id, count in Counter(row.person_id for row in rows).items():
        tx.audit(f"{resource}.read", "person", person_id, reader_id=tx.identity.person_id, count=count)


def _reads(tx: Transaction, person: PersonRow) -> bool:
    """Tell whether the caller, not the person, reads texts about the person."""
    seen = POLICY.visible_fields(tx.identity, "fact.read", person_case(person))
    return "texts" in seen and tx.identity.person_id != person.id
