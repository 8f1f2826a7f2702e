"""The moved clocks of demo tenants, which only the broker knows."""

from nats.aio.client import Client
from nats.js.errors import NoKeysError

from ops.permissions import CLOCK_BUCKET


async def read_clocks(client: Client) -> dict[str, str]:
    """Return every moved tenant's offset as the broker holds it."""
    bucket = await client.jetstream().key_value(CLOCK_BUCKET)
    try:
        keys = await bucket.keys()
    except NoKeysError:
        return {}
    return {key: ((await bucket.get(key)).value or b"").decode() for key in keys}


async def put_clocks(client: Client, offsets: dict[str, str]) -> None:
    """Put the offsets back."""
    bucket = await client.jetstream().key_value(CLOCK_BUCKET)
    for key, value in offsets.items():
        await bucket.put(key, value.encode())
