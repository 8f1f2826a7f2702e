"""Before the interview: data, goal, agenda, briefing."""

import json
from uuid import UUID

from common.call import Call, current_call
from common.errors import NotFound
from common.grpc_server import once
from common.timestamps import to_optional_timestamp, to_timestamp
from google.protobuf.json_format import ParseDict
from sqlalchemy import select
from tandem.interview_record.v1 import briefing_pb2 as pb
from tandem.interview_record.v1 import preparation_pb2 as preparation

from interview_record.agenda import agenda, segment_word
from interview_record.api.content_mapping import Blanks, case_blanks, guide_message
from interview_record.api.interview_methods import InterviewMethods
from interview_record.api.methods import Context
from interview_record.content.guides import guide
from interview_record.data_sheet import data_sheet
from interview_record.policy import POLICY
from interview_record.reading import SeenCase, note_read, reading, see_case
from interview_record.storage.interview_queries import briefing_of
from interview_record.storage.interview_tables import BriefingRow
from interview_record.storage.texts import goal_texts, open_text
from interview_record.suggestions import suggest
from interview_record.use_cases.confirm_data import confirm_data
from interview_record.use_cases.set_core_goal import set_core_goal
from interview_record.use_cases.share_briefing import share_briefing


class PreparationMethods(InterviewMethods):
    """What both sides know before they sit down."""

    async def ConfirmData(
        self, request: preparation.ConfirmDataRequest, context: Context
    ) -> preparation.ConfirmDataResponse:
        """Confirm that the facts are complete."""
        call = current_call()
        done = confirm_data(self._database, call, UUID(request.interview_id), request.expected_version)
        return preparation.ConfirmDataResponse(interview=await self._interview(call, await once(done)))

    async def SuggestCoreGoal(
        self, request: preparation.SuggestCoreGoalRequest, context: Context
    ) -> preparation.SuggestCoreGoalResponse:
        """Propose core goals from shortfalls, employee type and job family."""
        call = current_call()
        async with reading(self._database, call) as tx:
            seen = await see_case(tx, UUID(request.interview_id))
            POLICY.require(call.identity, "interview.suggest", seen.case, id=seen.row.id)
            found = await suggest(tx, seen.row)
        return preparation.SuggestCoreGoalResponse(
            suggestions=[ParseDict(each, preparation.CoreGoalSuggestion()) for each in found]
        )

    async def SetCoreGoal(
        self, request: preparation.SetCoreGoalRequest, context: Context
    ) -> preparation.SetCoreGoalResponse:
        """Set the core goal and the initial directions."""
        call = current_call()
        done = set_core_goal(
            self._database,
            call,
            UUID(request.interview_id),
            request.core_goal,
            list(request.directions),
            request.expected_version,
        )
        return preparation.SetCoreGoalResponse(interview=await self._interview(call, await once(done)))

    async def GetDataSheet(self, request: pb.GetDataSheetRequest, context: Context) -> pb.GetDataSheetResponse:
        """Answer the sheet as it stands now, or as a briefing froze it."""
        call = current_call()
        if request.briefing_version:
            frozen = await self._briefing(call, UUID(request.interview_id), request.briefing_version, "data_sheet")
            return pb.GetDataSheetResponse(data_sheet=frozen.data_sheet)
        async with reading(self._database, call) as tx:
            seen = await see_case(tx, UUID(request.interview_id))
            _require_live(seen, "data_sheet")
            sheet = await data_sheet(tx, seen.row, seen.rules)
            note_read(tx, seen, "data_sheet")
        return pb.GetDataSheetResponse(data_sheet=ParseDict(sheet.document, pb.DataSheet()))

    async def GetAgenda(self, request: pb.GetAgendaRequest, context: Context) -> pb.GetAgendaResponse:
        """Answer the agenda; guides are for the manager and HR."""
        call = current_call()
        async with reading(self._database, call) as tx:
            seen = await see_case(tx, UUID(request.interview_id))
            _require_live(seen, "agenda")
            core_goal, directions = await goal_texts(tx, seen.row)
            sheet = await data_sheet(tx, seen.row, seen.rules)
            note_read(tx, seen, "agenda")
        message = ParseDict(agenda(seen.row, seen.rules, core_goal, directions), pb.Agenda())
        if POLICY.can(call.identity, "interview.see_guides", seen.case):
            _add_guides(message, seen, case_blanks(sheet.document))
        return pb.GetAgendaResponse(agenda=message)

    async def ShareBriefing(self, request: pb.ShareBriefingRequest, context: Context) -> pb.ShareBriefingResponse:
        """Freeze, hash and share."""
        call = current_call()
        done = share_briefing(self._database, call, UUID(request.interview_id), request.expected_version)
        interview_id = await once(done)
        return pb.ShareBriefingResponse(
            briefing=await self._briefing(call, interview_id, 0),
            interview=await self._interview(call, interview_id),
        )

    async def GetBriefing(self, request: pb.GetBriefingRequest, context: Context) -> pb.GetBriefingResponse:
        """Answer a shared briefing; the employee's first look is remembered."""
        found = await self._briefing(current_call(), UUID(request.interview_id), request.briefing_version)
        return pb.GetBriefingResponse(briefing=found)

    async def ListBriefings(self, request: pb.ListBriefingsRequest, context: Context) -> pb.ListBriefingsResponse:
        """List the shared versions, newest first."""
        call = current_call()
        interview_id = UUID(request.interview_id)
        page = self._pages.open(
            request.page_size,
            request.page_token,
            identity=call.identity,
            now=self._database.clock.system(),
            question="briefings",
            filters={"interview_id": interview_id},
        )
        async with reading(self._database, call) as tx:
            seen = await see_case(tx, interview_id)
            statement = select(BriefingRow).where(
                BriefingRow.tenant_id == tx.tenant_id, BriefingRow.interview_id == interview_id
            )
            if seen.until is not None:
                statement = statement.where(BriefingRow.shared_at <= seen.until)
            found = await tx.session.scalars(page.apply(statement, BriefingRow.number, descending=True))
            rows, token = page.close(found.all(), lambda row: (row.number,))
        return pb.ListBriefingsResponse(briefings=[_head(row) for row in rows], next_page_token=token)

    async def _briefing(self, call: Call, interview_id: UUID, number: int, resource: str = "briefing") -> pb.Briefing:
        async with reading(self._database, call) as tx:
            seen = await see_case(tx, interview_id)
            row = await briefing_of(tx.session, seen.row, number)
            if row is None or not seen.sees(row.shared_at):
                raise NotFound(resource="briefing", id=interview_id)
            if seen.as_employee and row.seen_at is None:
                row.seen_at = tx.now
            note_read(tx, seen, resource, row.id)
            text = await open_text(tx, "briefing", "content", row.id, seen.row.employee_id, row.content)
        document = json.loads(text)
        message = _head(row)
        message.content = text.encode()
        ParseDict(document["data_sheet"], message.data_sheet)
        message.data_sheet.briefing_version = row.number
        ParseDict(document["agenda"], message.agenda)
        return message


def _require_live(seen: SeenCase, resource: str) -> None:
    """Raise NotFound for what is still in the making: not shared yet, or not held any more."""
    if not seen.texts or seen.until is not None or (seen.as_employee and seen.row.briefed_at is None):
        raise NotFound(resource=resource, id=seen.row.id)


def _add_guides(message: pb.Agenda, seen: SeenCase, blanks: Blanks) -> None:
    types = [each["shortfall_type"] for each in seen.row.shortfalls]
    for item in message.items:
        found = guide(segment_word(item.segment), seen.row.dimensions["employee_type"], types[0] if types else None)
        item.guide.CopyFrom(guide_message(found, blanks))


def _head(row: BriefingRow) -> pb.Briefing:
    return pb.Briefing(
        id=str(row.id),
        interview_id=str(row.interview_id),
        briefing_version=row.number,
        correction=row.number > 1,
        content_hash=row.content_hash,
        shared_by=row.shared_by,
        shared_at=to_timestamp(row.shared_at),
        seen_at=to_optional_timestamp(row.seen_at),
    )
