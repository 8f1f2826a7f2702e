"""Values, schema and templates say the same: nothing is unused, nothing undeclared, nothing open to a typo."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema

from tests.helm.chart import CHART, defaults

SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())
TEMPLATES = "\n".join(path.read_text() for path in sorted((CHART / "templates").rglob("*")) if path.is_file())
# How templates reach a part of the values: themselves, or by a name for a part of it.
ROOTS = {
    ".Values": "",
    "$values": "",
    "$svc": "defaults",
    "$image": "image",
    "$workload": "workloadIdentity",
    "$mail": "mail",
    "$trace": "tests.trace",
    "$bundle": "caBundle",
}
# Handed on whole, or looked up by a name that stands in a variable.
WHOLE = {"defaults.resources", "networkPolicy.egress", "services"}


def inner(part: dict[str, Any]) -> dict[str, Any]:
    """Return the part of the schema that a reference leads to, else the part itself."""
    name = part.get("$ref", "").rpartition("/")[2]
    return dict(SCHEMA["definitions"][name]) if name else part


def leaves(part: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield the dotted path of every value that the schema knows; a service's are those of `defaults`."""
    properties = inner(part).get("properties", {})
    if not properties or path in WHOLE:
        yield path
        return
    for name, value in properties.items():
        yield from leaves(value, f"{path}.{name}".lstrip("."))


LEAVES = frozenset(leaves(SCHEMA))


def paths(given: Any, path: str = "") -> Iterator[str]:
    """Yield the dotted path of every value that is set."""
    if path in LEAVES or not isinstance(given, dict) or not given:
        yield path
        return
    for name, value in given.items():
        yield from paths(value, f"{path}.{name}".lstrip("."))


def used(templates: str = TEMPLATES) -> set[str]:
    """Return the dotted path of every value that a template names."""
    found = set()
    for root, below in ROOTS.items():
        for reference in re.findall(rf"{re.escape(root)}((?:\.[A-Za-z]+)+)", templates):
            found.add(f"{below}{reference}".lstrip("."))
    return found


def closed(part: Any, path: str = "") -> Iterator[str]:
    """Yield where the schema lets in keys that it does not name."""
    if isinstance(part, dict):
        if part.get("properties") is not None and part.get("additionalProperties") is not False:
            yield path
        for name, value in part.items():
            yield from closed(value, f"{path}.{name}")


def test_every_value_is_used():
    found = used()

    assert [path for path in sorted(LEAVES) if not any(f"{each}.".startswith(f"{path}.") for each in found)] == []


def test_every_value_that_is_used_exists():
    assert [each for each in used() if not any(f"{path}.".startswith(f"{each}.") for path in LEAVES)] == []


def test_values_yaml_has_every_value_and_no_other():
    given = set(paths({**defaults(), "services": {}}))

    assert given == LEAVES


def test_the_schema_is_one_and_closed_everywhere():
    jsonschema.Draft7Validator.check_schema(SCHEMA)

    assert list(closed(SCHEMA)) == []


def test_what_is_given_by_default_is_valid():
    assert [wrong.message for wrong in jsonschema.Draft7Validator(SCHEMA).iter_errors(defaults())] == []


def test_a_service_takes_exactly_what_defaults_take():
    services = SCHEMA["properties"]["services"]["properties"]

    assert {part["$ref"] for part in services.values()} == {SCHEMA["properties"]["defaults"]["$ref"]}
