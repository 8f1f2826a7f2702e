"""The one way in which a process of the product connects to NATS."""

from nats.aio.client import Client
from nats.errors import AuthorizationError
from nats.protocol.parser import AUTHORIZATION_VIOLATION

from common.logging import get_logger
from common.settings import ProcessSettings
from common.streams import PUBLISHERS, ensure_stream

# A broker that is cut off without a word is noticed within three of these.
PING_EVERY = 8
log = get_logger(__name__)


class _Staying(Client):
    async def _process_err(self, err_msg: str) -> None:
        # A broker that is told a new password drops the user, and the client would give up for ever. Ours connects
        # again, with the password that its file holds by then.
        if AUTHORIZATION_VIOLATION in err_msg.lower():
            await self._process_op_err(AuthorizationError())
        else:
            await super()._process_err(err_msg)


async def connect_broker(service: str, settings: ProcessSettings) -> Client:
    """Connect to NATS for good: reconnect for ever, and make sure of this service's own stream.

    The password is looked up at each connection, so that a rotated one needs no restart.
    """
    broker = _Staying()

    async def away() -> None:
        if not broker.is_closed and not broker.is_draining:
            log.warning("broker_away")

    async def back() -> None:
        log.info("broker_back")

    async def failed(error: Exception) -> None:
        # Every attempt to reconnect that fails comes here too; that it is away has been said.
        if broker.is_connected:
            log.warning("broker_error", error=type(error).__name__, text=str(error))

    await broker.connect(
        settings.nats_url,
        name=service,
        user=settings.nats_user or None,
        password=settings.secret("nats_password").read if settings.nats_user else None,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.5,  # type: ignore[arg-type]
        ping_interval=PING_EVERY,
        max_outstanding_pings=2,
        disconnected_cb=away,
        reconnected_cb=back,
        error_cb=failed,
        inbox_prefix=f"_INBOX.{service}".encode(),
    )
    if service in PUBLISHERS:
        await ensure_stream(broker.jetstream(timeout=5), service, settings.stream_replicas)
    return broker
