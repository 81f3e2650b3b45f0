"""What a page needs to know before anybody signs in. Says nothing of calls or people."""

from fastapi import APIRouter

from callqa import __version__
from callqa.api.house import TheHouse
from callqa.api.problems import public_answers
from callqa.api.wire.wire import Wire
from callqa.api.work import Route
from callqa.domain import CallQAError

router = APIRouter(tags=["about"], route_class=Route)


class About(Wire):
    """This installation."""

    version: str
    """Of the program."""
    oidc: bool
    """People can sign in with the centre's own directory (``/auth/oidc/start``)."""
    recogniser: str | None
    """Model in force; null where it is missing."""
    demo_recogniser: bool
    """True: only fit for the sample calls; a page says so everywhere."""
    zone: str
    """Time zone of the centre."""


@router.get("/about", responses=public_answers(429, 503))
def about(house: TheHouse) -> About:
    """Version, ways to sign in, and whether scores can be trusted at all."""
    name, demo = None, False
    try:
        model = house.centre.recogniser_card.ref
    except CallQAError:
        # the API also serves centres whose workers, not this server, hold the model
        pass
    else:
        name, demo = model.name, model.demo
    return About(
        version=__version__,
        oidc=house.settings.oidc_issuer is not None,
        recogniser=name,
        demo_recogniser=demo,
        zone=house.settings.zone,
    )
