"""The web application: routes, problems, documentation; it is given its edge, and connects nothing itself."""

from importlib.metadata import PackageNotFoundError, version

import grpc.aio
from common.errors import AppError
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway import openapi
from gateway.docs import docs
from gateway.edge import Edge
from gateway.errors import problem_of
from gateway.exchange import Exchange
from gateway.files import LIMITS
from gateway.frame import Frame
from gateway.health import health
from gateway.limits import BodyLimit
from gateway.routes import RESOURCES

MAX_BODY = 1024 * 1024
MAX_FILE = max(LIMITS.values()) + 1
REFUSALS = (AppError, grpc.aio.AioRpcError, RequestValidationError, HTTPException)


def create_app(edge: Edge) -> FastAPI:
    """Return the app over this edge."""
    app = FastAPI(
        title="Tandem",
        version=_version(),
        description=openapi.DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        # It would switch itself on beside our own spans and cost as much as the rest of the request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.edge = edge
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]
    app.add_middleware(BodyLimit, limit=MAX_BODY, of_path={"/v1/files": MAX_FILE})
    app.add_middleware(Frame)
    for refusal in REFUSALS:
        app.add_exception_handler(refusal, _refuse)
    for router in (*RESOURCES, docs, health):
        app.include_router(router)
    return app


async def _refuse(request: Request, error: Exception) -> Response:
    exchange = Exchange.of(request.scope)
    return problem_of(error, exchange.locale).response(exchange.locale, exchange.trace_id)


def _version() -> str:
    try:
        return version("tandem-gateway")
    except PackageNotFoundError:
        return "0"
