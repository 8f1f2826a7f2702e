"""The one way in which a process of the product connects to NATS."""

import nats
from nats.aio.client import Client

from common.settings import ProcessSettings
from common.streams import PUBLISHERS, ensure_stream


async def connect_broker(service: str, settings: ProcessSettings) -> Client:
    """Connect to NATS for good: reconnect for ever, and make sure of this service's own stream.

    The password is looked up at each connection, so that a rotated one needs no restart.
    """
    broker = await nats.connect(
        settings.nats_url,
        name=service,
        user=settings.nats_user or None,
        password=settings.secret("nats_password").read if settings.nats_user else None,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.5,
        inbox_prefix=f"_INBOX.{service}".encode(),
    )
    if service in PUBLISHERS:
        await ensure_stream(broker.jetstream(timeout=5), service)
    return broker
