"""A gRPC proxy before one service that, by a fixed seed, answers UNAVAILABLE to a share of the calls."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import grpc
import grpc.aio
from devstack.background import Background
from devstack.ports import HOST, any_free

_ATTEMPTS = "grpc-previous-rpc-attempts"


class FlakyCalls(grpc.GenericRpcHandler):
    """Counts what arrives; while `share` is above 0, fails that share of it.

    Half of those are failed before the service hears of them, the other half after it has done the work, as when a
    process ends between its commit and its answer.
    """

    def __init__(self, background: Background, seed: int) -> None:
        self._background = background
        self._random = random.Random(seed)
        self.port = any_free(1)[0]
        self.share = 0.0
        self.arrivals: Counter[str] = Counter()

    def start(self, target: int) -> None:
        """Forward to the target port."""
        self._background.run(self._start(target))

    def close(self) -> None:
        """Stop."""
        self._background.run(self._close())

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any]:
        """Take every method, its messages as bytes."""
        return grpc.unary_unary_rpc_method_handler(partial(self._pass_on, str(handler_call_details.method)))

    async def _start(self, target: int) -> None:
        self._channel = grpc.aio.insecure_channel(f"{HOST}:{target}", options=[("grpc.enable_retries", 0)])
        self._server = grpc.aio.server()
        self._server.add_generic_rpc_handlers((self,))
        self._server.add_insecure_port(f"{HOST}:{self.port}")
        await self._server.start()

    async def _close(self) -> None:
        await self._server.stop(None)
        await self._channel.close()

    async def _pass_on(self, method: str, request: bytes, context: grpc.aio.ServicerContext[Any, Any]) -> bytes:
        metadata = tuple(context.invocation_metadata() or ())
        self.arrivals["repeated" if any(name == _ATTEMPTS for name, _ in metadata) else "first"] += 1
        roll = self._random.random()
        if roll < self.share / 2:
            await context.abort(grpc.StatusCode.UNAVAILABLE)
        call = self._channel.unary_unary(method)(
            request, timeout=context.time_remaining(), metadata=[each for each in metadata if _may_pass(each[0])]
        )
        try:
            answer = await call
        except grpc.aio.AioRpcError as refused:
            await context.abort(refused.code(), refused.details() or "", _trailers(refused.trailing_metadata()))
        if roll < self.share:
            await context.abort(grpc.StatusCode.UNAVAILABLE)
        context.set_trailing_metadata(_trailers(await call.trailing_metadata()))
        return bytes(answer)


def _trailers(metadata: Any) -> Sequence[tuple[str, Any]]:
    return tuple((name, value) for name, value in metadata or () if _may_pass(name))


def _may_pass(name: str) -> bool:
    return name == "grpc-status-details-bin" or not name.startswith(("grpc-", "user-agent", ":"))
