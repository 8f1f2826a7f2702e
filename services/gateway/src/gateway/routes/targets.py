"""Targets, and the rebuilding of what is measured from the kept facts."""

from tandem.metrics.v1 import target_pb2 as pb

from gateway.calls import Put, Read, Write
from gateway.resource import Resource
from gateway.schemas.operations import Started
from gateway.schemas.targets import NewTargets, TargetsOut

targets = Resource("targets", "Measures")
aggregates = Resource("aggregates", "Measures")


@targets.get("")
async def get_targets(call: Read) -> TargetsOut:
    """The tenant's targets and the start of its programme."""
    return TargetsOut.of((await call.metrics.GetTargets(pb.GetTargetsRequest())).targets)


@targets.put("")
async def set_targets(chosen: NewTargets, call: Put) -> TargetsOut:
    """Set all targets and the start of the programme."""
    return TargetsOut.of((await call.metrics.SetTargets(chosen.request(call.version))).targets)


@aggregates.post(":rebuild", status_code=202)
async def rebuild_aggregates(call: Write) -> Started:
    """Build every figure anew from the kept facts; the result is the same, unless something was wrong."""
    reply = await call.metrics.RebuildAggregates(pb.RebuildAggregatesRequest())
    return Started.by("metrics", reply.operation_id)
