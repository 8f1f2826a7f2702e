"""RPCs about coverage and compliance."""

from collections import defaultdict
from uuid import UUID

from common.call import current_call
from common.grpc_server import Context
from common.steps import Step
from common.timestamps import to_day
from tandem.metrics.v1 import compliance_pb2, coverage_pb2

from metrics.api import mapping
from metrics.api.asking import Reads, divided, period_of
from metrics.storage.compliance_queries import compliance, list_compliance_interviews
from metrics.storage.coverage_queries import coverage, left_out, list_coverage
from metrics.storage.ledger_queries import failed_rows, step_rates
from metrics.storage.tables import LedgerRow


class ComplianceRpcs(Reads):
    """Serves coverage, compliance and step rates."""

    async def GetCoverage(
        self, request: coverage_pb2.GetCoverageRequest, context: Context
    ) -> coverage_pb2.GetCoverageResponse:
        """Answer coverage."""
        wanted, by = mapping.filter_of(request.filter), mapping.group_by_of(request.group_by)
        async with self.database.read(current_call().identity) as reader:
            period, starts_on = await period_of(reader, wanted, self.now())
            figure = await coverage(reader, await divided(reader, wanted, by), by, period)
            reasons = await left_out(reader, wanted) if wanted.cycle_id else {}
        return coverage_pb2.GetCoverageResponse(
            **mapping.figure(figure), left_out_by_reason=reasons, programme_starts_on=to_day(starts_on)
        )

    async def ListCoveragePeople(
        self, request: coverage_pb2.ListCoveragePeopleRequest, context: Context
    ) -> coverage_pb2.ListCoveragePeopleResponse:
        """List the people behind a coverage figure."""
        wanted = mapping.filter_of(request.filter)
        only = request.covered if request.HasField("covered") else None
        async with self.database.read(current_call().identity) as reader:
            period, _ = await period_of(reader, wanted, self.now())
            people, token = await list_coverage(reader, self.page(request), wanted, only, period)
        return coverage_pb2.ListCoveragePeopleResponse(
            people=[mapping.covered(each) for each in people], next_page_token=token
        )

    async def GetCompliance(
        self, request: compliance_pb2.GetComplianceRequest, context: Context
    ) -> compliance_pb2.GetComplianceResponse:
        """Answer compliance."""
        wanted, by = mapping.filter_of(request.filter), mapping.group_by_of(request.group_by)
        async with self.database.read(current_call().identity) as reader:
            figure = await compliance(reader, await divided(reader, wanted, by), by, self.now())
        return compliance_pb2.GetComplianceResponse(**mapping.figure(figure))

    async def ListComplianceInterviews(
        self, request: compliance_pb2.ListComplianceInterviewsRequest, context: Context
    ) -> compliance_pb2.ListComplianceInterviewsResponse:
        """List the interviews behind a compliance figure."""
        wanted, now = mapping.filter_of(request.filter), self.now()
        only = request.compliant if request.HasField("compliant") else None
        failed: dict[UUID, list[LedgerRow]] = defaultdict(list)
        async with self.database.read(current_call().identity) as reader:
            rows, token = await list_compliance_interviews(reader, self.page(request), wanted, only, now)
            for row in await failed_rows(reader, [each.id for each in rows if not each.compliant]):
                failed[row.interview_id].append(row)
        return compliance_pb2.ListComplianceInterviewsResponse(
            interviews=[mapping.compliance_interview(each, failed[each.id], now) for each in rows],
            next_page_token=token,
        )

    async def ListStepRates(
        self, request: compliance_pb2.ListStepRatesRequest, context: Context
    ) -> compliance_pb2.ListStepRatesResponse:
        """Answer each step's own rate, in the order of the process."""
        async with self.database.read(current_call().identity) as reader:
            rates = await step_rates(reader, mapping.filter_of(request.filter), self.now())
        return compliance_pb2.ListStepRatesResponse(
            rates=[mapping.step_rate(step, rates[step]) for step in Step if step in rates]
        )
