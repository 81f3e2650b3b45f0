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
    embedder: Path | None = None
    """Folder of a sentence-embedding model (``model.onnx``, ``vocab.txt``) that learned rules and steps use too."""
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

    host: str = "127.0.0.1"
    """Address that ``callqa serve`` listens on."""
    port: int = Field(default=8321, ge=1, le=65535)
    """Its port."""
    public_url: str | None = None
    """Address people use, e.g. ``https://qa.example.com``; with https the session cookie travels on https only."""
    secret_key: str | None = Field(default=None, min_length=32)
    """Key for page tokens and sign-in state; by default made once in the data folder. Several servers share one."""
    session_hours: float = Field(default=12.0, gt=0, le=24 * 31)
    """How long a sign-in holds."""
    token_days: int = Field(default=90, ge=1, le=3650)
    """How long a program's token holds at most."""
    lock_after: int = Field(default=8, ge=3, le=100)
    """Wrong passwords in a row that lock a name."""
    lock_minutes: float = Field(default=15.0, gt=0, le=24 * 60)
    """How long."""
    upload_limit: int = Field(default=300_000_000, ge=1_000)
    """Bytes of one uploaded recording."""
    upload_hours: float = Field(default=4.0, gt=0, le=24)
    """Length of one uploaded recording; what a file of that size unpacks to is bounded by it."""
    disk_reserve: int = Field(default=1_000_000_000, ge=0)
    """Bytes that uploads leave free on the data folder's disk."""
    job_attempts: int = Field(default=3, ge=1, le=20)
    """How often a job is tried."""
    job_lease: float = Field(default=60.0, gt=0, le=3600)
    """Seconds after which a silent worker's job is taken by another."""
    hook_hosts: tuple[str, ...] = ()
    """Hosts that web-hooks may reach although they lie in private networks or speak http."""
    hook_attempts: int = Field(default=8, ge=1, le=20)
    """How often a web-hook is tried."""
    oidc_issuer: str | None = None
    """OpenID Connect: address of the centre's own directory; None = none."""
    oidc_client: str = "callqa"
    """Client id there."""
    oidc_secret: str = ""
    """Client secret there."""
    oidc_claim: str = "preferred_username"
    """Claim that holds the login name."""

    calendar: Path | None = None
    """JSON file with the centre's ``holidays`` and ``make_up`` days; without it only weekends are free."""
    appeal_window: int = Field(default=5, ge=1, le=60)
    """Working days in which an agent may appeal, or go further after a ruling."""
    appeal_leader: int = Field(default=2, ge=1, le=60)
    """Working days of the first level to rule."""
    appeal_director: int = Field(default=3, ge=1, le=60)
    """Working days of the second."""
    appeal_final: int = Field(default=5, ge=1, le=60)
    """Working days for the last word."""
    sealed_share: float = Field(default=0.05, ge=0, le=1)
    """Share of a day's calls that is drawn at random for the true rate of violation."""
    double_share: float = Field(default=0.05, ge=0, le=1)
    """Share of the planned calls that two people review, blind."""
    month_quota: int = Field(default=8, ge=0, le=1000)
    """Calls of every agent to be reviewed in a month."""
    claim_minutes: float = Field(default=60.0, gt=0, le=24 * 60)
    """How long a reviewer keeps a call that was taken from the queue."""
    rule_floor: float = Field(default=0.8, ge=0, le=1)
    """Rules whose verdicts people find right less often than this are proposed for hints only."""

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
