"""Current state as events: a new or lost consumer catches up from a publisher's snapshot."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import grpc.aio
from tandem.common.v1 import snapshot_pb2 as pb
from tandem.common.v1 import snapshot_pb2_grpc as rpc

from common.call import Call, current_call
from common.database import Database
from common.errors import Forbidden, Invalid
from common.grpc_server import Context, once
from common.operations import Job, Work
from common.transaction import Transaction

PUBLISH_SNAPSHOT = "publish_snapshot"

# Publishes the aggregates that follow the given id (None: from the first); returns how many and the last one's id,
# or None once there are no more.
Snapshot = Callable[[Transaction, UUID | None], Awaitable[tuple[int, UUID | None]]]


class SnapshotServicer(rpc.SnapshotServiceServicer):
    """Serves SnapshotService; the same in every service that publishes."""

    def __init__(self, database: Database, snapshots: Mapping[str, Snapshot]) -> None:
        self._database = database
        self._snapshots = snapshots

    def add_to(self, server: grpc.aio.Server) -> None:
        """Register with the server."""
        rpc.add_SnapshotServiceServicer_to_server(self, server)

    async def PublishSnapshot(self, request: pb.PublishSnapshotRequest, context: Context) -> pb.PublishSnapshotResponse:
        """Start publishing every object of one kind."""
        if request.aggregate not in self._snapshots:
            raise Invalid.field(
                "aggregate", "AGGREGATE_UNKNOWN", en="This service does not publish it.", zh="本服务不发布该类对象。"
            )
        call = current_call()
        if call.identity.kind != "service" or str(call.identity.tenant_id) != request.tenant_id:
            raise Forbidden(action="publish_snapshot")
        return pb.PublishSnapshotResponse(
            operation_id=str(await once(start_snapshot(self._database, call, request.aggregate)))
        )


async def start_snapshot(database: Database, call: Call, aggregate: str) -> UUID:
    """Accept the operation that publishes the snapshot."""
    async with database.transaction(call) as tx:
        operation_id = await tx.start_operation(PUBLISH_SNAPSHOT, {"aggregate": aggregate})
        tx.audit("snapshot.started", aggregate, operation_id)
        return tx.done(operation_id)


def publish_snapshots(snapshots: Mapping[str, Snapshot]) -> Work:
    """Return the work of the operation: chunk by chunk, from where it stopped; every kind unless one is named."""

    async def publish_snapshot(database: Database, job: Job) -> None:
        kinds = [job.params["aggregate"]] if "aggregate" in job.params else sorted(snapshots)
        following = dict(zip(kinds, [*kinds[1:], None], strict=True))
        kind: str | None = job.cursor.get("aggregate", next(iter(kinds), None))
        while kind is not None:
            after = job.cursor.get("after")
            async with database.job(job) as tx:
                count, last = await snapshots[kind](tx, UUID(after) if after else None)
                kind = kind if last else following[kind]
                job.advance(count, cursor={"aggregate": kind, "after": str(last) if last else None})

    return publish_snapshot
