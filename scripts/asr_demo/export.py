"""A checkpoint → a folder that unmodified faster-whisper loads, int8.

What the format demands (measured with faster-whisper 1.2.1 and CTranslate2 4.8.5): ``tokenizer.json`` must lie in the folder,
or faster-whisper asks the hub; the empty string must be in the vocabulary, or the model is taken for English only;
``lang_ids`` must not be empty; nothing may be suppressed at the beginning, so that silence can give nothing.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from asr_demo.network import MAX_TOKENS, WINDOW_POSITIONS, Shape
from asr_demo.vocabulary import LANGUAGES, Vocabulary

_TIMING_LAYER = 1


def export(checkpoint: Path, folder: Path, *, chunk_seconds: int, quantization: str = "int8") -> None:
    """Writes ``model.bin``, ``config.json``, ``vocabulary.json``, ``tokenizer.json`` and ``preprocessor_config.json``."""
    from ctranslate2.converters import TransformersConverter
    from transformers import WhisperForConditionalGeneration

    state = torch.load(checkpoint, weights_only=True)
    shape, vocabulary = Shape(**state["shape"]), Vocabulary()
    model = WhisperForConditionalGeneration(_config(shape, vocabulary))
    renamed = {
        f"model.{name}": weight for name, weight in state["model"].items() if not name.startswith("ctc")
    }
    missing, unexpected = model.load_state_dict(renamed, strict=False)
    if unexpected or set(missing) - {"proj_out.weight"}:
        raise ValueError(
            f"{checkpoint} does not fit the network: missing {missing}, unexpected {unexpected}."
        )
    model.tie_weights()  # type: ignore[no-untyped-call]
    _generation(model.generation_config, shape, vocabulary)
    with tempfile.TemporaryDirectory() as temporary:
        whole = Path(temporary)
        model.save_pretrained(whole)
        _tokenizer(vocabulary).save(str(whole / "tokenizer.json"))
        _write(
            whole / "tokenizer_config.json",
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "unk_token": "<unk>",
                "eos_token": "<|endoftext|>",
                "bos_token": "<|startoftranscript|>",
            },
        )
        _write(
            whole / "preprocessor_config.json",
            {
                "feature_size": 80,
                "sampling_rate": 16000,
                "hop_length": 160,
                "chunk_length": chunk_seconds,
                "n_fft": 400,
            },
        )
        converter = TransformersConverter(
            str(whole), copy_files=["tokenizer.json", "preprocessor_config.json"]
        )
        folder.mkdir(parents=True, exist_ok=True)
        converted = whole / "converted"
        converter.convert(str(converted), quantization=quantization)
        for path in converted.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())


def _config(shape: Shape, vocabulary: Vocabulary) -> Any:
    from transformers import WhisperConfig

    return WhisperConfig(  # type: ignore[no-untyped-call]
        vocab_size=len(vocabulary),
        num_mel_bins=80,
        d_model=shape.width,
        encoder_layers=shape.encoder_layers,
        decoder_layers=shape.decoder_layers,
        encoder_attention_heads=shape.heads,
        decoder_attention_heads=shape.heads,
        encoder_ffn_dim=4 * shape.width,
        decoder_ffn_dim=4 * shape.width,
        max_source_positions=WINDOW_POSITIONS,
        max_target_positions=MAX_TOKENS,
        pad_token_id=vocabulary.end,
        bos_token_id=vocabulary.start,
        eos_token_id=vocabulary.end,
        decoder_start_token_id=vocabulary.start,
        suppress_tokens=None,
        begin_suppress_tokens=None,
    )


def _generation(config: Any, shape: Shape, vocabulary: Vocabulary) -> None:
    """Word times come from the guided heads of the second layer, which look at the character about to be written.

    Those of the last layer were taught the same and measured worse (91 % of starts within 300 ms against 94 %).
    """
    config.suppress_tokens = []
    config.begin_suppress_tokens = []
    config.lang_to_id = {language: vocabulary.ids[language] for language in LANGUAGES}
    config.alignment_heads = [[_TIMING_LAYER, head] for head in range(shape.guided_heads)]
    config.max_length = MAX_TOKENS
    config._from_model_config = False  # transformers would drop the file otherwise


def _tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    tokenizer = Tokenizer(
        models.WordLevel({token: index for index, token in enumerate(vocabulary.base)}, unk_token="<unk>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.decoder = decoders.Fuse()
    special = [
        AddedToken(token, special=True, normalized=False)
        for token in vocabulary.base
        if token.startswith("<|")
    ]
    tokenizer.add_special_tokens(special)
    return tokenizer


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
