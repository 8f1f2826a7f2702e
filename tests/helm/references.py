"""What objects say of each other: selectors, names and ports have to meet."""

from collections.abc import Iterator
from typing import Any

from tests.helm.chart import Object, name_of, of_kind, pod_of

Labels = dict[str, str]


def dangling(objects: list[Object]) -> list[str]:
    """Return every reference inside the release that leads nowhere, or to more than it should."""
    return [*_repeated(objects), *_deployments(objects), *_services(objects), *_budgets(objects), *_scalers(objects),
            *_routes(objects), *_names(objects)]  # fmt: skip


def matches(selector: Object, labels: Labels) -> bool:
    """Tell whether a selector with `matchLabels` only selects the labels."""
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def pods(objects: list[Object]) -> dict[str, Object]:
    """Return every pod of the release by the name of the object that makes it."""
    return {name_of(found): pod for found in objects if (pod := pod_of(found))}


def _repeated(objects: list[Object]) -> Iterator[str]:
    seen: set[str] = set()
    for found in objects:
        if name_of(found) in seen:
            yield f"{name_of(found)} is there twice"
        seen.add(name_of(found))


def _deployments(objects: list[Object]) -> Iterator[str]:
    for found in of_kind(objects, "Deployment"):
        selector = found["spec"]["selector"]
        if not matches(selector, found["spec"]["template"]["metadata"]["labels"]):
            yield f"{name_of(found)} does not select its own pods"
        chosen = [name for name, pod in pods(objects).items() if matches(selector, pod["metadata"]["labels"])]
        if chosen != [name_of(found)]:
            yield f"{name_of(found)} selects {', '.join(chosen) or 'nothing'}"


def _services(objects: list[Object]) -> Iterator[str]:
    for found in of_kind(objects, "Service"):
        chosen = [
            pod for pod in pods(objects).values()
            if matches({"matchLabels": found["spec"]["selector"]}, pod["metadata"]["labels"])
        ]  # fmt: skip
        if len(chosen) != 1:
            yield f"{name_of(found)} selects the pods of {len(chosen)} objects"
            continue
        open_ports = {port["containerPort"] for each in chosen[0]["spec"]["containers"] for port in each["ports"]}
        for port in found["spec"]["ports"]:
            if port.get("targetPort", port["port"]) not in open_ports:
                yield f"{name_of(found)}: no container listens on {port['port']}"


def _budgets(objects: list[Object]) -> Iterator[str]:
    for found in of_kind(objects, "PodDisruptionBudget"):
        chosen = [
            each for each in of_kind(objects, "Deployment")
            if matches(found["spec"]["selector"], each["spec"]["template"]["metadata"]["labels"])
        ]  # fmt: skip
        if len(chosen) != 1:
            yield f"{name_of(found)} guards {len(chosen)} deployments"
        elif chosen[0]["spec"].get("replicas", 2) < 2:
            yield f"{name_of(found)} guards a single pod, so that no node can be drained"


def _scalers(objects: list[Object]) -> Iterator[str]:
    deployments = {each["metadata"]["name"]: each for each in of_kind(objects, "Deployment")}
    for found in of_kind(objects, "HorizontalPodAutoscaler"):
        target = deployments.get(found["spec"]["scaleTargetRef"]["name"])
        if target is None:
            yield f"{name_of(found)} scales nothing"
        elif "replicas" in target["spec"]:
            yield f"{name_of(found)} and its deployment both say how many pods there are"


def _routes(objects: list[Object]) -> Iterator[str]:
    services = {each["metadata"]["name"]: each["spec"]["ports"] for each in of_kind(objects, "Service")}
    for found in of_kind(objects, "Ingress", "HTTPRoute"):
        for name, port in _backends(found):
            known = {value for each in services.get(name, []) for value in (each["port"], each.get("name"))}
            if port not in known:
                yield f"{name_of(found)} leads to {name}:{port}, which is not there"


def _backends(found: Object) -> Iterator[tuple[str, Any]]:
    for rule in found["spec"]["rules"]:
        for each in rule.get("backendRefs", []):
            yield each["name"], each["port"]
        for path in rule.get("http", {}).get("paths", []):
            service = path["backend"]["service"]
            yield service["name"], service["port"].get("name") or service["port"]["number"]


def _names(objects: list[Object]) -> Iterator[str]:
    """A hook runs before the release is there, so it may need nothing of it."""
    own = {name_of(found) for found in objects}
    for found in objects:
        if (pod := pod_of(found)) is None:
            continue
        needed = set(_needed(pod["spec"]))
        hook = found["metadata"].get("annotations", {}).get("helm.sh/hook", "")
        yield from (
            f"{name_of(found)}: there is no {name}" for name in needed - own if name.startswith("ServiceAccount")
        )
        if hook.startswith("pre-"):
            yield from (f"{name_of(found)} runs before {name} is there" for name in sorted(needed & own))


def _needed(part: Any) -> Iterator[str]:
    """Yield all Secrets, ConfigMaps and service accounts that a part of a pod asks for."""
    if isinstance(part, list):
        for each in part:
            yield from _needed(each)
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _needed(value)
            if key == "serviceAccountName":
                yield f"ServiceAccount/{value}"
            elif key.startswith(("secret", "configMap")) and isinstance(value, dict):
                kind = "Secret" if key.startswith("secret") else "ConfigMap"
                yield f"{kind}/{value.get('name') or value['secretName']}"
