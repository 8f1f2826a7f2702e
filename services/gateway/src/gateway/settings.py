"""What the gateway is told by its environment; it has no database."""

from common.settings import ProcessSettings


class GatewaySettings(ProcessSettings):
    """Settings of every process, and how often directory is asked for new issuers."""

    issuers_poll_seconds: float = 10.0
