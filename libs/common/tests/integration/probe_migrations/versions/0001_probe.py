import sqlalchemy as sa
from alembic import op
from common.migrations import create_epoch, create_mechanism_tables, protect

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_mechanism_tables("probe")
    create_epoch("probe")
    op.create_table(
        "note",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )
    protect("probe", "note")
