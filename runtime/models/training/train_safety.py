"""Trains the safety classifier by drawings: python3 train_safety.py WORK [--steps N]. Writes WORK/safety.pt."""
import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from safety import Classifier
from signs import labelled, reconstructed, worn_all
from trained import autoencoder

SEED, PICTURES, ROUNDS, BATCH, RATE = 51, 8000, 3, 64, 2e-3


def to_unit(pictures):
    """uint8 [n, h, w, 3] to float 0..1 [n, 3, h, w]."""
    return torch.tensor(pictures).permute(0, 3, 1, 2).float().div(255)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=800)
    a = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng, vae = np.random.default_rng(SEED), autoencoder(a.work)
    drawn, labels = labelled(PICTURES, SEED)
    shown = reconstructed(vae, rng, drawn, 0.4)
    pictures = np.concatenate([worn_all(rng, shown) for _ in range(ROUNDS)])
    labels = np.tile(labels, ROUNDS)
    model = Classifier()
    print("parameters", sum(p.numel() for p in model.parameters()), flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    start, step, losses = time.time(), 0, []
    while step < a.steps:
        done = step / a.steps
        optimizer.param_groups[0]["lr"] = RATE * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        chosen = rng.integers(len(pictures), size=BATCH)
        batch = to_unit(pictures[chosen])
        if rng.random() < 0.5:
            batch = batch.flip(3)
        loss = F.cross_entropy(model(batch), torch.from_numpy(labels[chosen]))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        step += 1
        losses.append(loss.item())
        if step % 200 == 0:
            print(f"step {step} {time.time() - start:.0f} s loss {np.mean(losses[-200:]):.5f}", flush=True)
    torch.save({"safety": model.state_dict(), "step": step}, a.work / "safety.pt")


if __name__ == "__main__":
    main()
