"""What the machine decides: where things lie and how much of it to use. Never what the business decides."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

_HERE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """A top-level folder of the source checkout (``models``, ``samples``), or its copy inside the wheel."""
    packed = _HERE / "_shipped" / folder
    # the copy first: two folders above an installed package lies whatever the machine keeps there
    return packed if packed.is_dir() else _HERE.parents[1] / folder


class Settings(BaseSettings):
    """From the environment (``CALLQA_…``), then ``callqa.toml`` in the working folder, then defaults."""

    model_config = SettingsConfigDict(
        env_prefix="CALLQA_", toml_file="callqa.toml", extra="forbid", use_attribute_docstrings=True
    )

    data: Path = Path("callqa-data")
    """Folder for the database, kept results and backups."""
    database_url: str | None = None
    """SQLAlchemy URL; by default SQLite in the data folder."""
    policy: Path | None = None
    """Folder of the policy to score with; by default the samples' policy."""
    models: Path = Field(default_factory=lambda: shipped("models"))
    """Folder of trained models, one sub-folder each."""
    recogniser: str = "asr-demo"
    """Recogniser by name (``large-v3-turbo``), by folder, or the bundled ``asr-demo``."""
    techniques: str | None = None
    """Technique model by name; by default the one marked as in use in the models folder."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where the recogniser computes."""
    compute_type: str = "auto"
    """Number format of the recogniser: ``auto``, ``int8``, ``float16``, …"""
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    """Worker processes, one recogniser each."""
    batch_calls: int = Field(default=16, ge=1)
    """Calls decoded and recognised together by one worker."""
    zone: str = "Asia/Shanghai"
    """Time zone of times that name none."""

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data / 'callqa.sqlite3'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments beat the environment, the environment beats the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
