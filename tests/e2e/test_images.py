"""The images themselves: what they print, hold and refuse, and that they end when they are asked to."""

import json
from importlib.metadata import version

import pytest
from devstack.background import Background
from devstack.container import Container
from devstack.process import StartFailed, run_once
from devstack.testing import StackUnderTest
from ops.topology import SERVICES

pytestmark = pytest.mark.infra("docker")

NAMES = [service.name for service in SERVICES]
PACKED = [*NAMES, "ops"]
VERSION = version("tandem-common")


def run(background: Background, name: str, *arguments: str, entrypoint: str | None = None) -> list[str]:
    """Return what the image prints, run with a read-only file system, without capabilities or new privileges."""
    container = Container(name, arguments, image=f"tandem-{name}:{VERSION}", entrypoint=entrypoint)
    return background.run(run_once(container, "running it"))


@pytest.mark.parametrize("name", PACKED)
def test_an_image_knows_its_version(background: Background, name: str) -> None:
    assert run(background, name, "version") == [VERSION]


@pytest.mark.parametrize("name", PACKED)
def test_an_image_runs_as_nobody_and_can_change_nothing_but_tmp(background: Background, name: str) -> None:
    script = (
        "id -u; for place in / /app /etc; do touch $place/x 2>/dev/null && echo $place; done; touch /tmp/x && echo tmp"
    )

    assert run(background, name, "-c", script, entrypoint="sh") == ["10001", "tmp"]


@pytest.mark.parametrize("name", PACKED)
def test_an_image_says_what_it_is_made_of(background: Background, name: str) -> None:
    bill = json.loads("".join(run(background, name, "/sbom.cdx.json", entrypoint="cat")))

    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", f"tandem-{name}")
    listed = {each["name"]: each["version"] for each in bill["components"]}
    script = "import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))"
    installed = json.loads(run(background, name, "-c", script, entrypoint="/app/bin/python")[0])
    # The interpreter's own packages and this one stand elsewhere in the bill.
    assert {each for each in installed if each.lower().replace("_", "-") not in listed} <= {f"tandem-{name}"}


def test_only_the_owner_of_a_schema_migrates_it_and_the_gateway_has_none(background: Background) -> None:
    assert run(background, "gateway", "migrate") == ["the gateway keeps no data: nothing to migrate"]
    with pytest.raises(StartFailed, match="TANDEM_DSN_OWNER"):
        run(background, "directory", "migrate")


def test_an_image_that_is_not_there_is_named_with_how_to_build_it(background: Background) -> None:
    with pytest.raises(StartFailed, match=r"tandem-nowhere:0.*make images"):
        background.run(Container("nowhere", ["version"], image="tandem-nowhere:0").start())


def test_smoke_passes_on_what_is_up_and_fails_on_what_is_not(background: Background, stack: StackUnderTest) -> None:
    urls = [f"grpc://127.0.0.1:{stack.ports[name]}" for name in NAMES if name != "gateway"]

    assert run(background, "gateway", "smoke", stack.url, *urls) == [f"{url}: ready" for url in (stack.url, *urls)]
    with pytest.raises(StartFailed, match="Connection refused"):
        run(background, "gateway", "smoke", "http://127.0.0.1:1")


@pytest.mark.parametrize("name", NAMES)
def test_a_service_that_is_asked_to_end_ends_in_order(stack: StackUnderTest, background: Background, name: str) -> None:
    stack[name].stop()

    assert background.run(stack[name].process.wait()) == 0
    stack[name].start()
