"""``python -m callqa.api.openapi [file]``: writes the description of the API, the golden file of the tests and the page."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from callqa.api.app import create_app
from callqa.bootstrap import Centre
from callqa.settings import Settings


def described() -> dict[str, Any]:
    """The description, of an app on an empty database; settings of the machine do not show in it."""
    with tempfile.TemporaryDirectory(prefix="callqa-openapi-") as folder:
        centre = Centre(
            Settings(data=Path(folder), database_url=f"sqlite:///{folder}/empty.sqlite3", secret_key="x" * 32)
        )
        try:
            return dict(create_app(centre).openapi())
        finally:
            centre.database.dispose()


def written(description: dict[str, Any]) -> str:
    """The description as it stands in the golden file."""
    return json.dumps(description, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    text = written(described())
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
