"""The two demo tenants of a new stack, made as an operator makes tenants."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

from devstack.process import StartFailed
from devstack.stack import Stack
from devstack.topology import BY_NAME

TENANTS: dict[str, list[str]] = {
    "heron": ["--locale", "zh-CN", "--zone", "Asia/Shanghai", "--calendar", "CN"],
    "osprey": ["--locale", "en", "--zone", "America/New_York", "--calendar", "US"],
}
FIRST_ADMIN = "admin"
CLOCK_START = {"heron": "2026-09-28T09:00+08:00", "osprey": "2026-09-28T09:00-04:00"}


async def create_demo_tenants(stack: Stack) -> None:
    """Create both tenants once; their clocks start in the past and can be moved."""
    stamp = stack.folder / "demo-tenants"
    if stamp.exists():
        return
    for name, traits in TENANTS.items():
        arguments = ["--name", name, "--issuer", stack.identity.issuer(name), "--first-admin", FIRST_ADMIN, *traits]
        await tenant_admin(stack, "tenant", "create", *arguments, "--clock-start", CLOCK_START[name])
    stamp.touch()


async def tenant_admin(stack: Stack, *arguments: str) -> str:
    """Run `tandem-admin` beside directory, with its secrets; returns what it printed."""
    command = shutil.which("tandem-admin", path=str(Path(sys.executable).parent))
    if command is None:
        raise StartFailed("tandem-admin", "is not installed beside this Python")
    child = await asyncio.create_subprocess_exec(
        *(command, *arguments),
        env={**os.environ, **stack.environment(BY_NAME["directory"])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await child.communicate()
    stack.sink("tandem-admin", output.decode(errors="replace").strip())
    if child.returncode != 0:
        raise StartFailed(
            "tandem-admin", f"{' '.join(arguments[:2])} failed: {errors.decode(errors='replace').strip()}"
        )
    return output.decode()
