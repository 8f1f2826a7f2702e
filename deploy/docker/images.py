"""Builds the services' images and prints their sizes: `python deploy/docker/images.py [--offline] [SERVICE ...]`."""

import argparse
import os
import subprocess
import tomllib
from pathlib import Path

import offline
from engine import ROOT, answer, build

# `ops` is packed like a service: what an operator runs beside them. `identity` is for a look without one's own.
SERVICES = (
    "directory",
    "scheduling",
    "interview-record",
    "plan-tracking",
    "notification",
    "metrics",
    "gateway",
    "ops",
    "identity",
)
# Where systems keep the certificates they trust, this site's own among them.
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--offline", action="store_true", help="pull nothing: bases by debootstrap, servers from packages"
    )
    parser.add_argument("--base", help="image with Python to build on (default: as in the Dockerfile)")
    parser.add_argument("services", nargs="*", default=SERVICES, metavar="SERVICE")
    wanted = parser.parse_args()
    secrets = site_secrets()
    base = offline.python_base() if wanted.offline else wanted.base
    tags = [(identity_image if name == "identity" else service_image)(name, base, secrets) for name in wanted.services]
    print(table(tags, base))


def identity_image(name: str, base: str | None, secrets: list[str]) -> str:
    """Build the development identity provider's image and return its tag; offline, on a Node of packages."""
    tag = f"tandem-{name}:{version()}"
    arguments = {"NODE_IMAGE": offline.servers(secrets)["node"]} if base == offline.PYTHON else {}
    build("identity", tag, arguments, *secrets)
    return tag


def service_image(name: str, base: str | None, secrets: list[str]) -> str:
    """Build one service's image and return its tag."""
    tag = f"tandem-{name}:{version()}"
    arguments = {
        "SERVICE": name,
        "VERSION": version(),
        "REVISION": revision(),
        "UV_VERSION": os.environ["UV_VERSION"],
        **({"PYTHON_IMAGE": base} if base else {}),
    }
    build("", tag, arguments, *secrets)
    return tag


def site_secrets() -> list[str]:
    """Return the build's options for what this site needs to reach a package index: certificates, a mirror."""
    bundle = next((path for path in (os.environ.get("SSL_CERT_FILE", ""), *CERTIFICATES) if Path(path).is_file()), None)
    options = ["--secret", f"id=ca,src={bundle}"] if bundle else []
    if "PIP_INDEX_URL" in os.environ:
        options += ["--secret", "id=index,env=PIP_INDEX_URL"]
    return options


def version() -> str:
    """Return the product's version, which is also the images' tag."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def revision() -> str:
    """Return the commit that is built, marked when the work tree differs from it."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def table(tags: list[str], base: str | None) -> str:
    """Return the images' sizes in MB (10^6 bytes) as a Markdown table; the base is in each and stored once."""
    rows = [f"| `{tag}` | {size(tag):.0f} | {_above(tag, base)} |" for tag in tags]
    return "\n".join(["| image | MB | MB above the base |", "| --- | ---: | ---: |", *rows])


def size(tag: str) -> float:
    """Return an image's size in MB."""
    return int(answer("image", "inspect", "--format", "{{.Size}}", tag) or 0) / 1e6


def _above(tag: str, base: str | None) -> str:
    """Return what the image adds to the base, empty if it stands on another one."""
    layers = [answer("image", "inspect", "--format", "{{json .RootFS.Layers}}", each or "") for each in (tag, base)]
    return f"{size(tag) - size(base):.0f}" if base and layers[0].startswith(layers[1].removesuffix("]")) else ""


if __name__ == "__main__":
    main()
