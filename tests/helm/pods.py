"""Rules of every pod: Pod Security "restricted" and what Tandem asks beyond it."""

from collections.abc import Iterator

from tests.helm.chart import Object, containers_of, name_of, pod_of

# As the standard's level "restricted" lists them, without hostPath and the volumes of single clouds.
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def unrestricted(found: Object) -> list[str]:
    """Return what of an object's pod is not allowed."""
    pod = pod_of(found)
    if pod is None:
        return []
    reasons = [*_pod(pod["spec"]), *_volumes(pod["spec"])]
    for each in containers_of(pod):
        reasons += [f"{each['name']}: {reason}" for reason in _container(each)]
    return [f"{name_of(found)}: {reason}" for reason in reasons]


def _pod(spec: Object) -> Iterator[str]:
    security = spec.get("securityContext", {})
    if security.get("runAsNonRoot") is not True:
        yield "may run as root"
    if security.get("runAsUser") == 0:
        yield "runs as root"
    if security.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "has no seccomp profile"
    if spec.get("automountServiceAccountToken") is not False:
        yield "mounts a token of the cluster's API"
    if spec.get("enableServiceLinks") is not False:
        yield "is told every Service of the namespace"
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(name):
            yield f"has {name}"


def _container(each: Object) -> Iterator[str]:
    security = each.get("securityContext", {})
    if security.get("allowPrivilegeEscalation") is not False:
        yield "may gain privileges"
    if security.get("privileged"):
        yield "is privileged"
    if security.get("capabilities", {}).get("drop") != ["ALL"] or security["capabilities"].get("add"):
        yield "keeps capabilities"
    if security.get("readOnlyRootFilesystem") is not True:
        yield "may write its image"
    if security.get("runAsNonRoot") is False or security.get("runAsUser") == 0:
        yield "runs as root"
    if any("hostPort" in port for port in each.get("ports", [])):
        yield "takes a port of its node"
    yield from _resources(each.get("resources", {}))
    image = each["image"].rpartition("/")[2]
    if ":" not in image or image.endswith(":latest"):
        yield f"has an image without a version: {each['image']}"


def _resources(resources: Object) -> Iterator[str]:
    for name in ("cpu", "memory"):
        if name not in resources.get("requests", {}):
            yield f"requests no {name}"
    if "memory" not in resources.get("limits", {}):
        yield "has no memory limit"
    if "cpu" in resources.get("limits", {}):
        yield "is slowed down by a CPU limit"


def _volumes(spec: Object) -> Iterator[str]:
    names = {each["name"] for each in spec.get("volumes", [])}
    for each in spec.get("volumes", []):
        if forbidden := set(each) - VOLUMES - {"name"}:
            yield f"volume {each['name']} is a {', '.join(sorted(forbidden))}"
    mounted = {
        mount["name"]
        for each in [*spec.get("initContainers", []), *spec["containers"]]
        for mount in each.get("volumeMounts", [])
    }
    for name in sorted(mounted - names):
        yield f"mounts {name}, which is no volume"
    for name in sorted(names - mounted):
        yield f"has a volume {name} that nothing mounts"
