"""The two demo tenants of a new stack, made as an operator makes tenants."""

from ops.topology import BY_NAME

from devstack.process import run_once
from devstack.stack import Stack

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
    process = stack.programs.admin(*arguments, env=stack.environment(BY_NAME["directory"]), sink=stack.sink)
    return "\n".join(await run_once(process, " ".join(arguments[:2])))
