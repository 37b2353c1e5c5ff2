"""The variational autoencoder: 64x64x3 pictures (-1..1) to 16x16x4 latents and back."""
import torch
from torch import nn
from torch.nn import functional as F

from layers import Norm

LATENT_CHANNELS = 4


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm1, self.norm2 = Norm(8, channels), Norm(8, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        return x + self.conv2(F.silu(self.norm2(h)))


class Encoder(nn.Module):
    """Used in training only: space to depth, then everything at 16x16."""

    def __init__(self, width=96):
        super().__init__()
        self.body = nn.Sequential(
            nn.PixelUnshuffle(4), nn.Conv2d(48, width, 3, padding=1), Residual(width), Residual(width),
            Norm(8, width), nn.SiLU(), nn.Conv2d(width, 2 * LATENT_CHANNELS, 3, padding=1))

    def forward(self, picture):
        mean, log_variance = self.body(picture).chunk(2, 1)
        return mean, log_variance.clamp(-12, 4)


class Decoder(nn.Module):
    """Two thirds of the work at the size of the latents and twice it, a last thin layer at the picture's."""

    def __init__(self, wide=64, middle=48, thin=16):
        super().__init__()
        self.low = nn.Sequential(nn.Conv2d(LATENT_CHANNELS, wide, 3, padding=1), Residual(wide))
        self.up = nn.Conv2d(wide, 4 * middle, 1)
        self.high = Residual(middle)
        self.out = nn.Sequential(
            Norm(8, middle), nn.SiLU(), nn.Conv2d(middle, 4 * thin, 3, padding=1), nn.PixelShuffle(2),
            nn.SiLU(), nn.Conv2d(thin, 3, 3, padding=1))

    def forward(self, latent):
        x = F.pixel_shuffle(self.up(self.low(latent)), 2)
        return torch.tanh(self.out(self.high(x)))


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def forward(self, picture):
        mean, log_variance = self.encoder(picture)
        latent = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        return self.decoder(latent), mean, log_variance


def kl_divergence(mean, log_variance):
    """Nats per latent element against the unit normal."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
