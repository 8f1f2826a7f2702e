"""Objects against the schemas of Kubernetes' own versions, and of the operators whose objects the chart makes."""

import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import jsonschema
from referencing import Registry, Resource

from tests.helm.chart import Object, name_of
from tests.helm.operators import OPERATORS

VERSIONS = tuple(f"1.{minor}" for minor in range(30, 38))
_SCHEMAS = Path(str(files("kubernetes_validate"))) / "kubernetes-json-schema"


def refused(found: Object, version: str) -> list[str]:
    """Return why a cluster of the version would refuse the object, or drop part of it."""
    return list(_wrong(json.dumps(found), version))


@cache
def _wrong(text: str, version: str) -> tuple[str, ...]:
    # Value sets have most objects in common.
    found = json.loads(text)
    kind, api_version = found["kind"], found["apiVersion"]
    operator = OPERATORS.get((api_version, kind))
    validator = jsonschema.Draft202012Validator(operator) if operator else _validator(version, kind, api_version)
    if validator is None:
        return (f"{name_of(found)}: Kubernetes {version} does not serve {api_version}",)
    return tuple(
        f"{name_of(found)}: {'.'.join(map(str, wrong.absolute_path))}: {wrong.message}"
        for wrong in validator.iter_errors(found)
    )


@cache
def _validator(version: str, kind: str, api_version: str) -> jsonschema.Draft202012Validator | None:
    # One validator for all objects of a kind: the package's own function reads 1 MB of schemas anew for each.
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    path = _SCHEMAS / f"v{version}.0-local-strict" / f"{kind.lower()}-{group}.json"
    if not path.exists():
        return None
    schema = json.loads(path.read_text())
    return jsonschema.Draft202012Validator(schema, registry=Resource.from_contents(schema) @ _definitions(version))


@cache
def _definitions(version: str) -> Registry:
    path = _SCHEMAS / f"v{version}.0-local-strict" / "_definitions.json"
    return Resource.from_contents(json.loads(path.read_text())) @ Registry()
