"""How many calls a run set out to do; calls whose start is not known but assumed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two columns; of what is stored no start was ever assumed."""
    op.add_column("runs", sa.Column("planned", sa.Integer(), nullable=True))
    # with a default neither database has to make the table anew, which others point to
    op.add_column(
        "calls", sa.Column("started_assumed", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_column("calls", "started_assumed")
    op.drop_column("runs", "planned")
