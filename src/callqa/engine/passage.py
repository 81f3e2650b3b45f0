"""One call on its way: what is kept of it, what it made, how long it took, where it stopped."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

from callqa.domain import (
    Call,
    CallQAError,
    Failed,
    IncomingCall,
    Measure,
    Party,
    Processed,
    Transcript,
    Waveform,
)
from callqa.engine.artefacts import decode, encode

_log = logging.getLogger(__name__)
Value = TypeVar("Value")


@dataclass
class Passage:
    """State of one call inside a batch.

    Attributes:
        incoming: Where it came from.
        kept: Step → stored result; such a step is not computed again.
        made: Step → result computed here, ready to be stored.
        seconds: Wall time per step.
        stage: The step it is in, for the failure's name.
        outcome: Set when it has arrived or failed.
        call: Set once its recording is known.
        sound: Measures of the recording.
        voices: Party and waveform of what is worth hearing; let go as soon as it is heard.
        transcript: Raw; set once heard.
    """

    incoming: IncomingCall
    kept: Mapping[str, bytes] = field(default_factory=dict)
    made: dict[str, bytes] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    stage: str = "intake"
    outcome: Processed | Failed | None = None
    call: Call | None = None
    sound: tuple[Measure, ...] = ()
    voices: tuple[tuple[Party, Waveform], ...] = ()
    transcript: Transcript | None = None

    def step(self, name: str, compute: Callable[[], Value]) -> Value:
        """The kept result of a step, or a new one, timed and set aside for keeping."""
        self.stage = name
        started = perf_counter()
        body = self.kept.get(name)
        if body is not None:
            value: Value = decode(name, body)
        else:
            value = compute()
            self.made[name] = encode(name, value)
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - started
        return value

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Let an error inside end this call alone."""
        try:
            yield
        except CallQAError as error:
            self.fail(error.code, error.message, error.hint)
        except MemoryError:
            self.fail("memory", "内存不够处理这个通话。", "请减少 --workers，或单独处理它。")
        except Exception as error:
            _log.exception("call %s failed in %s", self.incoming.facts.id, self.stage)
            self.fail(
                "internal",
                f"程序在这个通话上出错：{type(error).__name__}: {error}。",
                "请把录音和数据文件夹里的 callqa.log 交给维护人员；其余通话不受影响。",
            )

    def fail(self, code: str, message: str, hint: str) -> None:
        """Stop here."""
        self.voices = ()
        self.outcome = Failed(
            call_id=self.incoming.facts.id,
            path=str(self.incoming.path),
            stage=self.stage,
            code=code,
            message=message,
            hint=hint,
        )
