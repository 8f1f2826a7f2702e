from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from notification.domain.quiet_hours import QuietHours, sending_time, wall_moment

NIGHT = QuietHours(20 * 60, 8 * 60)
BERLIN = "Europe/Berlin"


def at(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type]


def test_a_mail_ready_in_the_evening_waits_for_the_morning_where_its_reader_is() -> None:
    ready = at("Asia/Shanghai", 2026, 10, 12, 21, 30)

    assert sending_time(ready, "Asia/Shanghai", NIGHT) == at("Asia/Shanghai", 2026, 10, 13, 8)
    assert sending_time(ready, BERLIN, NIGHT) == ready


def test_a_mail_after_midnight_waits_for_the_same_days_morning() -> None:
    assert sending_time(at(BERLIN, 2026, 6, 3, 2), BERLIN, NIGHT) == at(BERLIN, 2026, 6, 3, 8)


def test_equal_minutes_mean_no_quiet_hours() -> None:
    ready = at(BERLIN, 2026, 6, 3, 2)

    assert sending_time(ready, BERLIN, QuietHours(0, 0)) == ready


def test_nothing_is_held_past_its_deadline_and_urgent_mail_is_not_held_at_all() -> None:
    ready = at(BERLIN, 2026, 6, 3, 2)
    morning = at(BERLIN, 2026, 6, 3, 8)

    assert sending_time(ready, BERLIN, NIGHT, deadline=morning) == ready
    assert sending_time(ready, BERLIN, NIGHT, deadline=morning + timedelta(minutes=1)) == morning
    assert sending_time(ready, BERLIN, NIGHT, urgent=True) == ready


def test_the_night_of_a_change_of_clocks_ends_at_the_local_hour() -> None:
    assert sending_time(at(BERLIN, 2026, 3, 28, 23), BERLIN, NIGHT) == datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert sending_time(at(BERLIN, 2026, 10, 24, 23), BERLIN, NIGHT) == datetime(2026, 10, 25, 7, tzinfo=UTC)


def test_an_end_that_the_clocks_leave_out_moves_on_with_them() -> None:
    quiet = QuietHours(22 * 60, 2 * 60 + 30)

    assert sending_time(at(BERLIN, 2026, 3, 28, 23), BERLIN, quiet) == at(BERLIN, 2026, 3, 29, 3, 30)


def test_an_end_that_comes_twice_means_the_first_and_the_second_hour_is_quiet_no_more() -> None:
    quiet = QuietHours(22 * 60, 2 * 60 + 30)
    again = at(BERLIN, 2026, 10, 25, 2, 10, fold=1)

    assert wall_moment(date(2026, 10, 25), 150, BERLIN) == at(BERLIN, 2026, 10, 25, 2, 30, fold=0)
    assert sending_time(again, BERLIN, quiet) == again


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from([BERLIN, "America/St_Johns", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca"]),
    st.integers(0, 1439),
    st.integers(0, 1439),
)
def test_a_mail_is_never_early_and_never_held_for_more_than_a_day(
    ready: datetime, zone: str, start: int, end: int
) -> None:
    sent = sending_time(ready, zone, QuietHours(start, end))

    assert ready <= sent <= ready + timedelta(hours=26)
