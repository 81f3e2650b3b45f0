"""Under which key each step's result is kept: the hash of everything it rests on, and of nothing else.

So a new rubric changes the key of ``score`` alone, new rules those of ``compliance`` and ``score``, a new privacy policy
that of ``privacy``: what keeps its key is not computed again.
"""

import hashlib
from collections.abc import Mapping

from callqa import audio, compliance, metrics, privacy, score, techniques, transcript
from callqa.domain import IncomingCall, ModelRef
from callqa.policy import Policy
from callqa.policy.vocabulary import Vocabulary

RESULT = "result"
"""Name of the key of the whole result, beside those of the steps."""


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _model(model: ModelRef | None) -> str:
    return f"{model.name}\x1e{model.version}\x1e{model.sha256}" if model else ""


def listening_keys(incoming: IncomingCall, *, recogniser: ModelRef, vocabulary: Vocabulary) -> dict[str, str]:
    """Keys of the steps that open the recording. The call's id is not in them: a call renamed is not heard again."""
    parties = ",".join(incoming.facts.parties)
    return {
        "audio": _hash("audio", audio.VERSION, incoming.sha256, parties),
        "transcript": _hash(
            *("transcript", transcript.VERSION, incoming.sha256, parties),
            *(_model(recogniser), vocabulary.model_dump_json()),
        ),
    }


def reading_keys(
    incoming: IncomingCall,
    heard: Mapping[str, str],
    *,
    policy: Policy,
    techniques_model: ModelRef | None,
    embedder: str | None = None,
) -> dict[str, str]:
    """Keys of the steps that read the transcript, and of the whole result.

    Args:
        incoming: The call and its facts.
        heard: Keys of ``audio`` and ``transcript``, from `listening_keys` or from a stored result.
        policy: Decides.
        techniques_model: The technique model.
        embedder: Hash of the sentence-embedding model; None without one.
    """
    sound, talk = heard["audio"], heard["transcript"]
    # who speaks on which channel is settled by the audio step, and in its key
    facts = incoming.facts.model_dump_json(exclude={"parties", "started_assumed"})
    parts = {name: policy.part_hash(name) for name in ("script", "rules", "facts", "techniques", "privacy")}
    private = _hash("privacy", privacy.VERSION, talk, parts["privacy"])
    tags = _hash("techniques", techniques.VERSION, talk, _model(techniques_model), parts["techniques"])
    numbers = _hash("metrics", metrics.VERSION, talk, sound)
    findings = _hash(
        *("compliance", compliance.VERSION, facts, talk, tags, numbers),
        *(parts["script"], parts["rules"], parts["facts"]),
        *([embedder] if embedder is not None else []),
    )
    card = _hash("score", score.VERSION, findings, policy.ref.sha256)
    return {
        "audio": sound,
        "transcript": talk,
        "privacy": private,
        "techniques": tags,
        "metrics": numbers,
        "compliance": findings,
        "score": card,
        RESULT: _hash(RESULT, card, private),
    }
