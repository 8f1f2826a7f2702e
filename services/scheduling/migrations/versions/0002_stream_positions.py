"""What stands where in this service's stream is looked up by position."""

from common.migrations import index_stream_positions

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the index."""
    index_stream_positions()
