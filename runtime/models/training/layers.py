"""Group normalization that stays in float32 under bfloat16 autocast (and exports with dynamic sizes)."""
from torch import nn


class Norm(nn.GroupNorm):
    def forward(self, x):
        return super().forward(x.float())
