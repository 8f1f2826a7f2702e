"""Cycles: drafted, previewed, launched, ended, listed."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from common.call import Call, current_call
from common.database import Reader
from common.errors import NotFound
from common.grpc_server import once
from common.identity import Identity
from sqlalchemy import func, select
from tandem.interview_record.v1 import cycle_pb2 as pb
from tandem.interview_record.v1 import facts_pb2 as facts

from interview_record.api.cycle_mapping import CycleCounts, cycle_message, plan_of, preview_message
from interview_record.api.interview_mapping import optional_id, word
from interview_record.api.methods import Context, Methods
from interview_record.facts_events import cycle_member
from interview_record.facts_policy import cycle_columns, unit_case
from interview_record.policy import POLICY
from interview_record.storage.candidates import Member, members_of
from interview_record.storage.cycle_tables import CycleMemberRow, CycleRow
from interview_record.storage.interview_tables import InterviewRow
from interview_record.use_cases.cancel_cycle import cancel_cycle
from interview_record.use_cases.close_cycle import close_cycle
from interview_record.use_cases.create_cycle import create_cycle
from interview_record.use_cases.launch_cycle import launch_cycle
from interview_record.use_cases.update_cycle import update_cycle


class CycleMethods(Methods):
    """Campaigns of interviews."""

    async def CreateCycle(self, request: pb.CreateCycleRequest, context: Context) -> pb.CreateCycleResponse:
        """Draft a cycle."""
        call = current_call()
        cycle_id = await once(create_cycle(self._database, call, plan_of(request)))
        return pb.CreateCycleResponse(cycle=await self._cycle(call, cycle_id))

    async def UpdateCycle(self, request: pb.UpdateCycleRequest, context: Context) -> pb.UpdateCycleResponse:
        """Change a draft."""
        call = current_call()
        cycle_id = await once(
            update_cycle(self._database, call, UUID(request.cycle_id), plan_of(request), request.expected_version)
        )
        return pb.UpdateCycleResponse(cycle=await self._cycle(call, cycle_id))

    async def PreviewCycle(self, request: pb.PreviewCycleRequest, context: Context) -> pb.PreviewCycleResponse:
        """Answer whom the cycle would reach and who is left out, as things stand."""
        identity = current_call().identity
        only = {"left_out_only": request.left_out_only, "included_only": request.included_only}
        page = self._page(request, identity, "cycle_preview", {"cycle": request.cycle_id, **only})
        async with self._database.read(identity) as reader:
            cycle = await _load(reader, identity, UUID(request.cycle_id))
            members = await members_of(reader.session, cycle)
        wanted = [
            each
            for each in members
            if not (request.left_out_only and each.left_out is None)
            and not (request.included_only and each.left_out is not None)
            and (page.start is None or each.person_id > page.start[0])
        ]
        shown, token = page.close(wanted[: page.size + 1], lambda member: (member.person_id,))
        return _preview(members, shown, token)

    async def LaunchCycle(self, request: pb.LaunchCycleRequest, context: Context) -> pb.LaunchCycleResponse:
        """Freeze the population and open the interviews."""
        operation_id = await once(
            launch_cycle(self._database, current_call(), UUID(request.cycle_id), request.expected_version)
        )
        return pb.LaunchCycleResponse(operation_id=str(operation_id))

    async def CloseCycle(self, request: pb.CloseCycleRequest, context: Context) -> pb.CloseCycleResponse:
        """End a launched cycle."""
        call = current_call()
        cycle_id = await once(close_cycle(self._database, call, UUID(request.cycle_id), request.expected_version))
        return pb.CloseCycleResponse(cycle=await self._cycle(call, cycle_id))

    async def CancelCycle(self, request: pb.CancelCycleRequest, context: Context) -> pb.CancelCycleResponse:
        """Call a cycle off."""
        call = current_call()
        cycle_id = await once(
            cancel_cycle(self._database, call, UUID(request.cycle_id), request.reason, request.expected_version)
        )
        return pb.CancelCycleResponse(cycle=await self._cycle(call, cycle_id))

    async def GetCycle(self, request: pb.GetCycleRequest, context: Context) -> pb.GetCycleResponse:
        """Answer one cycle with its counts."""
        return pb.GetCycleResponse(cycle=await self._cycle(current_call(), UUID(request.cycle_id)))

    async def ListCycles(self, request: pb.ListCyclesRequest, context: Context) -> pb.ListCyclesResponse:
        """List cycles, newest first."""
        identity = current_call().identity
        state, unit_id = word(facts.CycleState, "CYCLE_STATE", request.state), optional_id(request.unit_id)
        page = self._page(request, identity, "cycles", {"state": state, "unit_id": unit_id})
        where = [
            CycleRow.tenant_id == identity.tenant_id,
            POLICY.predicate(identity, "cycle.read", cycle_columns()),
        ]
        if state:
            where.append(CycleRow.state == state)
        if unit_id:
            where.append(CycleRow.unit_path.contains([unit_id]))
        statement = page.apply(select(CycleRow).where(*where), CycleRow.created_at, CycleRow.id, descending=True)
        async with self._database.read(identity) as reader:
            found = (await reader.session.scalars(statement)).all()
            rows, token = page.close(found, lambda row: (row.created_at, row.id))
            counts = await _counts(reader, [row.id for row in rows])
        messages = [cycle_message(row, counts.get(row.id, CycleCounts())) for row in rows]
        return pb.ListCyclesResponse(cycles=messages, next_page_token=token)

    async def ListCycleMembers(
        self, request: pb.ListCycleMembersRequest, context: Context
    ) -> pb.ListCycleMembersResponse:
        """List a launched cycle's population as it was frozen."""
        identity, cycle_id = current_call().identity, UUID(request.cycle_id)
        reason = word(facts.LeftOutReason, "LEFT_OUT_REASON", request.left_out_reason)
        filters = {"cycle": cycle_id, "left_out_only": request.left_out_only, "reason": reason}
        page = self._page(request, identity, "cycle_members", filters)
        where = [CycleMemberRow.tenant_id == identity.tenant_id, CycleMemberRow.cycle_id == cycle_id]
        if request.left_out_only:
            where.append(CycleMemberRow.left_out_reason.is_not(None))
        if reason:
            where.append(CycleMemberRow.left_out_reason == reason)
        statement = page.apply(select(CycleMemberRow).where(*where), CycleMemberRow.person_id)
        async with self._database.read(identity) as reader:
            await _load(reader, identity, cycle_id)
            found = (await reader.session.scalars(statement)).all()
        rows, token = page.close(found, lambda row: (row.person_id,))
        return pb.ListCycleMembersResponse(members=[cycle_member(row) for row in rows], next_page_token=token)

    async def _cycle(self, call: Call, cycle_id: UUID) -> pb.Cycle:
        async with self._database.read(call.identity) as reader:
            row = await _load(reader, call.identity, cycle_id)
            counts = await _counts(reader, [cycle_id])
        return cycle_message(row, counts.get(cycle_id, CycleCounts()))


