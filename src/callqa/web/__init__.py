"""The page: serves what ``ui`` was built into. Knows nothing of calls; everything it shows comes from the API."""

from callqa.web.page import mount_page

__all__ = ["mount_page"]
