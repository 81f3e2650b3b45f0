"""Whisper's network in plain torch; parameter names are those of transformers' Whisper, so the export only renames.

Positions are stored scaled by 0.1 (they are a table in the file, so this is legal): at full size they drown the sound while
training from nothing. A CTC head on the encoder exists for training alone and is not exported.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

WINDOW_POSITIONS = 1500
MAX_TOKENS = 448
_MELS = 80
_POSITION_SCALE = 0.1


@dataclass(frozen=True, slots=True)
class Shape:
    """Size of a network; ``sounds`` includes the CTC blank."""

    tokens: int
    sounds: int
    width: int = 256
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 3
    guided_heads: int = 2

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class Attention(nn.Module):
    """Multi-head attention; with ``guided_heads`` > 0 the weights of the first heads are kept in ``weights``."""

    def __init__(self, width: int, heads: int, *, guided_heads: int = 0) -> None:
        super().__init__()
        self.heads, self.guided_heads = heads, guided_heads
        self.weights: Tensor | None = None
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.q_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(
        self, x: Tensor, memory: Tensor, bias: Tensor | None = None, *, causal: bool = False
    ) -> Tensor:
        batch, length, width = x.shape
        query, key, value = (
            projected.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)
            for projected in (self.q_proj(x), self.k_proj(memory), self.v_proj(memory))
        )
        if bias is not None:
            bias = bias.to(query.dtype)
        if self.guided_heads:
            scores = query @ key.transpose(-1, -2) / math.sqrt(width // self.heads)
            weights = (scores if bias is None else scores + bias).softmax(-1)
            self.weights = weights[:, : self.guided_heads]
            mixed = weights.to(value.dtype) @ value
        else:
            mixed = functional.scaled_dot_product_attention(
                query, key, value, attn_mask=bias, is_causal=causal
            )
        return self.out_proj(mixed.transpose(1, 2).reshape(batch, length, width))  # type: ignore[no-any-return]


class EncoderLayer(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.self_attn = Attention(width, heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        normed = self.self_attn_layer_norm(x)
        x = x + self.self_attn(normed, normed, bias)
        return x + self.fc2(functional.gelu(self.fc1(self.final_layer_norm(x))))  # type: ignore[no-any-return]


class DecoderLayer(nn.Module):
    def __init__(self, width: int, heads: int, *, guided_heads: int) -> None:
        super().__init__()
        self.self_attn = Attention(width, heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.encoder_attn = Attention(width, heads, guided_heads=guided_heads)
        self.encoder_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, x: Tensor, memory: Tensor, bias: Tensor | None) -> Tensor:
        normed = self.self_attn_layer_norm(x)
        x = x + self.self_attn(normed, normed, causal=True)
        x = x + self.encoder_attn(self.encoder_attn_layer_norm(x), memory, bias)
        return x + self.fc2(functional.gelu(self.fc1(self.final_layer_norm(x))))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the encoder gives.

    Attributes:
        memory: Shape (batch, positions, width); the first ``frames`` positions are real, the rest stand for the padding.
        bias: Added to attention scores over ``memory``; None where nothing is emulated.
        frames: Real positions, 20 ms each.
    """

    memory: Tensor
    bias: Tensor | None
    frames: int


class Encoder(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(_MELS, shape.width, 3, padding=1)
        self.conv2 = nn.Conv1d(shape.width, shape.width, 3, stride=2, padding=1)
        for convolution in (self.conv1, self.conv2):
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            if convolution.bias is not None:
                nn.init.zeros_(convolution.bias)
        self.embed_positions = nn.Embedding(WINDOW_POSITIONS, shape.width)
        self.embed_positions.weight.requires_grad_(False)
        self.embed_positions.weight.data.copy_(_sinusoids(WINDOW_POSITIONS, shape.width))
        self.layers = nn.ModuleList(
            EncoderLayer(shape.width, shape.heads) for _ in range(shape.encoder_layers)
        )
        self.layer_norm = nn.LayerNorm(shape.width)

    def forward(self, mel: Tensor, *, padding_samples: int) -> Heard:
        """Hears windows of any length as faster-whisper would: padded with zeros to 3,000 frames.

        The padding is emulated: of its positions ``padding_samples`` are computed, each with a bias of the logarithm of how
        many it stands for. This is exact but for the sampling and costs a tenth of computing 30 s for a clip of 3 s.

        Args:
            mel: Shape (batch, 80, frames), zeros past the end of each sample.
        """
        rows = functional.gelu(
            self.conv2(functional.gelu(self.conv1(functional.pad(mel, (0, 8)))))
        ).transpose(1, 2)
        positions = self.embed_positions.weight
        frames = min(rows.shape[1] - 3, WINDOW_POSITIONS)
        padded = WINDOW_POSITIONS - frames
        x, bias = rows[:, :frames] + positions[:frames], None
        samples = min(padding_samples, padded)
        if samples:
            step = padded / samples
            index = (torch.arange(samples) * step + torch.rand(1) * step).long().clamp(0, padded - 1) + frames
            x = torch.cat([x, rows[:, -2:-1] + positions[index]], 1)
            bias = torch.zeros(1, 1, 1, frames + samples)
            bias[..., frames:] = math.log(step)
        for layer in self.layers:
            x = layer(x, bias)
        return Heard(memory=self.layer_norm(x), bias=bias, frames=frames)


class Decoder(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.tokens, shape.width)
        nn.init.normal_(self.embed_tokens.weight, std=0.05)
        self.embed_positions = nn.Embedding(MAX_TOKENS, shape.width)
        self.embed_positions.weight.data.copy_(_sinusoids(MAX_TOKENS, shape.width))
        self.layers = nn.ModuleList(
            DecoderLayer(shape.width, shape.heads, guided_heads=shape.guided_heads)
            for _ in range(shape.decoder_layers)
        )
        self.layer_norm = nn.LayerNorm(shape.width)

    def forward(self, tokens: Tensor, heard: Heard) -> Tensor:
        """Scores of the next token: (batch, length) → (batch, length, tokens)."""
        x = self.embed_tokens(tokens) + self.embed_positions.weight[: tokens.shape[1]]
        for layer in self.layers:
            x = layer(x, heard.memory, heard.bias)
        return self.layer_norm(x) @ self.embed_tokens.weight.T  # type: ignore[no-any-return]

    def guided_weights(self) -> list[Tensor | None]:
        """Per layer the attention of its guided heads in the last call: (batch, heads, length, positions)."""
        return [layer.encoder_attn.weights for layer in self.layers if isinstance(layer, DecoderLayer)]


class DemoWhisper(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.decoder = Decoder(shape)
        self.ctc = nn.Linear(shape.width, shape.sounds)


def _sinusoids(count: int, width: int) -> Tensor:
    rate = torch.exp(-math.log(10000) / (width // 2 - 1) * torch.arange(width // 2))
    angle = torch.arange(count)[:, None] * rate[None]
    return torch.cat([angle.sin(), angle.cos()], 1) * _POSITION_SCALE
