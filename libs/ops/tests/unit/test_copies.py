"""Every read copy of every service is known to whoever compares it with its owner."""

import importlib
import pkgutil

import pytest
from common.tables import ProjectionRow
from ops.copies import COPIES, UNOWNED
from ops.topology import BY_NAME, STORED


def projections(package: str) -> set[str]:
    storage = importlib.import_module(f"{package}.storage")
    for module in pkgutil.iter_modules(storage.__path__, f"{storage.__name__}."):
        importlib.import_module(module.name)
    every, found = [ProjectionRow], set()
    while every:
        row = every.pop()
        every += row.__subclasses__()
        if row.__module__.startswith(f"{package}.") and hasattr(row, "__tablename__"):
            found.add(row.__tablename__)
    return found


@pytest.mark.parametrize("service", [service.name for service in STORED])
def test_every_copy_has_its_owner_named(service: str) -> None:
    named = {copy.table for copy in COPIES if copy.consumer == service}
    unowned = {table for consumer, table in UNOWNED if consumer == service}
    assert named | unowned == projections(BY_NAME[service].package)
    assert not named & unowned


def test_an_owner_is_one_that_the_consumer_listens_to() -> None:
    assert [copy for copy in COPIES if copy.source not in BY_NAME[copy.consumer].consumes] == []
