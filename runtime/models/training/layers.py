"""Layers whose result for one picture does not depend on how they run or on what else is in the batch."""
from torch import nn
from torch.nn import functional as F


class Norm(nn.GroupNorm):
    """Group normalization that stays in float32 under bfloat16 autocast."""

    def forward(self, x):
        return super().forward(x.float())


class Dense(nn.Linear):
    """A linear layer over [b, n] written as a 1x1 convolution.

    Matrix products take another kernel for one row than for several, with other rounding; convolutions go one
    picture at a time, so that a picture's bits are the same in any batch.
    """

    def forward(self, x):
        return F.conv2d(x[:, :, None, None], self.weight[:, :, None, None], self.bias)[:, :, 0, 0]
