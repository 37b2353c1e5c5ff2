"""Trains the autoencoder by drawings: python3 train_vae.py WORK [--steps N]. Writes WORK/vae.pt."""
import argparse
import time
from pathlib import Path

import numpy as np
import torch

from dataset import cached
from vae import Vae, kl_divergence

SEED, PICTURES, BATCH = 11, 30_000, 32
PEAK_RATE, KL_WEIGHT = 1.5e-3, 5e-4


def to_tensor(pictures):
    """uint8 [n, h, w, 3] to float -1..1 [n, 3, h, w]."""
    return torch.tensor(pictures).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=4200)
    a = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(SEED)
    pictures, _ = cached(a.work, PICTURES, SEED)
    vae = Vae().to(memory_format=torch.channels_last)
    average = Vae()
    average.load_state_dict(vae.state_dict())
    optimizer = torch.optim.Adam(vae.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99))
    rng, start, step = np.random.default_rng(SEED), time.time(), 0
    while step < a.steps:
        done = step / a.steps
        rate = PEAK_RATE * min(1, (step + 1) / 100) * (1 - max(0, done - 0.3) / 0.7 * 0.98)
        optimizer.param_groups[0]["lr"] = rate
        batch = to_tensor(pictures[rng.integers(len(pictures), size=BATCH)]).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            again, mean, log_variance = vae(batch)
        error = again.float() - batch
        loss = error.abs().mean() + 2 * error.square().mean() + KL_WEIGHT * kl_divergence(mean.float(), log_variance.float())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimizer.step()
        step += 1
        with torch.no_grad():
            decay = min(0.995, step / (step + 10))
            for a, p in zip(average.parameters(), vae.parameters()):
                a.lerp_(p, 1 - decay)
        if step % 100 == 0:
            psnr = -10 * np.log10(error.square().mean().item() / 4)
            print(f"step {step} {time.time() - start:.0f} s loss {loss.item():.4f} psnr {psnr:.2f} std {mean.std().item():.2f}", flush=True)
        if step % 500 == 0 or step == a.steps:
            torch.save({"vae": average.state_dict(), "step": step}, a.work / "vae.pt")
    print(f"done: {step} steps")


if __name__ == "__main__":
    main()
