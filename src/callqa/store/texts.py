"""Every column that can hold text, and what an erasure does with it.

A test walks the tables: a new column must be named here, either as reached by an erasure or, with its reason, as free of
what was said in a call and of who called.
"""

REACHED: dict[str, str] = {
    "runs.source": "names of the calls' files are taken out",
    "runs.problems": "sentences that name a call or its file are taken out",
    "calls.path": "emptied; the proof names the files until they are gone",
    "calls.customer_key": "emptied",
    "calls.fields": "emptied",
    "artefacts.body": "deleted",
    "transcripts.body": "turns taken out",
    "personal_data.context": "deleted",
    "personal_data.pattern": "deleted",
    "findings.evidence": "words of quotes taken out",
    "findings.slots": "emptied",
    "findings.explanation": "what was heard is taken out",
    "technique_readings.moments": "emptied",
    "techniques.quote": "words taken out",
    "scorecards.lines": "reasons taken out",
    "failures.path": "deleted",
    "failures.message": "deleted",
    "failures.hint": "deleted",
    "review_events.body": "reasons and quotes taken out, also of edits carried over to other calls",
    "call_sounds.words": "deleted",
    "call_sounds.sounds": "deleted",
    "call_sounds.grams": "deleted, with SQLite's full-text rows",
    "assignments.explanation": "replaced",
    "assignments.skip_reason": "emptied",
    "coaching_tasks.body": "title and source of tasks from these calls, or that name them",
    "coaching_notes.body": "texts of these tasks, or that name a call",
    "proposals.body": "text and reason",
    "calibrations.body": "title and note of rounds with such a call",
    "handovers.body": "titles of such tasks; a reason that names a call",
    "collections.title": "replaced where it names a call",
    "collections.description": "replaced where it names a call",
    "collection_items.note": "deleted with the item",
    "jobs.facts": "customer and further fields taken out",
    "jobs.path": "emptied",
    "jobs.message": "emptied where it names a call",
    "idempotency.body": "emptied where it names a call, its tasks or its rounds",
    "idempotency.headers": "replaced by the mark of an erasure",
    "notifications.text": "replaced where it is about a call, its tasks or its rounds, or names one",
    "legal_holds.subject": "a lifted hold's customer becomes the proof's subject",
    "legal_holds.reason": "of a lifted hold on the customer or a call",
}
"""Column → what happens to it when one customer's data is erased."""

_IDS = "an id, a name of the program's own, or a hash of content"
_STAFF = "about people and units of the centre"
_BUSINESS = "what was sold, by whom and where, as the manifest says"
_MACHINE = "the machine's or the policy's words, the same for every call"
_PROOF = "the proof itself"

FREE: dict[str, dict[str, tuple[str, ...]]] = {
    _IDS: {
        "runs": ("id", "kind"),
        "recordings": ("sha256", "codec"),
        "calls": ("id", "sha256", "started_local", "day", "direction", "parties"),
        "artefacts": ("key", "sha256", "step"),
        "transcripts": ("key", "call_id", "language", "model"),
        "personal_data": ("key", "call_id", "kind"),
        "findings": ("key", "call_id", "subject", "id", "verdict", "state"),
        "technique_readings": ("key", "call_id", "stages"),
        "techniques": ("key", "call_id", "kind", "label", "carriers"),
        "measures": ("key", "call_id", "name", "unit", "spans"),
        "scorecards": ("id", "call_id", "grade", "fatal", "policy_id", "policy_version", "policy_sha256"),
        "results": (
            *("key", "call_id", "run_id", "keys", "transcript_key", "personal_key", "findings_key"),
            *("techniques_key", "measures_key", "scorecard_id"),
        ),
        "failures": ("run_id", "call_id", "day", "stage", "code"),
        "review_events": ("id", "kind", "call_id", "scorecard_id", "author"),
        "call_index": (
            *("call_id", "scorecard_id", "day", "started_local", "unit", "unit_path", "language"),
            *("grade", "review_state"),
        ),
        "call_hits": ("kind", "id", "verdict"),
        "plans": ("id", "unit", "made_by"),
        "assignments": ("id", "plan", "unit", "call_id", "reason", "reviewer", "state"),
        "sealed_draws": ("plan", "call_id"),
        "coaching_tasks": ("id", "agent", "trainer", "state"),
        "coaching_notes": ("task",),
        "proposals": ("id", "kind", "agent", "call_id", "state"),
        "calibrations": ("id", "unit", "state"),
        "calibration_answers": ("round", "call_id", "item", "rater"),
        "handovers": ("id", "giver", "taker", "state"),
        "collections": ("id", "unit", "created_by"),
        "collection_items": ("id", "collection", "call_id", "added_by"),
        "jobs": ("id", "kind", "created_by", "sha256", "calls", "state", "worker", "run", "code"),
        "hooks": ("id", "events", "created_by"),
        "deliveries": ("id", "hook", "event", "state", "worker"),
        "idempotency": ("key", "route", "person", "request"),
        "notifications": ("id", "person", "kind", "subject"),
        "audit": ("actor", "action", "subject", "previous", "hash"),
        "audit_anchor": ("hash",),
        "retention_rules": ("id", "kind", "outcome"),
        "legal_holds": ("id", "kind", "set_by", "released_by"),
        "erasures": ("id", "kind", "asked_by"),
    },
    "figures and ids, never words: whoever notes or announces something gives no more": {
        "audit": ("detail",),
        "deliveries": ("body",),
        "plans": ("terms",),
        "coaching_tasks": ("change",),
        "results": ("seconds",),
    },
    _MACHINE: {
        "runs": ("policy", "recogniser", "techniques"),
        "findings": ("title", "provenance"),
        "technique_readings": ("provenance",),
        "measures": ("note",),
        "scorecards": ("grade_title", "action", "provenance"),
        "results": ("warnings",),
        "call_index": ("grade_title", "action"),
        "deliveries": ("message",),
    },
    _BUSINESS: {
        "calls": ("agent", "group_path", "product", "campaign", "region", "queue"),
        "call_index": ("agent", "product", "campaign", "region"),
    },
    _STAFF: {
        "units": ("id", "title", "kind", "parent"),
        "people": ("id", "name", "login", "languages"),
        "posts": ("person", "unit", "role"),
        "accounts": ("person", "password_hash", "subject"),
        "sign_in_attempts": ("name",),
        "sessions": ("id", "person", "csrf"),
        "tokens": ("id", "secret", "person", "title", "scopes"),
        "hooks": ("url", "secret"),
    },
    _PROOF: {"erasures": ("subject", "reason", "calls", "counts", "files")},
}
"""Why nothing needs to be erased → table → columns."""


def declared() -> dict[str, str]:
    """Every column named here, with what is said of it; raises `ValueError` where one is named twice."""
    found = dict(REACHED)
    for why, tables in FREE.items():
        for table, columns in tables.items():
            for column in columns:
                name = f"{table}.{column}"
                if name in found:
                    raise ValueError(f"{name} is named twice")
                found[name] = why
    return found
