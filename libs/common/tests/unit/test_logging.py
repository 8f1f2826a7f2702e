import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from common.logging import configure_logging, get_logger
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def only_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, object] = json.loads(line)
    return found


def test_only_allowed_keys_are_logged_and_the_dropped_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("directory")
    get_logger("test").warning("reaction_failed", attempts=3, note="张三 cried", mail="z@example.com")
    line = only_line(capsys)
    assert line["event"] == "reaction_failed"
    assert line["service"] == "directory"
    assert line["attempts"] == 3
    assert line["dropped_keys"] == ["mail", "note"]
    assert "张三" not in json.dumps(line, ensure_ascii=False)


def test_an_exception_is_logged_by_type_and_place_but_not_by_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("directory")
    try:
        raise ValueError("INSERT INTO person VALUES ('李四')")
    except ValueError:
        get_logger("test").error("deadline_failed", exc_info=True)
    line = only_line(capsys)
    assert line["error"] == "ValueError"
    assert "test_logging.py" in str(line["frames"])
    assert "李四" not in json.dumps(line, ensure_ascii=False)


def test_other_libraries_warnings_come_in_the_same_form_without_exception_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("directory")
    try:
        raise KeyError("王五")
    except KeyError:
        logging.getLogger("nats.client").warning("connection lost", exc_info=True)
    logging.getLogger("nats.client").info("chatter")
    line = only_line(capsys)
    assert (line["event"], line["logger"], line["error"]) == ("connection lost", "nats.client", "KeyError")


def test_a_line_inside_a_span_carries_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("directory")
    with TracerProvider().get_tracer("test").start_as_current_span("work") as span:
        get_logger("test").info("serving")
    assert only_line(capsys)["trace_id"] == trace.format_trace_id(span.get_span_context().trace_id)


def test_the_console_form_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("directory", "console")
    get_logger("test").info("serving", listen="127.0.0.1:1", secret="x")
    shown = capsys.readouterr().out
    assert "serving" in shown
    assert "127.0.0.1:1" in shown
    assert "secret=" not in shown
