"""Multi-head attention in plain operations, so that it exports with dynamic sizes."""
import math

from torch import nn


class Attention(nn.Module):
    """Queries from [b, n, width], keys and values from [b, m, source]."""

    def __init__(self, width, source=None, heads=4):
        super().__init__()
        self.heads, self.scale = heads, 1 / math.sqrt(width // heads)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(source or width, 2 * width)
        self.out = nn.Linear(width, width)

    def split(self, x):
        return x.reshape(x.shape[0], -1, self.heads, x.shape[2] // self.heads).transpose(1, 2)

    def forward(self, x, source=None, bias=None):
        key, value = self.key_value(x if source is None else source).chunk(2, -1)
        weights = (self.split(self.query(x)) * self.scale) @ self.split(key).transpose(2, 3)
        if bias is not None:
            weights = weights + bias
        mixed = weights.float().softmax(-1).to(value.dtype) @ self.split(value)
        return self.out(mixed.transpose(1, 2).reshape(x.shape[0], -1, x.shape[2]))
