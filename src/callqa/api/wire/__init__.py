"""What goes over the wire: frozen models of requests and answers, one module per noun.

Answers are masked; field descriptions come from the docstrings beneath the fields and reach the OpenAPI.
"""

from callqa.api.wire.wire import Page, Wire

__all__ = ["Page", "Wire"]
