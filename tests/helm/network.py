"""Who can reach whom, as the cluster would decide it from the network policies."""

from collections.abc import Iterator

from tests.helm.chart import Object, name_of, of_kind
from tests.helm.references import Labels, matches, pods


def reaches(objects: list[Object], source: Labels, target: Labels, port: int) -> bool:
    """Tell whether a pod with the labels `source` may open a connection to the port of one with `target`.

    Both are in the release's namespace. A pod that no policy selects is open, as in a cluster.
    """
    return _lets(objects, "Egress", "to", source, target, port) and _lets(
        objects, "Ingress", "from", target, source, port
    )


def open_policies(objects: list[Object]) -> list[str]:
    """Return what is left open: pods without a policy, and rules that name no peer or no port."""
    reasons = []
    for name, pod in pods(objects).items():
        for direction in ("Ingress", "Egress"):
            if not _selecting(objects, direction, pod["metadata"]["labels"]):
                reasons.append(f"{name}: no policy for its {direction.lower()}")
    for found in of_kind(objects, "NetworkPolicy"):
        reasons += [f"{name_of(found)}: {reason}" for reason in _open_rules(found["spec"])]
        if not any(matches(found["spec"]["podSelector"], pod["metadata"]["labels"]) for pod in pods(objects).values()):
            reasons.append(f"{name_of(found)} selects no pod")
    return reasons


def _open_rules(spec: Object) -> Iterator[str]:
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for rule in spec.get(direction, []):
            if not rule.get(side):
                yield f"{direction} for everybody"
            if any(not peer for peer in rule.get(side, [])):
                yield f"{direction} with a peer that is anybody"
            if not rule.get("ports"):
                yield f"{direction} on every port"
            anywhere = any(peer.get("ipBlock", {}).get("cidr") in ("0.0.0.0/0", "::/0") for peer in rule.get(side, []))
            if anywhere and direction == "ingress":
                yield "ingress from anywhere"


def _selecting(objects: list[Object], direction: str, labels: Labels) -> list[Object]:
    return [
        found["spec"]
        for found in of_kind(objects, "NetworkPolicy")
        if direction in found["spec"]["policyTypes"] and matches(found["spec"]["podSelector"], labels)
    ]


def _lets(objects: list[Object], direction: str, side: str, own: Labels, other: Labels, port: int) -> bool:
    selecting = _selecting(objects, direction, own)
    rules = [rule for spec in selecting for rule in spec.get(direction.lower(), [])]
    return not selecting or any(_fits(rule, side, other, port) for rule in rules)


def _fits(rule: Object, side: str, other: Labels, port: int) -> bool:
    if rule.get("ports") and port not in {each["port"] for each in rule["ports"]}:
        return False
    # A peer with a namespace selector is elsewhere; what is inside is named by its pods' labels alone.
    inside = [peer for peer in rule.get(side, []) if "podSelector" in peer and "namespaceSelector" not in peer]
    return not rule.get(side) or any(matches(peer["podSelector"], other) for peer in inside)
