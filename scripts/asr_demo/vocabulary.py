"""The tokens of the demo recogniser: one per character, Whisper's special tokens, 1,501 timestamps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from synthesis import DOMAIN_CHARACTERS

LANGUAGES = ("<|zh|>", "<|en|>")
WRITTEN_PUNCTUATION = "、。！，？"
TIMESTAMPS_PER_SECOND = 50


class Vocabulary:
    """Token ids in the order CTranslate2 and faster-whisper expect.

    The empty string is an entry because CTranslate2 4.8 takes a model for multilingual by it; timestamps come last because
    faster-whisper takes every id from the first timestamp on for a time.
    """

    def __init__(self, characters: Iterable[str] = DOMAIN_CHARACTERS) -> None:
        self.characters = tuple(sorted(characters))
        plain = ["<unk>", *WRITTEN_PUNCTUATION, *self.characters, ""]
        special = ["<|endoftext|>", "<|startoftranscript|>", *LANGUAGES, "<|translate|>", "<|transcribe|>"]
        special += ["<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
        self.base = tuple(plain + special)
        self.tokens = self.base + tuple(f"<|{step / TIMESTAMPS_PER_SECOND:.2f}|>" for step in range(1501))
        self.ids = {token: index for index, token in enumerate(self.tokens)}
        self.end = self.ids["<|endoftext|>"]
        self.start = self.ids["<|startoftranscript|>"]
        self.chinese = self.ids["<|zh|>"]
        self.transcribe = self.ids["<|transcribe|>"]
        self.previous = self.ids["<|startofprev|>"]
        self.no_speech = self.ids["<|nospeech|>"]
        self.no_timestamps = self.ids["<|notimestamps|>"]
        self.first_timestamp = self.no_timestamps + 1
        self.character_ids = tuple(self.ids[character] for character in self.characters)

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> list[int]:
        return [self.ids.get(character, 0) for character in text]

    def decode(self, ids: Sequence[int]) -> str:
        """The characters of a token sequence; special tokens, times and ``<unk>`` give nothing."""
        return "".join(self.tokens[index] for index in ids if 0 < index < self.end)

    def timestamp(self, seconds: float) -> int:
        """The token of a time, rounded to 0.1 s: the model's frames do not carry more."""
        return self.first_timestamp + 5 * min(300, max(0, round(seconds * 10)))
