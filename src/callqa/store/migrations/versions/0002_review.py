"""Review: organisation, index of calls, queue, ledger positions, coaching, handover, jobs, trace."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from callqa.store.columns import Document, Sequence, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
reindexes = True

_GRAMS = sa.Text().with_variant(postgresql.ARRAY(sa.Integer()), "postgresql")
_BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of the review; number the events there are. The index is filled by `store.schema.upgrade`."""
    _people()
    _work()
    _trace()
    _index()
    _number_events()


def _people() -> None:
    """Units, people, posts, and how people prove who they are."""
    op.create_table(
        "notifications",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("read_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_notifications")),
        sa.UniqueConstraint("id", name=op.f("uq_notifications_id")),
    )
    op.create_index("ix_notifications_person_seq", "notifications", ["person", "seq"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("login", sa.String(length=128), nullable=True),
        sa.Column("languages", Document, nullable=False),
        sa.Column("minutes_a_day", sa.Integer(), nullable=False),
        sa.Column("raw", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("login", name=op.f("uq_people_login")),
    )
    op.create_index(op.f("ix_people_name"), "people", ["name"], unique=False)
    op.create_table(
        "sign_in_attempts",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcTime(), nullable=False),
        sa.Column("locked_until", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sign_in_attempts")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent", sa.String(length=128), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
    )
    op.create_table(
        "accounts",
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("one_time", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_accounts_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_accounts")),
        sa.UniqueConstraint("subject", name=op.f("uq_accounts_subject")),
    )
    op.create_table(
        "posts",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("unit", sa.String(length=128), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_posts_person")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_posts")),
    )
    op.create_index(op.f("ix_posts_person"), "posts", ["person"], unique=False)
    op.create_index(op.f("ix_posts_unit"), "posts", ["unit"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("csrf", sa.String(length=128), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_sessions_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sessions_person"), "sessions", ["person"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("scopes", Document, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_tokens_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("secret", name=op.f("uq_tokens_secret")),
    )
    op.create_index(op.f("ix_tokens_person"), "tokens", ["person"], unique=False)


def _work() -> None:
    """Plans, coaching, proposals, calibration, handovers, jobs, hooks."""
    op.create_table(
        "calibrations",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("unit", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
    )
    op.create_index(op.f("ix_calibrations_unit"), "calibrations", ["unit"], unique=False)
    op.create_table(
        "coaching_tasks",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("agent", sa.String(length=128), nullable=False),
        sa.Column("trainer", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.Column("change", Document, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching_tasks")),
    )
    op.create_index(op.f("ix_coaching_tasks_agent"), "coaching_tasks", ["agent"], unique=False)
    op.create_index(op.f("ix_coaching_tasks_state"), "coaching_tasks", ["state"], unique=False)
    op.create_index(op.f("ix_coaching_tasks_trainer"), "coaching_tasks", ["trainer"], unique=False)
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("giver", sa.String(length=128), nullable=False),
        sa.Column("taker", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_giver"), "handovers", ["giver"], unique=False)
    op.create_index(op.f("ix_handovers_taker"), "handovers", ["taker"], unique=False)
    op.create_table(
        "hooks",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("events", Document, nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hooks")),
    )
    op.create_table(
        "idempotency",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("route", sa.String(length=128), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", Document, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", "route", "person", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_at"), "idempotency", ["at"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("facts", Document, nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("calls", Document, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcTime(), nullable=True),
        sa.Column("worker", sa.String(length=128), nullable=True),
        sa.Column("lease", UtcTime(), nullable=True),
        sa.Column("run", sa.String(length=128), nullable=True),
        sa.Column("code", sa.String(length=128), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_jobs")),
        sa.UniqueConstraint("id", name=op.f("uq_jobs_id")),
    )
    op.create_index(op.f("ix_jobs_created_by"), "jobs", ["created_by"], unique=False)
    op.create_index("ix_jobs_state_seq", "jobs", ["state", "seq"], unique=False)
    op.create_table(
        "plans",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=128), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("terms", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_index(op.f("ix_plans_day"), "plans", ["day"], unique=False)
    op.create_index(op.f("ix_plans_unit"), "plans", ["unit"], unique=False)
    op.create_table(
        "coaching_notes",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("task", sa.String(length=128), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.ForeignKeyConstraint(["task"], ["coaching_tasks.id"], name=op.f("fk_coaching_notes_task")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_coaching_notes")),
    )
    op.create_index(op.f("ix_coaching_notes_task"), "coaching_notes", ["task"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("hook", sa.String(length=128), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcTime(), nullable=True),
        sa.Column("worker", sa.String(length=128), nullable=True),
        sa.Column("lease", UtcTime(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hook"], ["hooks.id"], name=op.f("fk_deliveries_hook")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("id", name=op.f("uq_deliveries_id")),
    )
    op.create_index(op.f("ix_deliveries_hook"), "deliveries", ["hook"], unique=False)
    op.create_index("ix_deliveries_state_seq", "deliveries", ["state", "seq"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("plan", sa.String(length=160), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=128), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("priority", sa.Float(), nullable=False),
        sa.Column("minutes", sa.Float(), nullable=False),
        sa.Column("reviewer", sa.String(length=128), nullable=True),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lease", UtcTime(), nullable=True),
        sa.Column("skip_reason", sa.Text(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_assignments_call_id")),
        sa.ForeignKeyConstraint(["plan"], ["plans.id"], name=op.f("fk_assignments_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_call_id"), "assignments", ["call_id"], unique=False)
    op.create_index(op.f("ix_assignments_plan"), "assignments", ["plan"], unique=False)
    op.create_index(
        "ix_assignments_reviewer_state_priority",
        "assignments",
        ["reviewer", "state", "priority"],
        unique=False,
    )
    op.create_table(
        "calibration_answers",
        sa.Column("round", sa.String(length=128), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("item", sa.String(length=128), nullable=False),
        sa.Column("rater", sa.String(length=128), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_calibration_answers_call_id")),
        sa.ForeignKeyConstraint(["round"], ["calibrations.id"], name=op.f("fk_calibration_answers_round")),
        sa.PrimaryKeyConstraint("round", "call_id", "item", "rater", name=op.f("pk_calibration_answers")),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("agent", sa.String(length=128), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_proposals_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_agent"), "proposals", ["agent"], unique=False)
    op.create_index(op.f("ix_proposals_call_id"), "proposals", ["call_id"], unique=False)
    op.create_index(op.f("ix_proposals_state"), "proposals", ["state"], unique=False)
    op.create_table(
        "sealed_draws",
        sa.Column("plan", sa.String(length=160), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("violated", sa.Boolean(), nullable=True),
        sa.Column("at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_sealed_draws_call_id")),
        sa.ForeignKeyConstraint(["plan"], ["plans.id"], name=op.f("fk_sealed_draws_plan")),
        sa.PrimaryKeyConstraint("plan", "call_id", name=op.f("pk_sealed_draws")),
    )


def _trace() -> None:
    """Audit log with its anchor, retention, holds, erasures."""
    op.create_table(
        "audit",
        sa.Column("seq", Sequence, autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", Document, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_action"), "audit", ["action"], unique=False)
    op.create_index(op.f("ix_audit_actor"), "audit", ["actor"], unique=False)
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
    op.create_table(
        "audit_anchor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchor")),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.String(length=128), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("calls", Document, nullable=False),
        sa.Column("counts", Document, nullable=False),
        sa.Column("files", Document, nullable=False),
        sa.Column("files_gone_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_subject"), "erasures", ["subject"], unique=False)
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=128), nullable=False),
        sa.Column("set_at", UtcTime(), nullable=False),
        sa.Column("released_by", sa.String(length=128), nullable=True),
        sa.Column("released_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index(op.f("ix_legal_holds_subject"), "legal_holds", ["subject"], unique=False)
    op.create_table(
        "retention_rules",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rules")),
    )
    op.execute(f"INSERT INTO audit_anchor (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")


def _index() -> None:
    """What a list of calls is read from."""
    op.create_table(
        "call_index",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("result_seq", Sequence, nullable=False),
        sa.Column("scorecard_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=True),
        sa.Column("order_at", UtcTime(), nullable=False),
        sa.Column("started_local", sa.String(length=40), nullable=True),
        sa.Column("agent", sa.String(length=128), nullable=True),
        sa.Column("unit", sa.String(length=128), nullable=True),
        sa.Column("unit_path", _BYTEWISE, nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("ordered", sa.Boolean(), nullable=True),
        sa.Column("amount", sa.Float(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("machine_total", sa.Float(), nullable=True),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("order_total", sa.Float(), nullable=False),
        sa.Column("grade", sa.String(length=128), nullable=True),
        sa.Column("grade_title", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("needs_human", sa.Integer(), nullable=False),
        sa.Column("review_state", sa.String(length=16), nullable=False),
        sa.Column("open_appeals", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_index_call_id")),
        sa.ForeignKeyConstraint(["scorecard_id"], ["scorecards.id"], name=op.f("fk_call_index_scorecard_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_call_index")),
        sa.UniqueConstraint("call_id", name=op.f("uq_call_index_call_id")),
    )
    op.create_index("ix_call_index_agent", "call_index", ["agent"], unique=False)
    op.create_index(
        "ix_call_index_by_time",
        "call_index",
        [
            "order_at",
            "call_id",
            "unit_path",
            "agent",
            "day",
            "product",
            "campaign",
            "region",
            "ordered",
            "grade",
            "fatal",
            "needs_human",
            "review_state",
            "order_total",
        ],
        unique=False,
    )
    op.create_index(
        "ix_call_index_by_total",
        "call_index",
        [
            "order_total",
            "call_id",
            "unit_path",
            "agent",
            "day",
            "product",
            "campaign",
            "region",
            "ordered",
            "grade",
            "fatal",
            "needs_human",
            "review_state",
            "order_at",
        ],
        unique=False,
    )
    op.create_index("ix_call_index_fatal", "call_index", ["fatal"], unique=False)
    op.create_index("ix_call_index_grade", "call_index", ["grade"], unique=False)
    op.create_index("ix_call_index_review_state", "call_index", ["review_state"], unique=False)
    op.create_index("ix_call_index_unit_path", "call_index", ["unit_path"], unique=False)
    op.create_table(
        "call_hits",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["call_index.seq"], name=op.f("fk_call_hits_seq")),
        sa.PrimaryKeyConstraint("kind", "id", "verdict", "seq", name=op.f("pk_call_hits")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_call_hits_seq"), "call_hits", ["seq"], unique=False)
    op.create_table(
        "call_sounds",
        sa.Column("seq", Sequence, autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sounds", sa.Text(), nullable=False),
        sa.Column("grams", _GRAMS, nullable=True),
        sa.ForeignKeyConstraint(["seq"], ["call_index.seq"], name=op.f("fk_call_sounds_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_call_sounds")),
    )
    op.create_index("ix_call_sounds_grams", "call_sounds", ["grams"], unique=False, postgresql_using="gin")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE call_grams USING fts5"
            "(grams, content='', detail=none, columnsize=0, tokenize='ascii')"
        )


def _number_events() -> None:
    """Give every event its place within its call, 1, 2, … in the order they came in."""
    op.add_column("review_events", sa.Column("number", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE review_events SET number = (SELECT count(*) FROM review_events AS earlier"
        " WHERE earlier.call_id = review_events.call_id AND earlier.seq <= review_events.seq)"
    )
    with op.batch_alter_table("review_events") as table:
        table.alter_column("number", existing_type=sa.Integer(), nullable=False)
        table.create_unique_constraint(op.f("uq_review_events_call_id_number"), ["call_id", "number"])
    op.create_index(op.f("ix_review_events_at"), "review_events", ["at"], unique=False)


def downgrade() -> None:
    """Undo it; what was planned, coached, handed over or noted is lost."""
    op.drop_index(op.f("ix_review_events_at"), "review_events")
    with op.batch_alter_table("review_events") as table:
        table.drop_constraint(op.f("uq_review_events_call_id_number"), type_="unique")
        table.drop_column("number")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("call_grams")
    for table_name in (
        "call_sounds",
        "call_hits",
        "call_index",
        "sealed_draws",
        "proposals",
        "calibration_answers",
        "assignments",
        "tokens",
        "sessions",
        "posts",
        "deliveries",
        "coaching_notes",
        "accounts",
        "units",
        "sign_in_attempts",
        "retention_rules",
        "plans",
        "people",
        "notifications",
        "legal_holds",
        "jobs",
        "idempotency",
        "hooks",
        "handovers",
        "erasures",
        "coaching_tasks",
        "calibrations",
        "audit_anchor",
        "audit",
    ):
        op.drop_table(table_name)
