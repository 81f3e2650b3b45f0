"""The nouns of the house: frozen models that every room speaks in. Imports nothing of ours."""

from callqa.domain.call import (
    Call,
    CallFacts,
    Direction,
    IncomingCall,
    Party,
    Recording,
    Sha256,
    call_of,
    local_day,
)
from callqa.domain.errors import (
    CallQAError,
    IntakeError,
    ModelError,
    PolicyError,
    RecogniserError,
    RecordingError,
    ReviewError,
    StoreError,
)
from callqa.domain.evidence import Absence, Evidence, Quote, Reading, TextSpan
from callqa.domain.finding import Explanation, Finding, Slot, StepState, Subject, Verdict
from callqa.domain.labelled import DialogueError, LabelledCall, LabelledTurn, Mark, parse_dialogue
from callqa.domain.measure import Measure
from callqa.domain.noun import Noun
from callqa.domain.outcome import Failed, Outcome, Processed
from callqa.domain.personal import PersonalData
from callqa.domain.provenance import ModelRef, PolicyRef, Provenance
from callqa.domain.review import Acknowledge, Appeal, Confirm, Edit, ReviewEvent, Ruling
from callqa.domain.run import Entry, Run
from callqa.domain.scorecard import LineStatus, Ref, Scorecard, ScoreLine
from callqa.domain.technique import (
    Moment,
    Probability,
    Reaction,
    ReactionTag,
    Stage,
    StageRun,
    TechniqueReading,
    TechniqueTag,
)
from callqa.domain.timeline import Millis, Span, covered, merge
from callqa.domain.transcript import Removed, Share, Transcript, Turn, Word
from callqa.domain.waveform import Waveform

__all__ = [
    "Absence",
    "Acknowledge",
    "Appeal",
    "Call",
    "CallFacts",
    "CallQAError",
    "Confirm",
    "DialogueError",
    "Direction",
    "Edit",
    "Entry",
    "Evidence",
    "Explanation",
    "Failed",
    "Finding",
    "IncomingCall",
    "IntakeError",
    "LabelledCall",
    "LabelledTurn",
    "LineStatus",
    "Mark",
    "Measure",
    "Millis",
    "ModelError",
    "ModelRef",
    "Moment",
    "Noun",
    "Outcome",
    "Party",
    "PersonalData",
    "PolicyError",
    "PolicyRef",
    "Probability",
    "Processed",
    "Provenance",
    "Quote",
    "Reaction",
    "ReactionTag",
    "Reading",
    "RecogniserError",
    "Recording",
    "RecordingError",
    "Ref",
    "Removed",
    "ReviewError",
    "ReviewEvent",
    "Ruling",
    "Run",
    "ScoreLine",
    "Scorecard",
    "Sha256",
    "Share",
    "Slot",
    "Span",
    "Stage",
    "StageRun",
    "StepState",
    "StoreError",
    "Subject",
    "TechniqueReading",
    "TechniqueTag",
    "TextSpan",
    "Transcript",
    "Turn",
    "Verdict",
    "Waveform",
    "Word",
    "call_of",
    "covered",
    "local_day",
    "merge",
    "parse_dialogue",
]
