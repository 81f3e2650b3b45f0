"""Where an artefact comes from: enough to make it again years later."""

from pydantic import AwareDatetime

from callqa.domain.noun import Noun


class ModelRef(Noun):
    """A trained model, by name and content."""

    name: str
    """E.g. ``asr-demo``, ``techniques-2026-11``."""
    version: str
    """From the model's card."""
    sha256: str
    """Hash of the model's main file; empty only where a hub model is not a local file."""
    demo: bool = False
    """True for models that are for the samples only, not for real calls."""


class PolicyRef(Noun):
    """A policy, by name and content."""

    id: str
    """Policy id."""
    version: str
    """As written in ``policy.yaml``."""
    sha256: str
    """Hash over all of the policy's parts."""


class Provenance(Noun):
    """Who made an artefact."""

    step: str
    """Room, e.g. ``transcript``."""
    version: str
    """Version of the step's code; part of every cache key."""
    model: ModelRef | None = None
    """The model used, if any."""
    policy: PolicyRef | None = None
    """The policy used, if any."""
    at: AwareDatetime
    """When; passed in, stages have no clock."""
