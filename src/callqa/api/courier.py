"""Takes messages to web-hooks: signed, to a checked address, tried again, given up after some tries."""

import hashlib
import hmac
import json
import logging
import threading
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import httpx

from callqa.api.addresses import allowed
from callqa.api.house import House
from callqa.api.problems import Refusal
from callqa.domain import CallQAError
from callqa.store.outbox import Delivery, Hook

_LOG = logging.getLogger("callqa.worker")
_SECONDS = 10.0
_LEASE = timedelta(seconds=60)
_IDLE = 1.0
_FIRST_WAIT = 5.0
_LONGEST_WAIT = 3600.0


def sign(secret: str, body: bytes, *, at: int) -> str:
    """The signature header of a body: HMAC-SHA256 over ``<unix time>.<body>``."""
    mark = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mark}"


class Courier:
    """Takes what is due.

    Args:
        house: Where messages lie.
        name: Of the worker.
        client: For tests; by default one that follows no redirects.
    """

    def __init__(self, house: House, *, name: str, client: httpx.Client | None = None) -> None:
        self._house = house
        self._name = name
        self._client = client or httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False)

    def run(self, stopping: threading.Event) -> None:
        """Take what is due until told to stop."""
        while not stopping.is_set():
            try:
                busy = self.once()
            except CallQAError as refused:
                _LOG.warning("courier refused", extra={"code": refused.code})
                busy = False
            if not busy:
                stopping.wait(_IDLE)

    def once(self) -> bool:
        """Take one message; False where none is due."""
        now = self._house.now()
        with self._house.read() as work:  # no writer waits for a queue that is empty
            if not work.hooks.due(now=now):
                return False
        with self._house.write() as work:
            found = work.hooks.take(self._name, now=now, lease=now + _LEASE)
            hook = work.hooks.get(found.hook) if found else None
        if found is None:
            return False
        status, message = self._send(hook, found) if hook and hook.active else (None, "已停用")
        good = status is not None and 200 <= status < 300
        with self._house.write() as work:
            if good and status is not None:
                work.hooks.delivered(found.id, self._name, status=status)
            else:
                spent = found.attempts >= self._house.settings.hook_attempts or not (hook and hook.active)
                wait = timedelta(seconds=min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (found.attempts - 1)))
                retry = None if spent else self._house.now() + wait
                work.hooks.refused(found.id, self._name, status=status, message=message, retry_at=retry)
        _LOG.info("webhook", extra={"status": status, "code": "" if good else "webhook.refused"})
        return True

    def _send(self, hook: Hook, delivery: Delivery) -> tuple[int | None, str]:
        body = json.dumps(
            {
                "id": delivery.id,
                "event": delivery.event,
                "at": delivery.created_at.isoformat(),
                **delivery.body,
            },
            ensure_ascii=False,
        ).encode()
        try:
            host, port, address = allowed(hook.url, hosts=self._house.settings.hook_hosts)
            parts = urlsplit(hook.url)
            there = f"[{address}]" if ":" in address else address
            answer = self._client.post(
                # the address that was checked, whatever the name leads to by now
                urlunsplit((parts.scheme, f"{there}:{port}", parts.path or "/", parts.query, "")),
                content=body,
                headers={
                    "Host": parts.netloc,
                    "Content-Type": "application/json",
                    "User-Agent": "callqa",
                    "X-CallQA-Event": delivery.event,
                    "X-CallQA-Delivery": delivery.id,
                    "X-CallQA-Signature": sign(hook.secret, body, at=int(self._house.now().timestamp())),
                },
                extensions={"sni_hostname": host},
            )
        except Refusal as refused:
            return None, refused.message
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return None, f"没有送到：{type(error).__name__}。"
        return answer.status_code, "" if answer.is_success else f"对方答复 {answer.status_code}。"
