"""One JSON line per request: method, route, status, time, who by id. No addresses, no names, no queries, no words."""

import json
import logging
from datetime import UTC, datetime

_FIELDS = (
    "request_id",
    "method",
    "route",
    "status",
    "ms",
    "person",
    "code",
    "waiting",
    "job",
    "kind",
    "worker",
)


class JsonLines(logging.Formatter):
    """Formats records as JSON; of what was passed as ``extra`` only the known fields are written."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            # the message of a foreign exception may quote what was sent: type and place are enough to find it
            line["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            if trace is not None:
                line["where"] = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        return json.dumps(line, ensure_ascii=False)


def log_as_json(*, level: int = logging.INFO) -> None:
    """Send callqa's and the server's log to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    for name in ("callqa", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True  # it writes addresses and queries
