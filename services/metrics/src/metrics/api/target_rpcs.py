"""RPCs about targets, and the rebuilding of what is built from facts."""

from common.call import current_call
from common.grpc_server import Context, once
from tandem.metrics.v1 import target_pb2 as pb

from metrics.api import mapping
from metrics.api.asking import Reads
from metrics.storage.scope import POLICY
from metrics.storage.target_queries import targets_of
from metrics.use_cases.set_targets import set_targets
from metrics.use_cases.start_rebuild import start_rebuild


class TargetRpcs(Reads):
    """Serves targets and rebuilding."""

    async def GetTargets(self, request: pb.GetTargetsRequest, context: Context) -> pb.GetTargetsResponse:
        """Answer the tenant's targets."""
        POLICY.require(current_call().identity, "targets.read")
        return pb.GetTargetsResponse(targets=await self._targets())

    async def SetTargets(self, request: pb.SetTargetsRequest, context: Context) -> pb.SetTargetsResponse:
        """Set the tenant's targets."""
        await once(set_targets(self.database, current_call(), mapping.targets_of(request)))
        return pb.SetTargetsResponse(targets=await self._targets())

    async def RebuildAggregates(
        self, request: pb.RebuildAggregatesRequest, context: Context
    ) -> pb.RebuildAggregatesResponse:
        """Start building all aggregates anew."""
        operation_id = await once(start_rebuild(self.database, current_call()))
        return pb.RebuildAggregatesResponse(operation_id=str(operation_id))

    async def _targets(self) -> pb.Targets:
        async with self.database.read(current_call().identity) as reader:
            return mapping.targets(await targets_of(reader, self.now()))
