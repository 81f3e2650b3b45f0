"""The bundled demo recogniser: what its folder must hold, what it was never trained on, and that it hears."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from asr_demo.measure import DemoRecogniser, measure, packed_windows, single_windows
from asr_demo.testset import SENTENCES, read_sentences, speak
from asr_demo.vocabulary import Vocabulary
from synthesis import DOMAIN_CHARACTERS
from synthesis.telesales_text import Split, normalise, split_of

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "asr-demo"
SENTENCE_FILE = ROOT / "samples" / "asr-test" / "sentences.txt"
FILES = ("model.bin", "config.json", "vocabulary.json", "tokenizer.json", "preprocessor_config.json")


@pytest.fixture(scope="module")
def recogniser() -> DemoRecogniser:
    return DemoRecogniser(MODEL, threads=1)


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load((MODEL / "card.yaml").read_text(encoding="utf-8"))
    return loaded


def test_folder_is_whole_and_small() -> None:
    assert all((MODEL / name).is_file() for name in FILES)
    assert sum(path.stat().st_size for path in MODEL.iterdir()) <= 12_000_000


def test_config_allows_silence_and_word_times() -> None:
    config = json.loads((MODEL / "config.json").read_text(encoding="utf-8"))
    assert config["lang_ids"]
    assert config["suppress_ids_begin"] == []
    assert config["alignment_heads"]


def test_vocabulary_is_that_of_the_script() -> None:
    tokens = json.loads((MODEL / "vocabulary.json").read_text(encoding="utf-8"))
    assert tuple(tokens) == Vocabulary().tokens
    assert "" in tokens
    assert tokens[-1] == "<|30.00|>"


def test_library_takes_it_for_multilingual_without_any_hub(recogniser: DemoRecogniser) -> None:
    assert recogniser.model.model.is_multilingual
    assert recogniser.model.hf_tokenizer.token_to_id("<|zh|>") is not None


def test_tokenizer_writes_one_token_a_character(recogniser: DemoRecogniser) -> None:
    text = "禾悦足疗仪，一千二百八。"
    encoded = recogniser.model.hf_tokenizer.encode(text, add_special_tokens=False)
    assert encoded.tokens == list(text)
    assert recogniser.model.hf_tokenizer.decode(encoded.ids) == text


def test_card_tells_what_the_model_is_and_is_about_this_file(card: dict[str, Any]) -> None:
    assert card["sha256"] == hashlib.sha256((MODEL / "model.bin").read_bytes()).hexdigest()
    assert card["demo"] is True
    assert "仅供样例演示" in card["note"]
    assert "large-v3-turbo" in card["note"]
    assert card["training"]["data"].startswith("synthetic only")
    assert card["weaknesses"]


def test_card_gives_the_window_length_of_the_model(card: dict[str, Any]) -> None:
    preprocessor = json.loads((MODEL / "preprocessor_config.json").read_text(encoding="utf-8"))
    assert preprocessor["chunk_length"] == card["chunk_length_seconds"]


def test_test_sentences_belong_to_the_test_split_by_rule() -> None:
    sentences = read_sentences(SENTENCE_FILE)
    assert len({normalise(text) for text in sentences}) == SENTENCES
    assert {split_of(text) for text in sentences} == {Split.TEST}
    assert not set("".join(map(normalise, sentences))) - DOMAIN_CHARACTERS


def test_no_turn_of_the_sample_calls_is_a_test_sentence() -> None:
    from synthesis.telesales_text import read_reserved

    turns = read_reserved(sorted((ROOT / "samples" / "dialogues").glob("*.txt")))
    assert turns
    assert turns.isdisjoint(normalise(text) for text in read_sentences(SENTENCE_FILE))


def test_hears_untouched_sentences_alone_and_packed(recogniser: DemoRecogniser) -> None:
    clips = speak(read_sentences(SENTENCE_FILE)[:16])
    alone = measure(recogniser, single_windows(clips))
    packed = measure(recogniser, packed_windows(clips, longest=recogniser.window_seconds))
    assert alone.rate.rate < 0.10
    assert packed.rate.rate < 0.12
    assert packed.near > 0.85


def test_silence_and_noise_give_no_characters(recogniser: DemoRecogniser) -> None:
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(80_000).astype(np.float32) * np.float32(0.003)
    heard = recogniser.recognise([np.zeros(80_000, np.float32), noise])
    assert [normalise("".join(word for word, _, _ in words)) for words in heard] == ["", ""]
