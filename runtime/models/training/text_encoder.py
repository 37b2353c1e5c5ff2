"""The text encoder: a transformer of two layers over word ids; padding is masked and comes out as zeros."""
import torch
from torch import nn

from attention import Attention
from tokenizer import LENGTH, PAD

WIDTH = 96


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attention = Attention(WIDTH)
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.SiLU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, x, bias):
        x = x + self.attention(self.norm1(x), bias=bias)
        return x + self.mlp(self.norm2(x))


class TextEncoder(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.word = nn.Embedding(words, WIDTH)
        self.position = nn.Parameter(0.02 * torch.randn(1, LENGTH, WIDTH))
        self.layers = nn.ModuleList(Layer() for _ in range(2))
        self.norm = nn.LayerNorm(WIDTH)
        nn.init.normal_(self.word.weight, std=0.2)

    def forward(self, input_ids):
        present = (input_ids != PAD).to(self.position.dtype)
        bias = (present - 1)[:, None, None, :] * 10000.0
        x = self.word(input_ids) + self.position
        for layer in self.layers:
            x = layer(x, bias)
        return self.norm(x) * present[:, :, None]
