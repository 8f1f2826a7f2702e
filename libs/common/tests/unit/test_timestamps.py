from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from common.timestamps import (
    from_day,
    from_optional_day,
    from_optional_timestamp,
    from_timestamp,
    to_day,
    to_optional_timestamp,
    to_timestamp,
)
from google.protobuf.timestamp_pb2 import Timestamp


def test_a_moment_keeps_its_instant_and_comes_back_in_utc() -> None:
    shanghai = datetime(2026, 10, 12, 14, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))
    back = from_timestamp(to_timestamp(shanghai))
    assert back == shanghai
    assert back.tzinfo is UTC


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_timestamp(datetime(2026, 10, 12))


def test_an_unset_stamp_is_no_moment() -> None:
    assert from_optional_timestamp(Timestamp()) is None
    assert to_optional_timestamp(None) is None
    assert from_optional_timestamp(to_timestamp(datetime(2026, 1, 1, tzinfo=UTC))) == datetime(2026, 1, 1, tzinfo=UTC)


def test_days_are_written_in_full() -> None:
    assert from_day(to_day(date(2026, 2, 28))) == date(2026, 2, 28)
    assert to_day(None) == ""
    assert from_optional_day("") is None


@pytest.mark.parametrize("wrong", ["20260228", "2026-02-30", "2026-W09-6", "2026-2-8", "28/02/2026", ""])
def test_a_day_written_otherwise_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_day(wrong)
