"""First tables."""

import sqlalchemy as sa
from alembic import op

from callqa.store.columns import Document, Sequence, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """First tables."""
    op.create_table(
        "artefacts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_artefacts")),
    )
    op.create_index(op.f("ix_artefacts_sha256"), "artefacts", ["sha256"], unique=False)

    op.create_table(
        "recordings",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("sample_rate", sa.Integer(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("codec", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_recordings")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.Column("policy", Document, nullable=False),
        sa.Column("recogniser", Document, nullable=True),
        sa.Column("techniques", Document, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("problems", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_started_at"), "runs", ["started_at"], unique=False)

    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("agent", sa.String(length=128), nullable=True),
        sa.Column("group_path", Document, nullable=False),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("started_local", sa.String(length=40), nullable=True),
        sa.Column("day", sa.String(length=10), nullable=True),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("parties", Document, nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.Column("ordered", sa.Boolean(), nullable=True),
        sa.Column("amount", sa.Float(), nullable=True),
        sa.Column("cross_sold", sa.Boolean(), nullable=True),
        sa.Column("signed_for", sa.Boolean(), nullable=True),
        sa.Column("customer_key", sa.String(length=128), nullable=True),
        sa.Column("fields", Document, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["recordings.sha256"], name=op.f("fk_calls_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_agent"), "calls", ["agent"], unique=False)
    op.create_index(op.f("ix_calls_customer_key"), "calls", ["customer_key"], unique=False)
    op.create_index(op.f("ix_calls_day"), "calls", ["day"], unique=False)
    op.create_index(op.f("ix_calls_sha256"), "calls", ["sha256"], unique=False)
    op.create_index(op.f("ix_calls_started_at"), "calls", ["started_at"], unique=False)

    op.create_table(
        "failures",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("run_id", sa.String(length=128), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_failures_run_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_failures")),
    )
    op.create_index(op.f("ix_failures_call_id"), "failures", ["call_id"], unique=False)
    op.create_index(op.f("ix_failures_day"), "failures", ["day"], unique=False)
    op.create_index(op.f("ix_failures_run_id"), "failures", ["run_id"], unique=False)

    op.create_table(
        "findings",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=True),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=True),
        sa.Column("evidence", Document, nullable=False),
        sa.Column("slots", Document, nullable=False),
        sa.Column("explanation", Document, nullable=False),
        sa.Column("provenance", Document, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_findings_call_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_findings")),
    )
    op.create_index(op.f("ix_findings_call_id"), "findings", ["call_id"], unique=False)
    op.create_index(op.f("ix_findings_key"), "findings", ["key"], unique=False)
    op.create_index("ix_findings_subject_id_verdict", "findings", ["subject", "id", "verdict"], unique=False)

    op.create_table(
        "measures",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("spans", Document, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_measures_call_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_measures")),
    )
    op.create_index(op.f("ix_measures_call_id"), "measures", ["call_id"], unique=False)
    op.create_index(op.f("ix_measures_key"), "measures", ["key"], unique=False)
    op.create_index(op.f("ix_measures_name"), "measures", ["name"], unique=False)

    op.create_table(
        "personal_data",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("first_character", sa.Integer(), nullable=False),
        sa.Column("end_character", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("checksum", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_personal_data_call_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_personal_data")),
    )
    op.create_index(op.f("ix_personal_data_call_id"), "personal_data", ["call_id"], unique=False)
    op.create_index(op.f("ix_personal_data_key"), "personal_data", ["key"], unique=False)

    op.create_table(
        "scorecards",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("grade", sa.String(length=128), nullable=True),
        sa.Column("grade_title", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("fatal", Document, nullable=False),
        sa.Column("needs_human", sa.Integer(), nullable=False),
        sa.Column("lines", Document, nullable=False),
        sa.Column("policy_id", sa.String(length=128), nullable=False),
        sa.Column("policy_version", sa.String(length=128), nullable=False),
        sa.Column("policy_sha256", sa.String(length=64), nullable=False),
        sa.Column("provenance", Document, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_scorecards_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards")),
    )
    op.create_index(op.f("ix_scorecards_call_id"), "scorecards", ["call_id"], unique=False)

    op.create_table(
        "technique_readings",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("stages", Document, nullable=False),
        sa.Column("moments", Document, nullable=False),
        sa.Column("provenance", Document, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_technique_readings_call_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_technique_readings")),
    )
    op.create_index(op.f("ix_technique_readings_call_id"), "technique_readings", ["call_id"], unique=False)

    op.create_table(
        "transcripts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_transcripts_call_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_transcripts")),
    )
    op.create_index(op.f("ix_transcripts_call_id"), "transcripts", ["call_id"], unique=False)

    op.create_table(
        "results",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("run_id", sa.String(length=128), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("keys", Document, nullable=False),
        sa.Column("transcript_key", sa.String(length=64), nullable=False),
        sa.Column("personal_key", sa.String(length=64), nullable=False),
        sa.Column("findings_key", sa.String(length=64), nullable=False),
        sa.Column("techniques_key", sa.String(length=64), nullable=False),
        sa.Column("measures_key", sa.String(length=64), nullable=False),
        sa.Column("scorecard_id", sa.String(length=64), nullable=False),
        sa.Column("warnings", Document, nullable=False),
        sa.Column("seconds", Document, nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_results_call_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_results_run_id")),
        sa.ForeignKeyConstraint(["scorecard_id"], ["scorecards.id"], name=op.f("fk_results_scorecard_id")),
        sa.ForeignKeyConstraint(
            ["techniques_key"], ["technique_readings.key"], name=op.f("fk_results_techniques_key")
        ),
        sa.ForeignKeyConstraint(
            ["transcript_key"], ["transcripts.key"], name=op.f("fk_results_transcript_key")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_results")),
        sa.UniqueConstraint("key", "call_id", "run_id", name=op.f("uq_results_key_call_id_run_id")),
    )
    op.create_index(op.f("ix_results_call_id"), "results", ["call_id"], unique=False)
    op.create_index(op.f("ix_results_findings_key"), "results", ["findings_key"], unique=False)
    op.create_index(op.f("ix_results_measures_key"), "results", ["measures_key"], unique=False)
    op.create_index(op.f("ix_results_personal_key"), "results", ["personal_key"], unique=False)
    op.create_index(op.f("ix_results_run_id"), "results", ["run_id"], unique=False)
    op.create_index(op.f("ix_results_scorecard_id"), "results", ["scorecard_id"], unique=False)

    op.create_table(
        "review_events",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("scorecard_id", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=128), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_review_events_call_id")),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name=op.f("fk_review_events_scorecard_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_review_events")),
        sa.UniqueConstraint("id", name=op.f("uq_review_events_id")),
    )
    op.create_index(op.f("ix_review_events_call_id"), "review_events", ["call_id"], unique=False)
    op.create_index(op.f("ix_review_events_scorecard_id"), "review_events", ["scorecard_id"], unique=False)

    op.create_table(
        "techniques",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=128), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("quote", Document, nullable=False),
        sa.Column("carriers", Document, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_techniques_call_id")),
        sa.ForeignKeyConstraint(["key"], ["technique_readings.key"], name=op.f("fk_techniques_key")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_techniques")),
    )
    op.create_index(op.f("ix_techniques_call_id"), "techniques", ["call_id"], unique=False)
    op.create_index(op.f("ix_techniques_key"), "techniques", ["key"], unique=False)
    op.create_index("ix_techniques_kind_label", "techniques", ["kind", "label"], unique=False)


def downgrade() -> None:
    """Undo it."""
    for table in (
        "review_events",
        "results",
        "failures",
        "techniques",
        "technique_readings",
        "measures",
        "findings",
        "personal_data",
        "transcripts",
        "scorecards",
        "calls",
        "runs",
        "recordings",
        "artefacts",
    ):
        op.drop_table(table)
