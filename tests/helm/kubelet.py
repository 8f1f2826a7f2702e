"""As much of a kubelet as a chart's pods need: volumes from Secrets and ConfigMaps, environment, names, containers."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker

from tests.helm.chart import NAMESPACE, Object, of_kind
from tests.helm.references import matches

LABEL = "tandem.throwaway"
PATIENCE = 180.0


class Kubelet:
    """Runs pods as containers in a network of their own, restricted as the pods say; `images` stand in for others.

    Every Service is a name of its pods' containers, headless or not. Policies are not enforced, tokens not issued.
    """

    def __init__(self, objects: list[Object], folder: Path, images: dict[str, str]) -> None:
        self._objects = objects
        self._folder = folder
        self._images = images
        self._engine = docker.from_env()
        self._network = self._engine.networks.create(f"tandem-{time.time_ns()}", labels={LABEL: "chart"})
        self._running: list[Any] = []

    def start(self, pod: Object, name: str) -> Any:
        """Run a pod's first containers to their ends, one after the other, and start the last; return it.

        One that fails is run again, as the pods that need each other come up in any order.
        """
        volumes = {each["name"]: self._volume(name, each) for each in pod["spec"]["volumes"]}
        for each in pod["spec"].get("initContainers", []):
            self._until_done(pod, name, each, volumes)
        (main,) = pod["spec"]["containers"]
        if pod["spec"].get("restartPolicy", "Always") != "Always":
            return self._until_done(pod, name, main, volumes)
        running = self._container(pod, name, main, volumes, restart_policy={"Name": "always"})
        running.start()
        return running

    def stop(self) -> None:
        """Remove everything."""
        for each in reversed(self._running):
            each.remove(force=True, v=True)
        self._network.remove()
        self._engine.close()

    def _until_done(self, pod: Object, name: str, each: Object, volumes: dict[str, Path]) -> str:
        """Return what a container printed that ended well."""
        deadline = time.monotonic() + PATIENCE
        while True:
            container = self._container(pod, name, each, volumes)
            container.start()
            status, said = container.wait()["StatusCode"], container.logs().decode()
            if status == 0:
                return said
            if time.monotonic() > deadline:
                raise AssertionError(f"{name}: {each['name']} ended with {status}: {said[-2000:]}")
            time.sleep(2)

    def _container(self, pod: Object, name: str, each: Object, volumes: dict[str, Path], **more: Any) -> Any:
        security = {**pod["spec"]["securityContext"], **each["securityContext"]}
        binds = {
            str(volumes[mount["name"]]): {"bind": mount["mountPath"], "mode": "ro" if mount.get("readOnly") else "rw"}
            for mount in each["volumeMounts"]
        }
        container = self._engine.containers.create(
            self._images.get(each["image"], each["image"]),
            each.get("args"),
            entrypoint=each.get("command"),
            environment=dict(self._environment(pod, name, each)),
            user=f"{security['runAsUser']}:{security['runAsGroup']}",
            group_add=[str(security["fsGroup"])],
            read_only=security["readOnlyRootFilesystem"],
            cap_drop=security["capabilities"]["drop"],
            security_opt=["no-new-privileges"],
            mem_limit=each["resources"]["limits"]["memory"].replace("i", "").lower(),
            volumes=binds,
            labels={LABEL: "chart"},
            **more,
        )
        self._running.append(container)
        self._engine.networks.get("bridge").disconnect(container)
        self._network.connect(container, aliases=list(self._names(pod)))
        return container

    def _names(self, pod: Object) -> Iterator[str]:
        for service in of_kind(self._objects, "Service"):
            if matches({"matchLabels": service["spec"]["selector"]}, pod["metadata"]["labels"]):
                yield f"{service['metadata']['name']}.{NAMESPACE}.svc.cluster.local"

    def _environment(self, pod: Object, name: str, each: Object) -> Iterator[tuple[str, str]]:
        for source in each.get("envFrom", []):
            kind = "ConfigMap" if "configMapRef" in source else "Secret"
            yield from self._data(kind, next(iter(source.values()))["name"]).items()
        fields = {"metadata.name": name, "metadata.uid": "0", "spec.nodeName": "here"}
        known: dict[str, str] = {}
        for variable in each.get("env", []):
            match variable.get("valueFrom"):
                case {"fieldRef": {"fieldPath": field}}:
                    value = fields[field]
                case {"secretKeyRef": {"name": secret, "key": key}}:
                    value = self._data("Secret", secret)[key]
                case _:
                    value = variable["value"]
            # As Kubernetes does: a variable may name those before it.
            known[variable["name"]] = re.sub(r"\$\((\w+)\)", lambda found: known.get(found[1], found[0]), value)
        yield from known.items()

    def _volume(self, pod: str, volume: Object) -> Path:
        # A claim is one for all pods.
        claim = volume.get("persistentVolumeClaim", {}).get("claimName")
        place = self._folder / (claim or f"{pod}-{volume['name']}")
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o777)
        for source in [volume, *volume.get("projected", {}).get("sources", [])]:
            for kind, key in (("Secret", "secret"), ("ConfigMap", "configMap")):
                if key in source:
                    self._write(
                        place, self._data(kind, source[key].get("name") or source[key]["secretName"]), source[key]
                    )
        return place

    def _write(self, place: Path, data: dict[str, str], source: Object) -> None:
        for item in source.get("items", [{"key": key, "path": key} for key in data]):
            path = place / item["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(data[item["key"]])

    def _data(self, kind: str, name: str) -> dict[str, str]:
        (found,) = (each for each in of_kind(self._objects, kind) if each["metadata"]["name"] == name)
        return dict(found.get("stringData") or found["data"])