async def _load(reader: Reader, identity: Identity, cycle_id: UUID) -> CycleRow:
    row = await reader.session.get(CycleRow, (reader.tenant_id, cycle_id))
    if row is None:
        raise NotFound(resource="cycle", id=cycle_id)
    if not POLICY.can(identity, "cycle.read", unit_case(row.unit_path)):
        raise NotFound(resource="cycle", id=cycle_id)
    return row


async def _counts(reader: Reader, cycle_ids: Sequence[UUID]) -> dict[UUID, CycleCounts]:
    member, interview = CycleMemberRow, InterviewRow
    people = await reader.session.execute(
        select(member.cycle_id, func.count(), func.count(member.left_out_reason))
        .where(member.tenant_id == reader.tenant_id, member.cycle_id.in_(cycle_ids))
        .group_by(member.cycle_id)
    )
    states = await reader.session.execute(
        select(interview.cycle_id, interview.state, func.count())
        .where(interview.tenant_id == reader.tenant_id, interview.cycle_id.in_(cycle_ids))
        .group_by(interview.cycle_id, interview.state)
    )
    by_cycle: dict[UUID, dict[str, int]] = {}
    for cycle_id, state, count in states:
        if cycle_id is not None:
            by_cycle.setdefault(cycle_id, {})[state] = count
    return {
        cycle_id: CycleCounts(total - left_out, left_out, by_cycle.get(cycle_id, {}))
        for cycle_id, total, left_out in people
    }


def _preview(members: Sequence[Member], shown: Sequence[Member], token: str) -> pb.PreviewCycleResponse:
    reasons = Counter(str(each.left_out) for each in members if each.left_out is not None)
    return pb.PreviewCycleResponse(
        members=[preview_message(each) for each in shown],
        next_page_token=token,
        included=len(members) - reasons.total(),
        left_out=reasons.total(),
        left_out_by_reason=reasons,
    )
