"""All routers, in the order of the API's description. Every one is made with ``route_class=Route``."""

from fastapi import APIRouter

from callqa.api import (
    about,
    accounts,
    agreement,
    appeals,
    audio,
    audits,
    backtests,
    calibrations,
    call_export,
    call_values,
    calls,
    coaching,
    collections,
    corrections,
    figure_reports,
    handovers,
    health,
    hooks,
    inbox,
    jobs,
    keeping,
    models,
    oidc,
    organisation,
    plans,
    policies,
    policy_versions,
    proposals,
    queue,
    reports,
    reviews,
    right_list,
    shared_collections,
    tokens,
    uploads,
)

VERSIONED: tuple[APIRouter, ...] = (
    about.router,
    accounts.router,
    oidc.router,
    tokens.router,
    organisation.router,
    right_list.router,
    call_export.router,  # before /calls/{call}
    call_values.router,
    calls.router,
    uploads.router,
    audio.router,
    jobs.router,
    reviews.router,
    plans.router,
    queue.router,
    appeals.router,
    agreement.router,
    calibrations.router,
    collections.router,
    shared_collections.router,
    coaching.router,
    proposals.router,
    handovers.router,
    corrections.router,
    inbox.router,
    policies.router,
    policy_versions.router,
    backtests.router,
    reports.router,
    figure_reports.router,
    hooks.router,
    audits.router,
    keeping.router,
    models.router,
)
"""Under ``/api/v1``."""
UNVERSIONED: tuple[APIRouter, ...] = (health.router,)
"""At the root, for machines."""

PUBLIC = frozenset({"about", "sign_in", "oidc_start", "oidc_callback", "healthz", "readyz", "metrics"})
"""Names of the routes that need no right; every other route has a `Need`."""
