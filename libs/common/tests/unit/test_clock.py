from datetime import UTC, datetime, timedelta
from uuid import uuid4

from common.clock import Clock, ClockOffsets, FixedClock

AT = datetime(2026, 9, 30, 2, tzinfo=UTC)


def test_without_offsets_business_time_is_real_time() -> None:
    clock, tenant = Clock(), uuid4()
    assert clock.offset(tenant) == timedelta()
    assert clock.moved_tenants() == []
    assert clock.system() <= clock.now(tenant) <= clock.system()
    assert clock.system().utcoffset() == timedelta()


def test_a_fixed_clock_stands_until_it_is_moved() -> None:
    clock, tenant = FixedClock(AT), uuid4()
    assert clock.now(tenant) == clock.system() == AT
    clock.advance(timedelta(hours=1))
    assert clock.now(tenant) == AT + timedelta(hours=1)
    clock.set(AT)
    assert clock.system() == AT


def test_one_tenants_business_time_moves_alone() -> None:
    clock, moved, other = FixedClock(AT), uuid4(), uuid4()
    clock.advance(timedelta(days=42), moved)
    assert clock.now(moved) == AT + timedelta(days=42)
    assert clock.now(other) == clock.system() == AT
    assert clock.moved_tenants() == [moved]


def test_offsets_not_heard_of_are_zero() -> None:
    offsets = ClockOffsets()
    assert offsets.of(uuid4()) == timedelta()
    assert offsets.moved() == []
