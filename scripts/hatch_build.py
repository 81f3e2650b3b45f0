"""What a wheel holds besides the code: the models in use and the starting policy, so that it works without a checkout.

They lie in ``callqa/_shipped``, where ``callqa.settings.shipped`` looks. An editable installation gets none of it: it
uses the checkout's own folders.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = "callqa/_shipped"
DEMO = "models/asr-demo"
CURRENT = "models/techniques.current"
POLICY = "samples/policy"


class ShippedFolders(BuildHookInterface[Any]):
    """Adds models and policy to a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before a build; ``version`` is ``standard`` or ``editable``.

        Raises:
            FileNotFoundError: Something that has to be shipped is not in the checkout.
        """
        if version == "editable":
            return
        root = Path(self.root)
        techniques = f"models/{(root / CURRENT).read_text(encoding='utf-8').strip()}"
        for needed in (f"{DEMO}/model.bin", f"{techniques}/model.skops", f"{POLICY}/policy.yaml"):
            if not (root / needed).is_file():
                raise FileNotFoundError(f"{needed} belongs into the wheel but is not in {root}")
        for place in (DEMO, techniques, CURRENT, POLICY):
            build_data["force_include"][str(root / place)] = f"{SHIPPED}/{place}"
