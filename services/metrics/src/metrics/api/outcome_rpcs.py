"""RPCs about satisfaction, attainment and lead times."""

from common.call import current_call
from common.grpc_server import Context
from common.words import number
from tandem.interview_record.v1 import facts_pb2 as interview_facts
from tandem.metrics.v1 import outcome_pb2 as pb

from metrics.api import mapping
from metrics.api.asking import Reads, divided
from metrics.domain.disclosure import Score
from metrics.domain.figures import GroupRatio, Ratio
from metrics.storage.outcome_queries import attainment, lead_times, list_attainment_plans
from metrics.storage.satisfaction_queries import list_evaluation_answers
from metrics.use_cases.show_satisfaction import show_satisfaction


class OutcomeRpcs(Reads):
    """Serves satisfaction, attainment and lead times."""

    async def GetSatisfaction(self, request: pb.GetSatisfactionRequest, context: Context) -> pb.GetSatisfactionResponse:
        """Answer satisfaction and how many answered."""
        wanted, by = mapping.filter_of(request.filter), mapping.group_by_of(request.group_by)
        async with self.database.read(current_call().identity) as reader:
            grouped = await divided(reader, wanted, by)
        shown = await show_satisfaction(self.database, current_call(), wanted, by, grouped)
        return pb.GetSatisfactionResponse(
            ratio=mapping.ratio(_ratio(shown.whole)),
            response=mapping.ratio(Ratio(shown.given, shown.asked)),
            groups=[mapping.group_ratio(GroupRatio(each.key, _ratio(each))) for each in shown.groups],
            groups_withheld=shown.groups_withheld,
        )

    async def ListEvaluationResponses(
        self, request: pb.ListEvaluationResponsesRequest, context: Context
    ) -> pb.ListEvaluationResponsesResponse:
        """List which evaluations were given."""
        async with self.database.read(current_call().identity) as reader:
            rows, token = await list_evaluation_answers(reader, self.page(request), mapping.filter_of(request.filter))
        responses = [
            pb.EvaluationResponse(
                interview_id=str(row.interview_id),
                evaluator=number(interview_facts.Evaluator, row.evaluator),
                given=row.given,
            )
            for row in rows
        ]
        return pb.ListEvaluationResponsesResponse(responses=responses, next_page_token=token)

    async def GetAttainment(self, request: pb.GetAttainmentRequest, context: Context) -> pb.GetAttainmentResponse:
        """Answer attainment."""
        wanted, by = mapping.filter_of(request.filter), mapping.group_by_of(request.group_by)
        async with self.database.read(current_call().identity) as reader:
            figure = await attainment(reader, await divided(reader, wanted, by), by, self.now())
        return pb.GetAttainmentResponse(**mapping.figure(figure))

    async def ListAttainmentPlans(
        self, request: pb.ListAttainmentPlansRequest, context: Context
    ) -> pb.ListAttainmentPlansResponse:
        """List the plans behind an attainment figure."""
        wanted, only = mapping.filter_of(request.filter), request.achieved if request.HasField("achieved") else None
        async with self.database.read(current_call().identity) as reader:
            rows, token = await list_attainment_plans(reader, self.page(request), wanted, only, self.now())
        return pb.ListAttainmentPlansResponse(
            plans=[mapping.attainment_plan(row) for row in rows], next_page_token=token
        )

    async def GetLeadTimes(self, request: pb.GetLeadTimesRequest, context: Context) -> pb.GetLeadTimesResponse:
        """Answer lead times."""
        async with self.database.read(current_call().identity) as reader:
            found = await lead_times(reader, mapping.filter_of(request.filter))
        return pb.GetLeadTimesResponse(lead_times=[mapping.lead_time(each) for each in found])


def _ratio(score: Score) -> Ratio:
    return Ratio(score.satisfied, score.given)
