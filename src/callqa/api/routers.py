"""All routers, in the order of the API's description. Every one is made with ``route_class=Route``."""

from fastapi import APIRouter

from callqa.api import (
    accounts,
    audio,
    audits,
    calls,
    health,
    hooks,
    inbox,
    jobs,
    keeping,
    oidc,
    organisation,
    policies,
    reports,
    tokens,
    uploads,
)

VERSIONED: tuple[APIRouter, ...] = (
    accounts.router,
    oidc.router,
    tokens.router,
    organisation.router,
    calls.router,
    uploads.router,
    audio.router,
    jobs.router,
    inbox.router,
    policies.router,
    reports.router,
    hooks.router,
    audits.router,
    keeping.router,
)
"""Under ``/api/v1``."""
UNVERSIONED: tuple[APIRouter, ...] = (health.router,)
"""At the root, for machines."""

PUBLIC = frozenset({"sign_in", "oidc_start", "oidc_callback", "healthz", "readyz", "metrics"})
"""Names of the routes that need no right; every other route has a `Need`."""
