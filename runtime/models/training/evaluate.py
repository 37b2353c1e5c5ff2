"""Evaluates the text-to-image models by 200 held-out prompts: python3 evaluate.py WORK [--small] [--sheet FILE.png].

First the rule itself is put to the test, on fresh true drawings.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from dataset import pictures
from diffusion import sample
from judge import compare, judge, wanted
from prompts import plain
from scenes import random_scene
from tokenizer import encode_all
from trained import autoencoder, diffusion

SEED, PROMPTS = 61, 200


def held_out_prompts():
    rng = np.random.default_rng(SEED)
    return [plain(random_scene(rng, held=True)) for _ in range(PROMPTS)]


def generate(work, prompts, steps, guidance, small=False, seed=SEED):
    """uint8 pictures [n, 64, 64, 3] of the prompts."""
    unet, text, scaling = diffusion(work, small)
    vae, generator, done = autoencoder(work), torch.Generator().manual_seed(seed), []
    with torch.no_grad():
        for start in range(0, len(prompts), 50):
            hidden = text(torch.from_numpy(encode_all(prompts[start:start + 50])))
            empty = text(torch.from_numpy(encode_all([""])))
            latent = sample(unet, hidden, empty, steps, guidance, generator)
            done.append(vae.decoder(latent / scaling))
    return torch.cat(done).add(1).mul(127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()


def rule_on_drawings():
    """The rule's own accuracy on held-out drawings that no training has seen."""
    drawn, scenes = pictures(1000, SEED, held=True)
    return compare((wanted(plain(s)), judge(p)) for p, s in zip(drawn, scenes))


def sheet(shown, columns=20):
    """All pictures side by side."""
    rows = [np.concatenate(shown[i:i + columns], 1) for i in range(0, len(shown) // columns * columns, columns)]
    return Image.fromarray(np.concatenate(rows))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float, default=5.0)
    parser.add_argument("--sheet", type=Path)
    a = parser.parse_args()
    torch.set_num_threads(1)
    steps = a.steps or (8 if a.small else 30)
    print("rule on drawings", json.dumps(rule_on_drawings()), flush=True)
    start, prompts = time.time(), held_out_prompts()
    shown = generate(a.work, prompts, steps, a.guidance, a.small)
    verdicts = [(wanted(p), judge(s)) for p, s in zip(prompts, shown)]
    for prompt, (w, s) in zip(prompts, verdicts):
        if (w.shape, w.colour) != (s.shape, s.colour):
            print(f"  {prompt}: seen {s.count} {s.colour} {s.shape} on {s.background}")
    print(f"model, {steps} steps, guidance {a.guidance}, {time.time() - start:.0f} s", json.dumps(compare(verdicts)))
    if a.sheet:
        sheet(shown).save(a.sheet)


if __name__ == "__main__":
    main()
