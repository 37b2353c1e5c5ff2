"""Trains the decoder further, the encoder and so the latents unchanged: python3 train_decoder.py WORK [--steps N].

Reads and replaces the decoder in WORK/vae.pt; the latents and the diffusion model stay valid.
"""
import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch

import trained
from dataset import cached
from train_vae import PICTURES, SEED, to_tensor

BATCH, RATE, BLUR, DECAY = 32, 6e-4, 0.06, 0.998


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--threads", type=int, default=1)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(SEED + 1)
    pictures, _ = cached(a.work, PICTURES, SEED)
    vae, average = trained.autoencoder(a.work), trained.autoencoder(a.work)
    vae.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(vae.decoder.parameters(), lr=RATE, betas=(0.9, 0.99))
    rng, start, step, losses = np.random.default_rng(SEED + 1), time.time(), 0, []
    while step < a.steps:
        done = step / a.steps
        optimizer.param_groups[0]["lr"] = RATE * min(1, (step + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        batch = to_tensor(pictures[rng.integers(len(pictures), size=BATCH)]).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                latent = vae.encoder(batch)[0].float()
            again = vae.decoder(latent + BLUR * torch.randn_like(latent))
        error = again.float() - batch
        loss = error.abs().mean() + 2 * error.square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.decoder.parameters(), 1.0)
        optimizer.step()
        step += 1
        losses.append(error.square().mean().item())
        decay = min(DECAY, (step + 1) / (step + 10))
        with torch.no_grad():
            for kept, now in zip(average.decoder.parameters(), vae.decoder.parameters()):
                kept.lerp_(now, 1 - decay)
        if step % 100 == 0:
            print(f"step {step} {time.time() - start:.0f} s psnr {-10 * math.log10(np.mean(losses[-100:]) / 4):.2f}", flush=True)
    torch.save({"vae": average.state_dict(), "step": step}, a.work / "vae.pt.part")
    (a.work / "vae.pt.part").rename(a.work / "vae.pt")
    print(f"done: {step} steps")


if __name__ == "__main__":
    main()
