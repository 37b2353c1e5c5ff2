"""Trains the upscaler by drawings: python3 train_upscaler.py WORK SCALE [--steps N]. Writes WORK/upscaler-xSCALE.pt."""
import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from drawings import draw_scene
from scenes import random_scene
from trained import autoencoder
from train_vae import to_tensor
from upscaler import Upscaler

SEED, SOURCES, BATCH, PATCH = 31, 1500, 24, 24
RATE = 2e-3


def sharp_pairs(scale):
    """Low pictures by area averaging of drawings, with the drawings: [n, 3, 64, 64] and [n, 3, 64 s, 64 s], 0..1; half of them of half that size."""
    rng, high = np.random.default_rng((SEED, scale)), []
    for _ in range(SOURCES):
        high.append(draw_scene(rng, random_scene(rng), 64 * scale if rng.random() < 0.5 else 32 * scale))
    big = [to_tensor(h[None]).add(1).div(2) for h in high]
    return [(F.avg_pool2d(h, scale), h) for h in big]


def reconstructed(work, pairs, share):
    """Pairs whose low picture is 64x64 and went through the autoencoder, as the pictures to be enlarged did."""
    vae = autoencoder(work)
    with torch.no_grad():
        full = [p for p in pairs if p[0].shape[2] == 64]
        return [(vae.decoder(vae.encoder(low * 2 - 1)[0]).add(1).div(2).clamp(0, 1), high)
                for low, high in full[: int(share * len(full))]]


def patch(rng, low, high, scale):
    """A random patch, flipped and with its colour channels permuted and dimmed at random."""
    y, x = rng.integers(low.shape[2] - PATCH + 1), rng.integers(low.shape[3] - PATCH + 1)
    a = low[0, :, y:y + PATCH, x:x + PATCH]
    b = high[0, :, y * scale:(y + PATCH) * scale, x * scale:(x + PATCH) * scale]
    order, dim, lift = list(rng.permutation(3)), rng.uniform(0.5, 1), rng.uniform(0, 0.3)
    axes = [axis for axis in (1, 2) if rng.random() < 0.5]
    dim, lift = (dim, lift * (1 - dim)) if rng.random() < 0.5 else (1.0, 0.0)
    return tuple(torch.flip(t[order] * dim + lift, axes) for t in (a, b))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("scale", type=int)
    parser.add_argument("--steps", type=int, default=3000)
    a = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED + a.scale)
    rng = np.random.default_rng(SEED + a.scale)
    pairs = sharp_pairs(a.scale)
    pairs += reconstructed(a.work, pairs, 0.3)
    model = Upscaler(a.scale)
    print("parameters", sum(p.numel() for p in model.parameters()), flush=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    start, step, losses = time.time(), 0, []
    while step < a.steps:
        done = step / a.steps
        optimizer.param_groups[0]["lr"] = RATE * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        chosen = [patch(rng, *pairs[i], a.scale) for i in rng.integers(len(pairs), size=BATCH)]
        low, high = (torch.stack(t) for t in zip(*chosen))
        error = model(low) - high
        loss = error.square().mean() + 0.05 * error.abs().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        step += 1
        losses.append(error.square().mean().item())
        if step % 200 == 0:
            print(f"step {step} {time.time() - start:.0f} s psnr {-10 * math.log10(np.mean(losses[-200:])):.2f}", flush=True)
    torch.save({"upscaler": model.state_dict(), "step": step}, a.work / f"upscaler-x{a.scale}.pt")


if __name__ == "__main__":
    main()
