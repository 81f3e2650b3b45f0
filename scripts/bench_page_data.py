"""A centre to measure the page with: the sample calls really scored, and one call of three hours and 3,000 turns.

Nobody has such a call to give away, and the demonstration recogniser would need half an hour for it: its sound is the
sample recordings one after another, its words are turns of the dialogues under ``samples/corpus``. Everything after the
recogniser is real: personal data is looked for, steps, rules and techniques are judged, the call is scored, masked and
stored as any other, and comes to the page through the API.
"""

import hashlib
import os
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import soundfile

from callqa.api.first import make_administrator
from callqa.api.house import House
from callqa.api.org_import import import_sheets
from callqa.api.org_sheet import read_sheets
from callqa.api.passwords import hashed
from callqa.bootstrap import Centre
from callqa.domain import (
    CallFacts,
    Entry,
    IncomingCall,
    LabelledTurn,
    Provenance,
    Span,
    Transcript,
    Turn,
    Word,
    parse_dialogue,
)
from callqa.engine.masking import masked
from callqa.engine.process import read_transcript
from callqa.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
LOGIN = "panqiushi"
PASSWORD = "kan-dian-hua-2026"
LONG_CALL = "L0001"
SHORT_CALL = "C0004"
HOURS = 3
TURNS = 3000
RATE = 8000
_SEED = 20261123
_CHARACTER_MS = 160
_PAUSE_MS = 350
"""At least between two turns; a long turn is spoken faster instead."""


def made(folder: Path) -> Path:
    """The data folder, made where it is not there yet.

    Raises:
        subprocess.CalledProcessError: The samples could not be scored.
    """
    ready = folder / "bench-page-ready"
    if not ready.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        _score_samples(folder)
        centre = Centre(Settings(data=folder), policy_folder=SAMPLES / "policy")
        _people(centre)
        add_long_call(centre, folder)
        centre.database.dispose()
        ready.write_text("")
    return folder


def _score_samples(folder: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from callqa.cli import main; main()",
        "score",
        str(SAMPLES / "recordings"),
    ]
    environment = {"CALLQA_DATA": str(folder), "CALLQA_POLICY": str(SAMPLES / "policy")}
    subprocess.run(
        [*command, "--manifest", str(SAMPLES / "calls.csv")],
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _people(centre: Centre) -> None:
    house = House(centre)
    organisation = SAMPLES / "organisation"
    import_sheets(
        house,
        read_sheets(organisation / "units.csv", organisation / "people.csv"),
        by="bench",
        dry_run=False,
    )
    make_administrator(house)
    kept = hashed(PASSWORD)
    with house.write() as work:
        for person in work.organisation.people():
            if person.login:
                work.accounts.set_password(person.id, kept, one_time=False, now=datetime.now(UTC))
    house.trace.close()


def add_long_call(centre: Centre, folder: Path) -> None:
    """Put the call of three hours into a centre that has the sample calls."""
    path = _sound(folder / "recordings" / f"{LONG_CALL}.wav")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    example = _facts_of(centre, SHORT_CALL)
    facts = CallFacts.model_validate({**example.model_dump(), "id": LONG_CALL})
    at = datetime.now(UTC)
    run = centre.run("score", source="bench_page")
    provenance = Provenance(step="transcript", version="1", model=run.recogniser, policy=run.policy, at=at)
    transcript = Transcript(call_id=LONG_CALL, language="zh", turns=_turns(), provenance=provenance)
    processed = read_transcript(
        IncomingCall(path=path, sha256=digest, facts=facts),
        transcript,
        centre.tools(listening=False),
        duration=HOURS * 3_600_000,
        at=at,
    )
    entry = Entry(
        key=f"bench-page-{digest[:16]}",
        path=str(path),
        sha256=digest,
        masked=masked(processed),
        keys={},
        artefacts={},
    )
    centre.ledger.begin(run)
    centre.ledger.save(run, entries=[entry], failures=(), at=at)
    centre.ledger.end(run.id, at=at)


def _facts_of(centre: Centre, call: str) -> CallFacts:
    house = House(centre)
    with house.read() as work:
        found = work.calls.incoming(ids=[call])
    house.trace.close()
    return found[0].facts


def _sound(target: Path) -> Path:
    """Three hours of the samples' sound, A-law at 8 kHz on two channels."""
    target.parent.mkdir(parents=True, exist_ok=True)
    pieces = []
    for path in sorted((SAMPLES / "recordings").glob("*.wav")):
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        if rate == RATE and samples.shape[1] == 2:
            pieces.append(samples)
    loop = np.concatenate(pieces)
    wanted = HOURS * 3600 * RATE
    with soundfile.SoundFile(target, "w", samplerate=RATE, channels=2, subtype="ALAW", format="WAV") as file:
        written = 0
        while written < wanted:
            piece = loop[: wanted - written]
            file.write(piece)
            written += len(piece)
    return target


def _turns() -> tuple[Turn, ...]:
    """3,000 turns spread over the whole call, every word with its time."""
    chance = random.Random(_SEED)
    said: list[LabelledTurn] = []
    for path in sorted((SAMPLES / "corpus").glob("*/*.txt")):
        said += parse_dialogue(path.read_text(encoding="utf-8"), name=path.name).turns
    first = chance.randrange(len(said) - TURNS) if len(said) > TURNS else 0
    chosen = (said[first:] + said[:first])[:TURNS]
    pitch = HOURS * 3_600_000 // TURNS
    turns = []
    for index, one in enumerate(chosen):
        start = index * pitch
        step = min(_CHARACTER_MS, (pitch - _PAUSE_MS) // max(1, len(one.text)))
        words = tuple(
            Word(
                text=text,
                span=Span(start=start + place * step, end=start + (place + 1) * step),
                confidence=0.9,
            )
            for place, text in enumerate(one.text)  # recognisers of Chinese give every character a time
        )
        turns.append(Turn(index=index, party=one.party, text=one.text, words=words))
    return tuple(turns)
