"""The self-analysis: kept as a draft, submitted once."""

from uuid import UUID

from tandem.interview_record.v1 import self_analysis_pb2 as pb

from gateway.calls import Change, Put, Read
from gateway.resource import Resource
from gateway.schemas.self_analyses import SelfAnalysisDraft, SelfAnalysisOut

self_analyses = Resource("interviews/{interview_id}/self-analysis", "Interviews")


@self_analyses.get("")
async def get_self_analysis(interview_id: UUID, call: Read) -> SelfAnalysisOut:
    """The self-analysis; a draft is the employee's alone."""
    reply = await call.interview_record.GetSelfAnalysis(pb.GetSelfAnalysisRequest(interview_id=str(interview_id)))
    return SelfAnalysisOut.of(reply.self_analysis)


@self_analyses.put("")
async def save_self_analysis(interview_id: UUID, draft: SelfAnalysisDraft, call: Put) -> SelfAnalysisOut:
    """Keep the draft; the first with `If-None-Match: *`. 409 `ALREADY_SUBMITTED`."""
    reply = await call.interview_record.SaveSelfAnalysis(
        pb.SaveSelfAnalysisRequest(
            interview_id=str(interview_id),
            results_view=draft.results_view,
            causes=draft.causes,
            requests=draft.requests,
            expected_version=call.version,
        )
    )
    return SelfAnalysisOut.of(reply.self_analysis)


@self_analyses.post(":submit")
async def submit_self_analysis(interview_id: UUID, call: Change) -> SelfAnalysisOut:
    """Submit it with its requests; from then on the manager sees it. 409 `ALREADY_SUBMITTED`, `EMPTY`."""
    reply = await call.interview_record.SubmitSelfAnalysis(
        pb.SubmitSelfAnalysisRequest(interview_id=str(interview_id), expected_version=call.version)
    )
    return SelfAnalysisOut.of(reply.self_analysis)
