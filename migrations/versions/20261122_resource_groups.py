"""Moves into resource groups, and the group that was chosen for a hybrid license of a request."""

import sqlalchemy as sa
from alembic import op

revision = "20261122"
down_revision = "20261121"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.String(length=400), nullable=False),
        sa.Column("person_id", sa.String(length=400), nullable=False),
        sa.Column("license_id", sa.String(length=400), nullable=False),
        sa.Column("license_title", sa.String(length=400), nullable=False),
        sa.Column("group_id", sa.String(length=400), nullable=True),
        sa.Column("group_name", sa.String(length=400), nullable=False),
        sa.Column("asked_by", sa.String(length=400), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("tracking_id", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["people.person_id"], name=op.f("fk_moves_asked_by_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f("fk_moves_person_id_people")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_moves_request_id_requests")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    with op.batch_alter_table("moves", schema=None) as batch_op:
        batch_op.create_index("ix_moves_person_id_state", ["person_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_moves_request_id"), ["request_id"], unique=False)

    with op.batch_alter_table("request_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.String(length=400), nullable=True))
        batch_op.add_column(sa.Column("group_name", sa.String(length=400), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("request_items", schema=None) as batch_op:
        batch_op.drop_column("group_name")
        batch_op.drop_column("group_id")

    with op.batch_alter_table("moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moves_request_id"))
        batch_op.drop_index("ix_moves_person_id_state")

    op.drop_table("moves")
