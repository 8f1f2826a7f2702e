"""Builds the services' images and prints their sizes: `python deploy/docker/images.py [--offline] [SERVICE ...]`."""

import argparse
import os
import subprocess
import tomllib
from pathlib import Path

import offline
from engine import ROOT, answer, build

# `ops` is no service, but packed like one: what an operator runs beside them.
SERVICES = ("directory", "scheduling", "interview-record", "plan-tracking", "notification", "metrics", "gateway", "ops")
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
    tags = [service_image(name, base, secrets) for name in wanted.services]
    print(table(tags, base))
    if len(wanted.services) > 1:
        further(wanted.offline, secrets)


def further(offline_too: bool, secrets: list[str]) -> None:
    """Build what a look at the product needs beside the services: an identity provider, and servers if need be."""
    stand_ins = offline.servers(secrets) if offline_too else []
    arguments = {"NODE_IMAGE": offline.NODE} if offline_too else {}
    build("identity", f"tandem-identity:{version()}", arguments, *secrets)
    print(", ".join(["further images: tandem-identity", *stand_ins]))


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
    """Return the images' sizes as a Markdown table; the base is counted in each and stored once."""
    below = size(base) if base else 0
    rows = [f"| `{tag}` | {size(tag):.0f} | {size(tag) - below:.0f} |" for tag in tags]
    return "\n".join(["| image | MB | MB above the base |", "| --- | ---: | ---: |", *rows])


def size(tag: str) -> float:
    """Return an image's size in MB (10^6 bytes)."""
    return int(answer("image", "inspect", "--format", "{{.Size}}", tag) or 0) / 1e6


if __name__ == "__main__":
    main()
