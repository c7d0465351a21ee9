"""What keeps the bot running: tokens, spaces to catch up with, the budget of calls, marks; a trace for each request."""

import sqlalchemy as sa
from alembic import op

revision = "20261122c"
down_revision = "20261122b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tokens",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refresh_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tokens")),
    )
    op.create_table(
        "spaces",
        sa.Column("space_id", sa.String(length=400), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("caught_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("space_id", name=op.f("pk_spaces")),
    )
    with op.batch_alter_table("spaces", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spaces_heard_at"), ["heard_at"], unique=False)
    op.create_table(
        "call_budgets",
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_call_budgets")),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("was_found", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trace", sa.String(length=80), server_default="", nullable=False))
    with op.batch_alter_table("moves", schema=None) as batch_op:
        batch_op.add_column(sa.Column("also_asked_by", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("first_seen_in", sa.String(length=400), nullable=True))
    with op.batch_alter_table("outgoing_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_messages_replaces_id"), ["replaces_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_messages_to_person_id"), ["to_person_id"], unique=False)
        batch_op.create_index("ix_outgoing_messages_state_created_at", ["state", "created_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outgoing_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_outgoing_messages_state_created_at")
        batch_op.drop_index(batch_op.f("ix_outgoing_messages_to_person_id"))
        batch_op.drop_index(batch_op.f("ix_outgoing_messages_replaces_id"))
    with op.batch_alter_table("moves", schema=None) as batch_op:
        batch_op.drop_column("first_seen_in")
        batch_op.drop_column("also_asked_by")
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_column("trace")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_column("was_found")
    for table in ("marks", "call_budgets", "spaces", "tokens"):
        op.drop_table(table)
