"""Is it alive, is it ready, how is it doing: for machines, outside of ``/api/v1``."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from callqa import __version__
from callqa.api.house import TheHouse
from callqa.api.problems import public_answers
from callqa.api.wire.wire import Wire
from callqa.domain import StoreError
from callqa.store.schema import head, version

router = APIRouter(tags=["health"])


class Alive(Wire):
    """The process answers."""

    status: str
    """``ok``."""
    version: str
    """Of the program."""


class Ready(Wire):
    """The process can do its work."""

    ready: bool
    """True: send requests."""
    database: bool
    """It answers, in this program's version."""
    policy: bool
    """It can be read."""
    waiting: int
    """Jobs that wait for a worker."""
    dead: int
    """Jobs that were given up."""


@router.get("/healthz")
def healthz() -> Alive:
    """Alive."""
    return Alive(status="ok", version=__version__)


@router.get("/readyz", responses={503: {"model": Ready, "description": "Not ready."}})
def readyz(house: TheHouse, response: Response) -> Ready:
    """Ready for requests; 503 while stopping or without database or policy."""
    waiting = dead = 0
    database = policy = False
    try:
        database = version(house.database) == head()
        with house.read() as work:
            counts = work.jobs.counts()
        waiting = sum(number for state, number in counts.items() if state.value in ("pending", "running"))
        dead = sum(number for state, number in counts.items() if state.value == "dead")
    except StoreError:
        database = False
    try:
        policy = bool(house.centre.policies)
    except Exception:
        policy = False
    good = database and policy and not house.stopping.is_set()
    response.status_code = 200 if good else 503
    return Ready(ready=good, database=database, policy=policy, waiting=waiting, dead=dead)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **public_answers(503)},
)
def metrics(house: TheHouse, request: Request) -> Response:
    """Figures for Prometheus; no ids, no names."""
    figures = request.app.state.figures
    with house.read() as work:
        figures.jobs({state.value: number for state, number in work.jobs.counts().items()})
    return Response(figures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
