"""Blockers."""

from uuid import UUID

from common.call import current_call
from common.grpc_server import once
from tandem.plan_tracking.v1 import blocker_pb2 as pb
from tandem.plan_tracking.v1 import facts_pb2 as facts

from plan_tracking.api.base import Context, Rpcs
from plan_tracking.api.follow_up_mapping import blocker_message
from plan_tracking.api.words import optional_day, optional_id, word_of
from plan_tracking.reading.blockers import BlockerFilter, get_blocker, list_blockers
from plan_tracking.use_cases.escalate_blocker import escalate_blocker
from plan_tracking.use_cases.raise_blocker import raise_blocker
from plan_tracking.use_cases.resolve_blocker import resolve_blocker


class BlockerRpcs(Rpcs):
    """RPCs of blockers."""

    async def RaiseBlocker(self, request: pb.RaiseBlockerRequest, context: Context) -> pb.RaiseBlockerResponse:
        """Raise a blocker."""
        command = raise_blocker(
            self.database,
            current_call(),
            UUID(request.plan_id),
            measure_id=optional_id(request.measure_id),
            text=request.text,
            owner_id=UUID(request.owner_id),
            resolve_by_on=optional_day("resolve_by_on", request.resolve_by_on),
        )
        return pb.RaiseBlockerResponse(blocker=await self._blocker(await once(command)))

    async def ResolveBlocker(self, request: pb.ResolveBlockerRequest, context: Context) -> pb.ResolveBlockerResponse:
        """Resolve a blocker."""
        id, version = UUID(request.blocker_id), request.expected_version
        await once(resolve_blocker(self.database, current_call(), id, request.resolution, version))
        return pb.ResolveBlockerResponse(blocker=await self._blocker(id))

    async def EscalateBlocker(self, request: pb.EscalateBlockerRequest, context: Context) -> pb.EscalateBlockerResponse:
        """Escalate a blocker to the HRBP."""
        id = UUID(request.blocker_id)
        await once(escalate_blocker(self.database, current_call(), id, request.expected_version))
        return pb.EscalateBlockerResponse(blocker=await self._blocker(id))

    async def GetBlocker(self, request: pb.GetBlockerRequest, context: Context) -> pb.GetBlockerResponse:
        """Answer one blocker."""
        return pb.GetBlockerResponse(blocker=await self._blocker(UUID(request.blocker_id)))

    async def ListBlockers(self, request: pb.ListBlockersRequest, context: Context) -> pb.ListBlockersResponse:
        """List blockers, by deadline."""
        wanted = BlockerFilter(
            optional_id(request.plan_id),
            optional_id(request.owner_id),
            optional_id(request.under_unit_id),
            tuple(word_of(facts.BlockerState, "BLOCKER_STATE", each) for each in request.states),
        )
        views, following = await list_blockers(
            self.database, current_call(), self.page_tokens, wanted, request.page_size, request.page_token
        )
        return pb.ListBlockersResponse(blockers=[blocker_message(each) for each in views], next_page_token=following)

    async def _blocker(self, id: UUID) -> pb.Blocker:
        return blocker_message(await get_blocker(self.database, current_call(), id))
