"""The masked view of a whole result, the only form stored outside the artefacts; and the way back from the artefacts."""

from collections.abc import Mapping
from typing import Any

from callqa.domain import Processed, StoreError
from callqa.engine.artefacts import decode
from callqa.privacy import Mask


def masked(processed: Processed) -> Processed:
    """The same result with personal data replaced by ``*`` of the same length: turns, quotes, reasons, call fields."""
    cover = Mask(processed.transcript, processed.personal_data)
    call, card = processed.call, processed.scorecard
    return processed.replace(
        call=call.replace(fields={name: cover.text(value) for name, value in call.fields.items()}),
        transcript=cover.transcript(),
        findings=tuple(cover.finding(one) for one in processed.findings),
        techniques=cover.reading(processed.techniques),
        scorecard=card.replace(
            lines=tuple(line.replace(reason=cover.text(line.reason)) for line in card.lines)
        ),
    )


def unmasked(view: Processed, keys: Mapping[str, str], bodies: Mapping[str, bytes]) -> Processed:
    """The raw result behind a masked one.

    Args:
        view: Masked.
        keys: Artefact key per step.
        bodies: Artefact key → stored raw result.

    Raises:
        StoreError: ``store.raw`` where the raw text is not there any more.
    """

    def raw(step: str) -> Any:
        if keys.get(step) not in bodies:
            raise StoreError(
                f"通话 {view.call.id} 的原文已不在数据库里。",
                code="store.raw",
                hint="去掉 --raw 看遮盖后的内容，或用 callqa score --again 重新处理录音。",
            )
        return decode(step, bodies[keys[step]])

    _swapped, findings = raw("compliance")
    return view.replace(
        transcript=raw("transcript").replace(call_id=view.call.id),
        findings=findings,
        techniques=raw("techniques"),
        scorecard=raw("score"),
    )
