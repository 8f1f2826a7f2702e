"""In which order a consumer takes what was delivered before."""

from types import SimpleNamespace
from typing import Any

from common.inbox import one_by_one


def lane(name: str, attempts: int) -> list[Any]:
    return [SimpleNamespace(name=name, metadata=SimpleNamespace(num_delivered=attempts))]


def reached(poison: str, names: str, attempts: int) -> set[str]:
    """Return who is handled before the one that ends the process."""
    order = "".join(each[0].name for each in one_by_one([lane(name, attempts) for name in names]))
    return set(order[: order.index(poison)])


def test_whatever_stands_beside_an_event_that_ends_the_process_is_handled_by_the_third_delivery() -> None:
    names = "abcdefg"
    for poison in names:
        assert reached(poison, names, 2) | reached(poison, names, 3) == set(names) - {poison}


def test_after_that_the_order_is_left_to_chance() -> None:
    lanes = [lane(str(number), 4) for number in range(50)]
    assert sorted(lanes, key=lambda each: int(each[0].name)) == lanes
    assert one_by_one(lanes) != one_by_one(lanes)
