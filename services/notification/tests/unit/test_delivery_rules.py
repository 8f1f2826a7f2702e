from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from common.errors import IllegalTransition
from common.workdays import WorkCalendar
from notification.domain.dedupe import dedupe_key, message_id_header
from notification.domain.delivery import BACKOFF, DeliveryState, Outcome, require_retryable, sequel
from notification.domain.reminders import reminder_at

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
SHANGHAI = "Asia/Shanghai"


def calendar() -> WorkCalendar:
    first, last = date(2026, 9, 1), date(2026, 12, 31)
    free = {date(2026, 10, day) for day in range(1, 8)}
    every = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    days = [each for each in every if each == date(2026, 10, 10) or (each.weekday() < 5 and each not in free)]
    return WorkCalendar.of_days(days, first, last)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_a_lost_answer_is_tried_once_more_after_a_quarter_of_an_hour() -> None:
    first = sequel(Outcome.UNANSWERED, failures=0, unanswered=0)
    second = sequel(Outcome.UNANSWERED, failures=0, unanswered=1)

    assert (first.state, first.wait) == (DeliveryState.AMBIGUOUS, timedelta(minutes=15))
    assert (second.state, second.wait) == (DeliveryState.AMBIGUOUS, None)


def test_passing_failures_wait_longer_each_time_and_end() -> None:
    waits = [sequel(Outcome.DEFERRED, failures=each, unanswered=0).wait for each in range(len(BACKOFF))]

    assert waits == sorted(BACKOFF)
    assert sequel(Outcome.DEFERRED, failures=len(BACKOFF), unanswered=0).state is DeliveryState.FAILED


def test_a_refusal_of_the_mail_itself_is_final() -> None:
    assert sequel(Outcome.REFUSED, failures=0, unanswered=0).state is DeliveryState.FAILED


def test_what_may_have_arrived_stays_ambiguous_while_the_server_is_away() -> None:
    assert sequel(Outcome.UNREACHABLE, failures=0, unanswered=1).state is DeliveryState.AMBIGUOUS


@pytest.mark.parametrize("state", ["pending", "leased", "sent", "suppressed"])
def test_only_a_failed_or_ambiguous_delivery_is_tried_again(state: str) -> None:
    with pytest.raises(IllegalTransition, match=state):
        require_retryable(state)


def test_the_message_id_follows_from_the_dedupe_key_alone() -> None:
    key = dedupe_key(A, B, "check_in_due", C, "2026-12-01")

    assert message_id_header(key, "x.example") == message_id_header(key, "x.example")
    assert message_id_header(key, "x.example") != message_id_header(key + "1", "x.example")


def test_a_reminder_goes_out_as_the_last_working_day_before_begins() -> None:
    # Monday 12 October is due; Saturday 10 October works.
    at = reminder_at(calendar(), SHANGHAI, utc(2026, 10, 12, 6), 1, utc(2026, 9, 30, 2))

    assert at == utc(2026, 10, 10, 1)


def test_a_reminder_whose_time_has_passed_goes_out_as_the_next_working_day_begins() -> None:
    # Due on Thursday 8 October; the working day before was 30 September, now half over.
    at = reminder_at(calendar(), SHANGHAI, utc(2026, 10, 8, 10), 1, utc(2026, 9, 30, 2))

    assert at == utc(2026, 10, 8, 1)


def test_a_reminder_that_would_come_too_late_is_not_sent() -> None:
    assert reminder_at(calendar(), SHANGHAI, utc(2026, 10, 9, 1), 1, utc(2026, 10, 8, 2)) is None
