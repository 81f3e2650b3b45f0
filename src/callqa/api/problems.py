"""Errors as ``application/problem+json``: a stable code, what is wrong, what to do next in Chinese and English."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from callqa.api.sayings import SAYINGS, Saying, next_step_in_english, status_of
from callqa.api.wire import Wire
from callqa.domain import CallQAError

MEDIA_TYPE = "application/problem+json"


class NextStep(Wire):
    """What to do, for people."""

    zh: str
    """Chinese."""
    en: str
    """English."""


class Fault(Wire):
    """One thing that is wrong with a request."""

    where: str
    """Path to it, e.g. ``body.points`` or ``query.limit``; for imports ``第 7 行 上级``."""
    message: str
    """What is wrong."""


class Problem(Wire):
    """An error (RFC 9457)."""

    type: str
    """``/problems/<code>``."""
    title: str
    """Short name, Chinese."""
    status: int
    """The HTTP status."""
    code: str
    """Stable; never reused for another meaning."""
    detail: str
    """One sentence: what is wrong here."""
    next_step: NextStep
    """One sentence: what to do."""
    instance: str
    """The request's id, as in the answer's ``X-Request-Id`` and in the log."""
    errors: tuple[Fault, ...] = ()
    """Single faults, where there are several."""
    current: Any = None
    """With 409: how it stands now, e.g. the other reviewer's events."""


class Refusal(CallQAError):
    """A request that is refused; status and words come from the table by code.

    Args:
        code: In `SAYINGS`.
        detail: Instead of the table's sentence.
        errors: Single faults.
        current: With a conflict: how it stands now.
        headers: For the answer.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[Fault] = (),
        current: object = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        saying = SAYINGS[code]
        super().__init__(detail or saying.detail, code=code, hint=saying.zh)
        self.errors = tuple(errors)
        self.current = current
        self.headers = headers or {}

    def __reduce__(self) -> tuple[object, ...]:
        """Refusals stay in their process; pickled as what they say."""
        return (CallQAError, (self.message,))


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses=`` of a route: these statuses beside those that every route may give.

    400 (not JSON), 401, 403, 413, 422, 429 and 503 belong to every route behind a right.
    """
    everywhere = (400, 401, 403, 413, 422, 429, 503)
    return public_answers(*everywhere, *statuses)


def public_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """As `answers`, without those of a signed-in caller."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted(set(statuses))
    }


def request_id(request: Request) -> str:
    """The id that the request got on its way in."""
    return str(getattr(request.state, "request_id", ""))


def answer(request: Request, error: CallQAError) -> JSONResponse:
    """An error of ours as an answer."""
    saying = SAYINGS.get(error.code) or _saying_of(error)
    problem = Problem(
        type=f"/problems/{error.code}",
        title=saying.title,
        status=saying.status,
        code=error.code,
        detail=error.message,
        next_step=NextStep(zh=error.hint or saying.zh, en=saying.en),
        instance=request_id(request),
        errors=getattr(error, "errors", ()),
        current=jsonable_encoder(getattr(error, "current", None)),
    )
    headers = dict(getattr(error, "headers", {}))
    if saying.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", "2")
    return JSONResponse(
        problem.model_dump(mode="json"), status_code=saying.status, headers=headers, media_type=MEDIA_TYPE
    )


def _saying_of(error: CallQAError) -> Saying:
    status = status_of(error)
    return Saying(
        status, _TITLES.get(status, "请求没有成功"), error.message, error.hint, next_step_in_english(status)
    )


_TITLES = {
    403: "没有权限",
    404: "没有找到",
    409: "和现在的状态冲突",
    410: "已经不在了",
    422: "内容有误",
    500: "程序出错",
    503: "暂时不可用",
}


async def of_ours(request: Request, error: Exception) -> JSONResponse:
    """Handler of `CallQAError`."""
    if not isinstance(error, CallQAError):
        raise error
    return answer(request, error)


async def of_validation(request: Request, error: Exception) -> JSONResponse:
    """Handler of requests that do not fit their schema; never repeats what was sent."""
    if not isinstance(error, RequestValidationError):
        raise error
    faults = tuple(
        Fault(where=".".join(str(part) for part in one["loc"])[:200], message=str(one["msg"])[:300])
        for one in error.errors()[:50]
    )
    broken = any(one["type"] == "json_invalid" for one in error.errors())
    return answer(request, Refusal("request.json" if broken else "request.invalid", errors=faults))


_OF_STATUS = {
    400: "request.json",
    401: "auth.required",
    403: "auth.forbidden",
    404: "route.missing",
    405: "route.method",
    413: "request.too_large",
    415: "request.media_type",
}


async def of_http(request: Request, error: Exception) -> JSONResponse:
    """Handler of what the framework refuses by itself: unknown paths, methods, broken forms."""
    if not isinstance(error, HTTPException):
        raise error
    code = _OF_STATUS.get(error.status_code, "request.json")
    return answer(request, Refusal(code, headers=dict(error.headers or {})))


async def of_fault(request: Request, _error: Exception) -> JSONResponse:
    """Handler of faults of ours: says nothing of what was inside."""
    return answer(request, Refusal("internal"))
