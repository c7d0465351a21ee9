"""Several organizations: whose licenses a request is about, whose desk somebody is an admin of; records written whole.

What an older version writes meanwhile has an empty organization; the worker fills that in when it starts.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122b"
down_revision = "20261122"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("org_id", sa.String(length=400), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_requests_org_id"), ["org_id"], unique=False)
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("desk_org", sa.String(length=400), nullable=True))
    with op.batch_alter_table("request_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("via", sa.String(length=20), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("request_items", schema=None) as batch_op:
        batch_op.drop_column("via")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("desk_org")
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_org_id"))
        batch_op.drop_column("org_id")
