"""The upscaler: a few convolutions at the low size that correct the nearest-neighbour enlargement."""
from torch import nn
from torch.nn import functional as F


class Upscaler(nn.Module):
    """Pictures [b, 3, h, w] in 0..1 to [b, 3, scale * h, scale * w]; the caller clips."""

    def __init__(self, scale, width=28):
        super().__init__()
        self.scale = scale
        self.enter = nn.Conv2d(3, width, 5, padding=2)
        self.body = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(4))
        self.out = nn.Sequential(nn.Conv2d(width, 3 * scale * scale, 3, padding=1), nn.PixelShuffle(scale))
        nn.init.zeros_(self.out[0].weight)
        nn.init.zeros_(self.out[0].bias)

    def forward(self, image):
        x = F.relu(self.enter(image - 0.5))
        for conv in self.body:
            x = x + F.relu(conv(x))
        return F.interpolate(image, scale_factor=float(self.scale), mode="nearest") + self.out(x)
