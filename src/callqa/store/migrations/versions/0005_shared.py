"""Collections that the agents of their unit may hear."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no collection there is was made for agents."""
    # with a default neither database has to make the table anew, which others point to
    op.add_column("collections", sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Undo it."""
    op.drop_column("collections", "shared")
