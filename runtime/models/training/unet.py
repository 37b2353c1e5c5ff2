"""The UNet: latents [b, 4, h, w] at two scales, conditioned on the timestep and on the text.

The text enters twice: its first token, added to the embedding of the timestep, scales and shifts every residual
block; all tokens are attended to at the lower scale.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

from attention import Attention
from layers import Norm
from text_encoder import WIDTH
from vae import LATENT_CHANNELS

FREQUENCIES = 32


class Residual(nn.Module):
    def __init__(self, source, width, embedding):
        super().__init__()
        self.norm1, self.conv1 = Norm(8, source), nn.Conv2d(source, width, 3, padding=1)
        self.modulate = nn.Linear(embedding, 2 * width)
        self.norm2, self.conv2 = Norm(8, width), nn.Conv2d(width, width, 3, padding=1)
        self.skip = nn.Conv2d(source, width, 1) if source != width else nn.Identity()
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x, embedding):
        scale, shift = self.modulate(embedding)[:, :, None, None].chunk(2, 1)
        h = self.conv1(F.silu(self.norm1(x)))
        return self.skip(x) + self.conv2(F.silu(self.norm2(h) * (1 + scale) + shift))


class Transformer(nn.Module):
    """Self-attention over the positions, then cross-attention to the text."""

    def __init__(self, width):
        super().__init__()
        self.norm, self.norm1, self.norm2 = Norm(8, width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.own, self.text = Attention(width), Attention(width, WIDTH)

    def forward(self, x, text):
        h = self.norm(x).flatten(2).transpose(1, 2)
        h = h + self.own(self.norm1(h))
        h = h + self.text(self.norm2(h), text)
        return x + h.transpose(1, 2).reshape(x.shape)


class UNet(nn.Module):
    def __init__(self, high=64, low=88, embedding=128):
        super().__init__()
        self.sizes = {"high": high, "low": low, "embedding": embedding}
        exponents = torch.arange(FREQUENCIES) / FREQUENCIES
        self.register_buffer("frequency", torch.exp(-math.log(10000.0) * exponents)[None])
        self.time = nn.Sequential(nn.Linear(2 * FREQUENCIES, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        self.text = nn.Linear(WIDTH, embedding)
        self.enter = nn.Conv2d(LATENT_CHANNELS, high, 3, padding=1)
        self.down1, self.down2 = Residual(high, high, embedding), Residual(high, high, embedding)
        self.shrink = nn.Conv2d(high, low, 3, stride=2, padding=1)
        self.low1, self.attend1 = Residual(low, low, embedding), Transformer(low)
        self.low2, self.attend2 = Residual(low, low, embedding), Transformer(low)
        self.low3 = Residual(2 * low, low, embedding)
        self.grow = nn.Conv2d(low, high, 1)
        self.up1, self.up2 = Residual(2 * high, high, embedding), Residual(2 * high, high, embedding)
        self.leave = nn.Sequential(Norm(8, high), nn.SiLU(), nn.Conv2d(high, LATENT_CHANNELS, 3, padding=1))
        nn.init.zeros_(self.leave[2].weight)

    def forward(self, sample, timestep, encoder_hidden_states):
        angle = timestep.to(self.frequency.dtype)[:, None] * self.frequency
        e = self.time(torch.cat((torch.sin(angle), torch.cos(angle)), 1)) + self.text(encoder_hidden_states[:, 0])
        e = F.silu(e)
        h1 = self.down1(self.enter(sample), e)
        h2 = self.down2(h1, e)
        l1 = self.attend1(self.low1(self.shrink(h2), e), encoder_hidden_states)
        l2 = self.attend2(self.low2(l1, e), encoder_hidden_states)
        x = self.low3(torch.cat((l2, l1), 1), e)
        x = F.interpolate(self.grow(x), scale_factor=2.0, mode="nearest")
        x = self.up1(torch.cat((x, h2), 1), e)
        x = self.up2(torch.cat((x, h1), 1), e)
        return self.leave(x)
