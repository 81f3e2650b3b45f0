"""The reader of requests, with a limit on what is sent before and after their bodies."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 65_536
"""Bytes of a request's first line and headers, or of what follows its body; the parser itself knows no limit."""


class Bounded(HttpToolsProtocol):
    """Speaks HTTP as uvicorn does, and answers 400 where headers never end instead of keeping them all."""

    _beside = 0

    def data_received(self, data: bytes) -> None:
        """Bytes from the network; those without a piece of a body are counted."""
        self._beside += len(data)
        super().data_received(data)
        if self._beside > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("Headers too long.")

    def on_headers_complete(self) -> None:
        """A head has ended."""
        self._beside = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of a body."""
        self._beside = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request has ended."""
        self._beside = 0
        super().on_message_complete()
