"""What a worker needs: policies with their checkers, the technique model, the recogniser. Built once per process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

from callqa.audio import LONGEST_HOURS
from callqa.compliance import Checker, Embedder, prepare
from callqa.domain import CallFacts
from callqa.policy import Policy, policy_for
from callqa.policy.vocabulary import Vocabulary
from callqa.techniques import TechniqueModel, load_model
from callqa.transcript import Recogniser


class Openable(Protocol):
    """A recogniser that can be opened in a worker; small and picklable itself."""

    def open(self) -> Recogniser:
        """Load it; raises `RecogniserError`."""


@dataclass(frozen=True)
class RecogniserChoice:
    """Which recogniser, and how it computes.

    Attributes:
        name: Name or folder.
        models: Folder of models.
        vocabulary: Hot words and prompt.
        device: ``auto``, ``cpu`` or ``cuda``.
        compute_type: Number format, or ``auto``.
        threads: CPU threads of each worker's recogniser.
    """

    name: str
    models: Path
    vocabulary: Vocabulary
    device: Literal["auto", "cpu", "cuda"] = "auto"
    compute_type: str = "auto"
    threads: int = 1

    def open(self) -> Recogniser:
        """Load it.

        Raises:
            RecogniserError: Missing, damaged, or not for this machine.
        """
        from callqa.transcript.whisper import WhisperOptions, WhisperRecogniser

        options = WhisperOptions(hot_words=self.vocabulary.hot_words, prompt=self.vocabulary.prompt)
        return WhisperRecogniser(
            self.name,
            models=self.models,
            device=self.device,
            compute_type=self.compute_type,
            threads=self.threads,
            options=options,
        )


def vocabulary_of(policies: Sequence[Policy]) -> Vocabulary:
    """Hot words of all policies, each once; the prompt of the newest that has one."""
    words = dict.fromkeys(word for policy in policies for word in policy.vocabulary.hot_words)
    prompts = [policy.vocabulary.prompt for policy in policies if policy.vocabulary.prompt]
    return Vocabulary(hot_words=tuple(words), prompt=prompts[-1] if prompts else "")


@dataclass(frozen=True)
class Tools:
    """What a worker works with. What is heavy is built on first use and does not travel between processes.

    Attributes:
        policies: Oldest first.
        techniques_folder: Folder of the technique model.
        recogniser_choice: None where no call will be heard (scoring again).
        scratch: Folder for the samples of very long recordings; None = the system's.
        embedder_folder: Folder of a sentence-embedding model for rules and steps; None = without one.
        longest_hours: Where decoding a recording stops.
    """

    policies: tuple[Policy, ...]
    techniques_folder: Path
    recogniser_choice: Openable | None = None
    scratch: Path | None = None
    embedder_folder: Path | None = None
    longest_hours: float = LONGEST_HOURS
    _checkers: dict[str, Checker] = field(default_factory=dict, init=False, repr=False, compare=False)
    _techniques: dict[str, TechniqueModel] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __getstate__(self) -> dict[str, Any]:
        """Only the recipe."""
        return {
            "policies": self.policies,
            "techniques_folder": self.techniques_folder,
            "recogniser_choice": self.recogniser_choice,
            "scratch": self.scratch,
            "embedder_folder": self.embedder_folder,
            "longest_hours": self.longest_hours,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """With nothing built yet."""
        self.__dict__.update(state, _checkers={}, _techniques={})

    def policy(self, facts: CallFacts) -> Policy:
        """The policy in force for a call; raises `PolicyError` where none is."""
        return policy_for(self.policies, facts)

    @cached_property
    def _embedder(self) -> Embedder | None:
        if self.embedder_folder is None:
            return None
        # its library takes long to load, and most centres have no such model
        from callqa.compliance.learned.onnx import OnnxEmbedder

        return OnnxEmbedder(self.embedder_folder)

    def checker(self, policy: Policy) -> Checker:
        """The policy's rules and script, prepared once."""
        if policy.ref.sha256 not in self._checkers:
            self._checkers[policy.ref.sha256] = prepare(policy, embedder=self._embedder)
        return self._checkers[policy.ref.sha256]

    def techniques(self, policy: Policy) -> TechniqueModel:
        """The technique model with the policy's labels."""
        labels = policy.part_hash("techniques")
        if labels not in self._techniques:
            self._techniques[labels] = load_model(self.techniques_folder, techniques=policy.techniques)
        return self._techniques[labels]

    @cached_property
    def recogniser(self) -> Recogniser:
        """The recogniser."""
        if self.recogniser_choice is None:
            raise RuntimeError("this run was set up without a recogniser")
        return self.recogniser_choice.open()

    def load(self) -> None:
        """Build everything now, so that what is missing shows before the first call."""
        for policy in self.policies:
            self.checker(policy)
            self.techniques(policy)
        if self.recogniser_choice is not None:
            _ = self.recogniser
