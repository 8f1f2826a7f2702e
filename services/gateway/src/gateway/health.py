"""Probes: `live` says that the loop turns, `ready` that tokens can be checked; no service's state is passed on."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.edge import Edge

health = APIRouter(prefix="/healthz", include_in_schema=False)


@health.get("/live")
async def live() -> Response:
    """Answer as long as the process serves."""
    return JSONResponse({"status": "live"})


@health.get("/ready")
@health.get("/startup")
async def ready(request: Request) -> Response:
    """Answer 200 once the issuers are known and while the process is not draining."""
    edge = Edge.of(request)
    if edge.issuers.loaded.is_set() and not edge.draining:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready"}, status_code=503)
