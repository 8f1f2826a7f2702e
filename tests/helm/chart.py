"""The chart as Helm itself renders it, without a cluster."""

import json
import pickle
from functools import cache
from pathlib import Path
from typing import Any

import helm_python
import yaml

CHART = Path(__file__).parents[2] / "deploy" / "helm"
VALUE_SETS = ("default", "evaluation", "large", "no-hooks", "openshift", "production")
RELEASE, NAMESPACE = "tandem", "hr"
Object = dict[str, Any]
# The C parser is ten times as fast, and not built everywhere.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def values(name: str) -> dict[str, Any]:
    """Return a value set of ci/ as it is written."""
    return pickle.loads(_values(name))


def defaults() -> dict[str, Any]:
    """Return values.yaml."""
    return dict(parse((CHART / "values.yaml").read_text())[0])


def with_(name: str, path: str, value: Any) -> dict[str, Any]:
    """Return a value set with one key, given by its dotted path, changed."""
    changed = values(name)
    place = changed
    *parents, last = path.split(".")
    for parent in parents:
        place = place.setdefault(parent, {})
    place[last] = value
    return changed


def render(given: dict[str, Any]) -> list[Object]:
    """Return every object that an installation with these values makes, hooks and tests too; raise HelmError."""
    return pickle.loads(_rendered(json.dumps(given)))


def render_files(given: dict[str, Any], chart_folder: Path = CHART) -> dict[str, str]:
    """Return what each template makes, NOTES.txt too; raise HelmError."""
    with helm_python.Chart.load(chart_folder) as chart:
        # The schema is enforced at an installation; rendering alone would pass over it.
        chart.validate_schema(given)
        return dict(sorted(chart.render(given, name=RELEASE, namespace=NAMESPACE).items()))


def parse(text: str) -> list[Any]:
    """Return the documents of a YAML text that are not empty."""
    return [found for found in yaml.load_all(text, Loader=_LOADER) if found]


@cache
def _values(name: str) -> bytes:
    return pickle.dumps(parse((CHART / "ci" / f"{name}-values.yaml").read_text())[0])


@cache
def _rendered(given: str) -> bytes:
    """Render once; pickled, so that each test has objects of its own at a tenth of the cost of a copy."""
    files = render_files(json.loads(given))
    texts = [text for path, text in files.items() if not path.endswith("NOTES.txt")]
    return pickle.dumps([found for text in texts for found in parse(text)])


def name_of(found: Object) -> str:
    """Return kind and name, for messages."""
    return f"{found['kind']}/{found['metadata']['name']}"


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    """Return the objects of the kinds."""
    return [found for found in objects if found["kind"] in kinds]


def pod_of(found: Object) -> Object | None:
    """Return the pod (metadata and spec) that an object makes, None if it makes none."""
    match found["kind"]:
        case "Pod":
            return found
        case "Deployment" | "StatefulSet" | "DaemonSet" | "Job":
            return dict(found["spec"]["template"])
        case "CronJob":
            return dict(found["spec"]["jobTemplate"]["spec"]["template"])
    return None


def containers_of(pod: Object) -> list[Object]:
    """Return all containers of a pod, those that run first included."""
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def container(objects: list[Object], service: str) -> Object:
    """Return the container of a service's Deployment."""
    (found,) = (each for each in of_kind(objects, "Deployment") if each["metadata"]["name"] == f"{RELEASE}-{service}")
    return dict(found["spec"]["template"]["spec"]["containers"][0])


def job_of(objects: list[Object], component: str) -> Object:
    """Return the Job of a component, whatever its revision."""
    labels = {"app.kubernetes.io/component": component}
    (found,) = (each for each in of_kind(objects, "Job") if labels.items() <= each["metadata"]["labels"].items())
    return found


def environment(objects: list[Object], service: str) -> dict[str, str]:
    """Return the variables that a service's container is given, the shared ones included."""
    (shared,) = (each for each in of_kind(objects, "ConfigMap") if each["metadata"]["name"] == f"{RELEASE}-settings")
    own = {each["name"]: each.get("value", "") for each in container(objects, service)["env"]}
    return {**shared["data"], **own}
