"""The store: what was concluded about every call, the raw results that make scoring again cheap, and people's work.

Everything goes through `UnitOfWork`, which has one repository per noun; `callqa.store.search` holds what can be asked
of the list of calls and what comes back.
"""

from callqa.store.accounts import Account, Attempts, SignIn, Token
from callqa.store.assignments import Plan
from callqa.store.audit import Anchor, Noted
from callqa.store.backup import back_up
from callqa.store.blobs import Blobs
from callqa.store.database import Database, open_database
from callqa.store.erasures import Erasure
from callqa.store.idempotency import Answered
from callqa.store.index import StandingOf, as_by_machine, rebuild
from callqa.store.ledger import Ledger
from callqa.store.organisation import OrganisationChanges, Reach
from callqa.store.outbox import Delivery, Hook, Notification
from callqa.store.results import StoredResult
from callqa.store.retention import Due, Hold, RetentionRule
from callqa.store.reviews import ReviewConflict
from callqa.store.schema import Health, check, ready, upgrade
from callqa.store.search import (
    EVERYTHING,
    CallFilter,
    CallSummary,
    Hit,
    Page,
    Place,
    ReviewState,
    Scope,
    Sort,
    Standing,
    TextMatch,
    Totals,
)
from callqa.store.transcripts import Spoken
from callqa.store.unit_of_work import UnitOfWork
from callqa.store.verifying import Verified, verify

__all__ = [
    "EVERYTHING",
    "Account",
    "Anchor",
    "Answered",
    "Attempts",
    "Blobs",
    "CallFilter",
    "CallSummary",
    "Database",
    "Delivery",
    "Due",
    "Erasure",
    "Health",
    "Hit",
    "Hold",
    "Hook",
    "Ledger",
    "Noted",
    "Notification",
    "OrganisationChanges",
    "Page",
    "Place",
    "Plan",
    "Reach",
    "RetentionRule",
    "ReviewConflict",
    "ReviewState",
    "Scope",
    "SignIn",
    "Sort",
    "Spoken",
    "Standing",
    "StandingOf",
    "StoredResult",
    "TextMatch",
    "Token",
    "Totals",
    "UnitOfWork",
    "Verified",
    "as_by_machine",
    "back_up",
    "check",
    "open_database",
    "ready",
    "rebuild",
    "upgrade",
    "verify",
]
