"""After the interview: evaluations and the archive."""

from uuid import UUID

from common.call import Call, current_call
from common.errors import NotFound
from common.grpc_server import once
from common.timestamps import to_timestamp
from sqlalchemy import ColumnElement, select
from tandem.interview_record.v1 import archive_pb2 as archive
from tandem.interview_record.v1 import evaluation_pb2 as pb
from tandem.interview_record.v1 import facts_pb2 as facts

from interview_record.api.interview_mapping import optional_id, word
from interview_record.api.methods import Context, Methods
from interview_record.api.record_mapping import archive_item_message, evaluation_message
from interview_record.domain.evaluation import Scores, summarise
from interview_record.domain.frozen import is_intact
from interview_record.policy import POLICY, interview_columns
from interview_record.reading import note_read, reading, see_case
from interview_record.rules import built_in_rules
from interview_record.storage.archive_queries import dues_of, receipts_of
from interview_record.storage.evaluation_queries import Group, asked_of, floor_of, scores_of, smallest_rest
from interview_record.storage.interview_tables import InterviewRow
from interview_record.storage.record_tables import ArchiveItemRow, EvaluationRow
from interview_record.storage.texts import open_text
from interview_record.use_cases.submit_evaluation import submit_evaluation


class RecordMethods(Methods):
    """What remains of the talk."""

    async def SubmitEvaluation(
        self, request: pb.SubmitEvaluationRequest, context: Context
    ) -> pb.SubmitEvaluationResponse:
        """Rate the session."""
        call = current_call()
        scores = Scores((*request.content_scores, request.preparation_score))
        interview_id = UUID(request.interview_id)
        await once(submit_evaluation(self._database, call, interview_id, scores, request.text))
        return pb.SubmitEvaluationResponse(evaluation=await self._own_evaluation(call, interview_id))

    async def GetOwnEvaluation(
        self, request: pb.GetOwnEvaluationRequest, context: Context
    ) -> pb.GetOwnEvaluationResponse:
        """Answer the caller's own evaluation."""
        found = await self._own_evaluation(current_call(), UUID(request.interview_id))
        return pb.GetOwnEvaluationResponse(evaluation=found)

    async def SummarizeEvaluations(
        self, request: pb.SummarizeEvaluationsRequest, context: Context
    ) -> pb.SummarizeEvaluationsResponse:
        """Answer means over a group, never over fewer than the floor."""
        identity = current_call().identity
        group = Group(
            identity.tenant_id,
            word(facts.Evaluator, "EVALUATOR", request.evaluator),
            POLICY.predicate(identity, "evaluation.summarize", interview_columns()),
            _filters(request),
        )
        async with self._database.read(identity) as reader:
            floor = await floor_of(reader.session, group) or built_in_rules("standard").evaluation.anonymity_floor
            given = await scores_of(reader.session, group)
            rest = await smallest_rest(reader.session, group, len(given))
            summary = summarise(given, floor, rest=rest)
            asked = await asked_of(reader.session, group)
        *content, preparation = summary.means
        return pb.SummarizeEvaluationsResponse(
            given=summary.count, asked=asked, content_means=content, preparation_mean=preparation
        )

    async def GetArchiveItem(
        self, request: archive.GetArchiveItemRequest, context: Context
    ) -> archive.GetArchiveItemResponse:
        """Answer an item with its content."""
        call = current_call()
        async with reading(self._database, call) as tx:
            row = await tx.get(ArchiveItemRow, UUID(request.archive_item_id), lock=False)
            seen = await see_case(tx, row.interview_id)
            seen.require_text(row.frozen_at or row.caused_at, "archive_item")
            note_read(tx, seen, "archive_item", row.id)
            dues = await dues_of(tx.session, tx.tenant_id, [row])
            receipts = await receipts_of(tx.session, tx.tenant_id, [row])
            key = await tx.data_key(row.employee_id)
        message = archive_item_message(row, dues.get(row.id), receipts[row.id])
        if row.file_id is not None:
            message.content = await self._blobs.read(row.file_id, key)
            if not is_intact(message.content.decode(), row.content_hash or b""):
                raise NotFound(resource="archive_item", id=row.id)
        return archive.GetArchiveItemResponse(archive_item=message)

    async def ListArchiveItems(
        self, request: archive.ListArchiveItemsRequest, context: Context
    ) -> archive.ListArchiveItemsResponse:
        """List the items of an interview or of an employee's file, oldest first."""
        identity = current_call().identity
        wanted = {"interview_id": optional_id(request.interview_id), "employee_id": optional_id(request.employee_id)}
        page = self._pages.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self._database.clock.system(),
            question="archive_items",
            filters=wanted,
        )
        statement = (
            select(ArchiveItemRow)
            .join(
                InterviewRow,
                (InterviewRow.tenant_id == ArchiveItemRow.tenant_id) & (InterviewRow.id == ArchiveItemRow.interview_id),
            )
            .where(
                ArchiveItemRow.tenant_id == identity.tenant_id,
                POLICY.predicate(identity, "interview.read", interview_columns(), field="texts"),
            )
        )
        if wanted["interview_id"]:
            statement = statement.where(ArchiveItemRow.interview_id == wanted["interview_id"])
        if wanted["employee_id"]:
            statement = statement.where(ArchiveItemRow.employee_id == wanted["employee_id"])
        async with self._database.read(identity) as reader:
            found = await reader.session.scalars(page.apply(statement, ArchiveItemRow.created_at, ArchiveItemRow.id))
            rows, token = page.close(found.all(), lambda row: (row.created_at, row.id))
            dues = await dues_of(reader.session, identity.tenant_id, rows)
            receipts = await receipts_of(reader.session, identity.tenant_id, rows)
        items = [archive_item_message(row, dues.get(row.id), receipts[row.id]) for row in rows]
        return archive.ListArchiveItemsResponse(archive_items=items, next_page_token=token)

    async def _own_evaluation(self, call: Call, interview_id: UUID) -> pb.Evaluation:
        async with self._database.read(call.identity) as reader:
            row = await reader.session.scalar(
                select(EvaluationRow).where(
                    EvaluationRow.tenant_id == reader.tenant_id,
                    EvaluationRow.interview_id == interview_id,
                    EvaluationRow.person_id == call.identity.person_id,
                )
            )
            if row is None:
                raise NotFound(resource="evaluation", id=interview_id)
            interview = await reader.session.get(InterviewRow, (reader.tenant_id, interview_id))
            if interview is None:
                raise NotFound(resource="interview", id=interview_id)
            text = await open_text(reader, "evaluation", "text", row.id, interview.employee_id, row.text)
        return evaluation_message(row, text, to_timestamp(row.evaluated_at))


def _filters(request: pb.SummarizeEvaluationsRequest) -> dict[str, ColumnElement[bool]]:
    filters: dict[str, ColumnElement[bool]] = {}
    if request.under_unit_id:
        filters["unit"] = InterviewRow.dimensions["unit_path"].contains([request.under_unit_id])
    if request.manager_id:
        filters["manager"] = InterviewRow.dimensions["manager_id"].as_string() == request.manager_id
    if request.cycle_id:
        filters["cycle"] = InterviewRow.cycle_id == UUID(request.cycle_id)
    return filters
