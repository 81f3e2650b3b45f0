"""Collections of calls and clips."""

import sqlalchemy as sa
from alembic import op

from callqa.store.columns import Sequence, UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "collections",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=128), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
    )
    op.create_table(
        "collection_items",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("collection", sa.String(length=128), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(length=128), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_collection_items_call_id")),
        sa.ForeignKeyConstraint(
            ["collection"], ["collections.id"], name=op.f("fk_collection_items_collection")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_collection_items")),
        sa.UniqueConstraint("id", name=op.f("uq_collection_items_id")),
    )
    op.create_index(op.f("ix_collection_items_call_id"), "collection_items", ["call_id"], unique=False)
    op.create_index(op.f("ix_collection_items_collection"), "collection_items", ["collection"], unique=False)


def downgrade() -> None:
    """Undo it; the collections are lost, the calls in them are not."""
    op.drop_table("collection_items")
    op.drop_table("collections")
