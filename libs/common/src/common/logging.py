"""Structured logs with trace ids, in which only keys on the allow-list appear."""

import asyncio
import logging
import signal
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal

import structlog
from opentelemetry import trace

Event = MutableMapping[str, Any]

# Anything else is dropped: a key joins this list once it is sure to hold no personal data.
ALLOWED_KEYS = frozenset(
    {
        *("event", "level", "logger", "timestamp", "service", "trace_id", "span_id", "frames", "error", "reason"),
        *("tenant_id", "aggregate_id", "event_id", "object_id", "operation_id", "delivery_id", "blob_id", "version"),
        *("method", "route", "status", "kind", "state", "action", "event_type", "source", "consumer", "stream"),
        *("worker", "level_now", "channel", "template", "message", "listen", "url", "revision", "environment"),
        *("attempts", "count", "rows", "total", "done", "seconds", "duration_ms", "size", "sequence", "epoch"),
    }
)
_QUIET_LIBRARIES = (
    *("nats", "grpc", "sqlalchemy", "alembic", "asyncio", "opentelemetry"),
    *("httpx2", "httpcore2", "urllib3", "granian", "python_multipart"),
)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger; events are snake_case facts (`reaction_failed`), facts go in keywords."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def configure_logging(service: str, format: Literal["json", "console"] = "json", level: str = "INFO") -> None:
    """Send all logs of the process, other libraries' warnings included, to standard output."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_service(service),
        add_trace,
        frames_only,
        keep_allowed,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(Seldom("opentelemetry"))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[template_only, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for library in _QUIET_LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)


def attach_logging(loop: asyncio.AbstractEventLoop) -> None:
    """Log what tasks leave unhandled, by its type; let SIGUSR1 turn details on, and off again."""
    loop.set_exception_handler(_log_unhandled)
    loop.add_signal_handler(signal.SIGUSR1, toggle_log_level)


def _log_unhandled(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # asyncio's own handler prints the task and the exception's text, and with them data.
    get_logger(__name__).error("unhandled", exc_info=context.get("exception"))


def toggle_log_level() -> None:
    """Log in detail, or no longer; other libraries stay at warnings."""
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if root.level > logging.DEBUG else logging.INFO)
    get_logger(__name__).warning("log_level", level_now=logging.getLevelName(root.level))


def keep_allowed(_: Any, __: str, event: Event) -> Event:
    """Drop every key that is not on the allow-list, and name the dropped so that the gap is seen."""
    kept = {key: value for key, value in event.items() if key in ALLOWED_KEYS or key.startswith("_")}
    if dropped := sorted(event.keys() - kept.keys()):
        kept["dropped_keys"] = dropped
    return kept


class Seldom(logging.Filter):
    """Lets each of a library's loggers speak once a minute: a collector that is away is no news every second."""

    def __init__(self, library: str, seconds: float = 60.0) -> None:
        super().__init__()
        self._library = library
        self._seconds = seconds
        self._next: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record is to be logged."""
        if not record.name.startswith(self._library):
            return True
        if record.created < self._next.get(record.name, 0.0):
            return False
        self._next[record.name] = record.created + self._seconds
        return True


def template_only(_: Any, __: str, event: Event) -> Event:
    """Leave another library's message as it stands in its code: what it would be filled with may be data."""
    event["event"] = str(event["_record"].msg)
    return event


def frames_only(_: Any, __: str, event: Event) -> Event:
    """Replace an exception by its type and the places it passed; its text may quote data."""
    if not (given := event.pop("exc_info", None)):
        return event
    error = given if isinstance(given, BaseException) else _current(given)
    if error is not None:
        event.setdefault("error", type(error).__name__)
        event["frames"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-8:]
        ]
    return event


def add_trace(_: Any, __: str, event: Event) -> Event:
    """Add the ids of the span under way, so that logs and traces find each other."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event


def add_service(service: str) -> structlog.typing.Processor:
    """Return a processor that names the service in every line."""

    def add(_: Any, __: str, event: Event) -> Mapping[str, Any]:
        event["service"] = service
        return event

    return add


def _current(given: Any) -> BaseException | None:
    found = given if isinstance(given, tuple) else sys.exc_info()
    return found[1] if isinstance(found[1], BaseException) else None
