"""All routers, in the order of the API's description. Every one is made with ``route_class=Route``."""

from fastapi import APIRouter

from callqa.api import accounts

VERSIONED: tuple[APIRouter, ...] = (accounts.router,)
"""Under ``/api/v1``."""

PUBLIC = frozenset({"sign_in", "oidc_start", "oidc_callback", "healthz", "readyz", "metrics"})
"""Names of the routes that need no right; every other route has a `Need`."""
