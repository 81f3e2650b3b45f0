"""The store: what was concluded about every call, and the raw results that make scoring again cheap."""

from callqa.store.backup import back_up
from callqa.store.database import Database, open_database
from callqa.store.ledger import Ledger
from callqa.store.results import StoredResult
from callqa.store.schema import Health, check, ready, upgrade
from callqa.store.unit_of_work import UnitOfWork

__all__ = [
    "Database",
    "Health",
    "Ledger",
    "StoredResult",
    "UnitOfWork",
    "back_up",
    "check",
    "open_database",
    "ready",
    "upgrade",
]
