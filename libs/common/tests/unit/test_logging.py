import asyncio
import gc
import json
import logging
import os
import signal
from collections.abc import Iterator

import pytest
import structlog
from common.logging import Seldom, attach_logging, configure_logging, get_logger
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


def test_what_other_libraries_fill_into_their_messages_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("directory")
    logging.getLogger("sqlalchemy.pool").warning("cannot reset %r", "李雷")
    assert only_line(capsys)["event"] == "cannot reset %r"


async def test_an_exception_that_no_task_awaits_is_logged_by_type_alone(capsys: pytest.CaptureFixture[str]) -> None:
    async def fail() -> None:
        raise LookupError("韩梅梅")

    configure_logging("directory")
    loop = asyncio.get_running_loop()
    attach_logging(loop)
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    loop.set_exception_handler(None)
    line = only_line(capsys)
    assert (line["event"], line["error"]) == ("unhandled", "LookupError")
    assert "韩梅梅" not in json.dumps(line, ensure_ascii=False)


async def test_a_signal_turns_details_on_and_off(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("directory")
    loop = asyncio.get_running_loop()
    attach_logging(loop)
    lines: list[dict[str, object]] = []
    for turn in range(1, 4):
        get_logger("test").debug("detail")
        os.kill(os.getpid(), signal.SIGUSR1)
        # The loop hears of a signal in one of its next turns.
        while len([each for each in lines if each["event"] == "log_level"]) < turn:
            await asyncio.sleep(0.01)
            lines += [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    loop.remove_signal_handler(signal.SIGUSR1)
    loop.set_exception_handler(None)
    told = [each.get("level_now", each["event"]) for each in lines if each["event"] in {"log_level", "detail"}]
    assert told == ["DEBUG", "detail", "INFO", "DEBUG"]


def test_a_library_that_has_been_told_to_be_brief_speaks_once_a_minute() -> None:
    def record(logger: str, created: float) -> logging.LogRecord:
        made = logging.LogRecord(logger, logging.WARNING, "", 0, "away", (), None)
        made.created = created
        return made

    seldom = Seldom("opentelemetry")
    spoken = [
        (name, at) for at in (0.0, 1.0, 59.0, 60.0, 61.0) for name in ("opentelemetry.a", "opentelemetry.b", "nats")
    ]
    heard = [(name, at) for name, at in spoken if seldom.filter(record(name, at))]
    assert [at for name, at in heard if name == "opentelemetry.a"] == [0.0, 60.0]
    assert [at for name, at in heard if name == "opentelemetry.b"] == [0.0, 60.0]
    assert len([name for name, _ in heard if name == "nats"]) == 5
