"""The epoch of the events, and what retention deletes by."""

from common.migrations import create_epoch

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create table and indexes."""
    create_epoch("notification")
