"""A centre whose recogniser follows a script; ``CALLQA_TEST_SECONDS``: how long it takes per channel."""

import os

from callqa.bootstrap import Centre
from callqa.transcript import ModelCard
from tests.fakes import ScriptedRecogniser

SCRIPTED = ScriptedRecogniser(seconds=float(os.environ.get("CALLQA_TEST_SECONDS", "0")))


class ScriptedCentre(Centre):
    """A centre whose recogniser follows a script."""

    @property
    def recogniser_card(self) -> ModelCard:  # type: ignore[override]
        return ModelCard(ref=SCRIPTED.model, prompting=False)

    def _recogniser_choice(self, threads: int) -> ScriptedRecogniser:
        return SCRIPTED
