"""Channels → words → turns."""

from callqa.transcript.measures import examine
from callqa.transcript.model_folder import HUB_NAMES, ModelCard, fetch_model, find_model, read_card
from callqa.transcript.numerals import NumberView, number_view
from callqa.transcript.recogniser import Dropped, Heard, Recogniser
from callqa.transcript.stage import VERSION, transcribe

__all__ = [
    "HUB_NAMES",
    "VERSION",
    "Dropped",
    "Heard",
    "ModelCard",
    "NumberView",
    "Recogniser",
    "examine",
    "fetch_model",
    "find_model",
    "number_view",
    "read_card",
    "transcribe",
]
