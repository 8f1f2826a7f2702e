"""The client edge: one long-lived channel per callee, a deadline and an identity on every call."""

import ipaddress
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import grpc
import grpc.aio

from common.call import current_call
from common.errors import Unauthenticated, Unavailable
from common.grpc_server import IDENTITY_HEADER, KEY_HEADER, LOCALE_HEADER
from common.grpc_telemetry import ClientTelemetry
from common.identity import Identity, TokenMint
from common.workload import WorkloadTokens

READ_DEADLINE = 5.0
WRITE_DEADLINE = 10.0

_SERVICE_CONFIG = json.dumps(
    {
        "loadBalancingConfig": [{"round_robin": {}}],
        "methodConfig": [
            {
                "name": [{}],
                # Safe for every method: reads change nothing, writes carry an idempotency key.
                "retryPolicy": {
                    "maxAttempts": 3,
                    "initialBackoff": "0.1s",
                    "maxBackoff": "1s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ],
        "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
    }
)
_OPTIONS: list[tuple[str, Any]] = [
    ("grpc.service_config", _SERVICE_CONFIG),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    # A replica that is back is used at once: by default a long one's absence keeps it away for up to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 200),
    # How long one attempt may take.
    ("grpc.min_reconnect_backoff_ms", 5_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    # Replicas that are replaced one after the other are learned of as fast: by default only every 30 seconds.
    ("grpc.dns_min_time_between_resolutions_ms", 2_000),
]
Address = str | list[str]


def target(address: Address) -> str:
    """Return gRPC's name for one address (`host:port`, or any target), or for several; these are IP addresses."""
    if isinstance(address, str):
        return address if address.startswith(("dns:", "ipv4:", "ipv6:", "unix:")) else f"dns:///{address}"
    if len(address) == 1:
        return target(address[0])
    return _of_several(address)


def _of_several(addresses: Sequence[str]) -> str:
    try:
        versions = {ipaddress.ip_address(each.rpartition(":")[0].strip("[]")).version for each in addresses}
    except ValueError:
        raise ValueError("several addresses of one callee must be IP addresses; give one name for all") from None
    if len(versions) != 1:
        raise ValueError("the addresses of one callee must be all IPv4 or all IPv6")
    return f"ipv{versions.pop()}:{','.join(addresses)}"


class Callees:
    """Channels to the services this one may call, by name."""

    def __init__(
        self, service: str, addresses: Mapping[str, Address], mint: TokenMint, tokens: WorkloadTokens | None = None
    ) -> None:
        self.service = service
        self._mint = mint
        self._channels = {
            name: grpc.aio.insecure_channel(
                target(address),
                options=_OPTIONS,
                interceptors=[ClientTelemetry(name), *(tokens.interceptors(name) if tokens else [])],
            )
            for name, address in addresses.items()
        }

    def channel(self, callee: str) -> grpc.aio.Channel:
        """Return the channel to the callee; raise Unavailable if this service was given no address for it."""
        try:
            return self._channels[callee]
        except KeyError:
            raise Unavailable from None

    def metadata(self, identity: Identity, *, key: str | None = None, locale: str = "") -> tuple[tuple[str, str], ...]:
        """Return the metadata of a call under the identity: signed token, language, idempotency key."""
        headers = {IDENTITY_HEADER: self._mint.mint(identity, datetime.now(UTC))}
        if locale or identity.locale:
            headers[LOCALE_HEADER] = locale or identity.locale
        if key:
            headers[KEY_HEADER] = key
        return tuple(headers.items())

    def own_metadata(self, tenant_id: UUID, *, key: str | None = None) -> tuple[tuple[str, str], ...]:
        """Return the metadata of a call this service makes by itself, for the subject it is working for."""
        try:
            actor: str | None = current_call().identity.subject
        except Unauthenticated:
            actor = None
        return self.metadata(Identity.of_service(self.service, tenant_id, actor), key=key)

    async def close(self) -> None:
        """Close all channels."""
        for channel in self._channels.values():
            await channel.close()
