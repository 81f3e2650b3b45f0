"""What a wheel holds besides the code: the built page, the models in use and the starting policy.

Models and policy lie in ``callqa/_shipped``, where ``callqa.settings.shipped`` looks; the page in ``callqa/web/static``.
An editable installation gets none of it: it uses the checkout's own folders. ``CALLQA_SKIP_UI=1`` leaves the page out.
"""

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = "callqa/_shipped"
DEMO = "models/asr-demo"
CURRENT = "models/techniques.current"
POLICY = "samples/policy"


class ShippedFolders(BuildHookInterface[Any]):
    """Builds the page, and adds it, models and policy to a wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from PyPI, only where the machine has none that is new enough (it unpacks to 200 MB)."""
        page = self._page_builder()
        return [] if self._without_page() or page.system_node() else [page.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before a build; ``version`` is ``standard`` or ``editable``.

        Raises:
            FileNotFoundError: Something that has to be shipped is not in the checkout.
        """
        if version == "editable":
            return
        root = Path(self.root)
        if not self._without_page():
            page = self._page_builder()
            page.build(root)
            build_data["artifacts"].append(f"/{page.STATIC.as_posix()}")
        techniques = f"models/{(root / CURRENT).read_text(encoding='utf-8').strip()}"
        for needed in (f"{DEMO}/model.bin", f"{techniques}/model.skops", f"{POLICY}/policy.yaml"):
            if not (root / needed).is_file():
                raise FileNotFoundError(f"{needed} belongs into the wheel but is not in {root}")
        for place in (DEMO, techniques, CURRENT, POLICY):
            build_data["force_include"][str(root / place)] = f"{SHIPPED}/{place}"

    @staticmethod
    def _without_page() -> bool:
        return os.environ.get("CALLQA_SKIP_UI") == "1"

    def _page_builder(self) -> ModuleType:
        # hatchling loads this file by its path, so its neighbour is loaded the same way
        spec = importlib.util.spec_from_file_location(
            "build_page", Path(self.root) / "scripts" / "build_page.py"
        )
        if spec is None or spec.loader is None:
            raise FileNotFoundError("scripts/build_page.py belongs to the checkout")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
