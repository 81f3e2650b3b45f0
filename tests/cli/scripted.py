"""``python -m tests.cli.scripted score …``: the command line with a recogniser that needs no model.

``CALLQA_TEST_SECONDS``: how long it takes per channel. Everything else is real: processes, audio, policy, database.
"""

import os

from callqa.bootstrap import Centre
from callqa.cli import main
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


if __name__ == "__main__":
    import callqa.cli.context

    callqa.cli.context.Centre = ScriptedCentre  # type: ignore[misc]
    main()
