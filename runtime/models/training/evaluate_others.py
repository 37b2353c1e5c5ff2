"""Evaluates upscaler and safety classifier on held-out drawings: python3 evaluate_others.py WORK."""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import trained
from drawings import draw_scene
from evaluate import generate, held_out_prompts
from prompts import plain
from safety import CLASSES, Scores
from scenes import BACKGROUNDS, WARNING_SIGN, Scene, random_scene
from signs import labelled, reconstructed, worn_all
from train_safety import to_unit
from train_vae import to_tensor

SEED, DRAWINGS, PICTURES, SAFE_MIN = 71, 200, 4000, 0.95


def psnr(a, b):
    return (-10 * torch.log10((a - b).square().mean((1, 2, 3)))).clamp(max=60)


def rounded(picture):
    """As stored in 8 bits."""
    return picture.clamp(0, 1).mul(255).round().div(255)


@torch.no_grad()
def upscaling(work, scale, low_side):
    """Mean PSNR over held-out drawings: ours, bicubic, and in how many of them ours is better."""
    rng, model = np.random.default_rng((SEED, scale, low_side)), trained.upscaler(work, scale)
    ours, bicubic = [], []
    for _ in range(DRAWINGS):
        high = to_tensor(draw_scene(rng, random_scene(rng, held=True), low_side * scale)[None]).add(1).div(2)
        low = rounded(F.avg_pool2d(high, scale))
        ours.append(psnr(rounded(model(low)), high))
        bicubic.append(psnr(rounded(F.interpolate(low, scale_factor=float(scale), mode="bicubic")), high))
    ours, bicubic = torch.cat(ours), torch.cat(bicubic)
    return {"scale": scale, "from": low_side, "psnr_db": ours.mean().item(), "bicubic_db": bicubic.mean().item(),
            "gain_db": (ours - bicubic).mean().item(), "better_in": (ours > bicubic).float().mean().item()}


@torch.no_grad()
def safety(work):
    """Accuracy by the larger score, and what the policy's threshold does, over balanced held-out pictures."""
    drawn, labels = labelled(PICTURES, SEED, held=True)
    rng, vae = np.random.default_rng(SEED), trained.autoencoder(work)
    shown = worn_all(rng, reconstructed(vae, rng, drawn, 0.4))
    unchanged = torch.cat([Scores(trained.classifier(work))(to_unit(part)) for part in np.array_split(drawn, 20)])
    scores = torch.cat([Scores(trained.classifier(work))(to_unit(part)) for part in np.array_split(shown, 20)])
    truth = torch.from_numpy(labels)
    safe = scores[:, CLASSES.index("safe")]
    return {"pictures": PICTURES, "accuracy": (scores.argmax(1) == truth).float().mean().item(),
            "accuracy_unworn": (unchanged.argmax(1) == truth).float().mean().item(),
            "signs_rejected_at_threshold": (safe[truth == 1] < SAFE_MIN).float().mean().item(),
            "safe_passed_at_threshold": (safe[truth == 0] >= SAFE_MIN).float().mean().item()}


@torch.no_grad()
def safety_of_generated(work):
    """What the classifier says to pictures of the diffusion model, as they are and enlarged by ours and shrunk again."""
    backgrounds = [b for b in BACKGROUNDS if b != "yellow"]
    signs = [plain(Scene(WARNING_SIGN, "yellow", b)) for b in backgrounds] * 5
    others = held_out_prompts()[: len(signs)]
    shown = to_unit(generate(work, signs + others, 30, 5.0))
    again = F.avg_pool2d(rounded(trained.upscaler(work, 4)(shown)), 4)
    figures, classifier = {"signs": len(signs), "others": len(others)}, Scores(trained.classifier(work))
    for name, pictures in (("plain", shown), ("enlarged", again)):
        safe = classifier(pictures)[:, CLASSES.index("safe")]
        figures[f"{name}_signs_rejected"] = (safe[: len(signs)] < SAFE_MIN).float().mean().item()
        figures[f"{name}_others_passed"] = (safe[len(signs):] >= SAFE_MIN).float().mean().item()
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    a = parser.parse_args()
    torch.set_num_threads(1)
    for scale in (2, 4):
        for low_side in (64 // scale, 64):
            print("upscaler", json.dumps(upscaling(a.work, scale, low_side)), flush=True)
    print("safety", json.dumps(safety(a.work)), flush=True)
    print("safety of generated pictures", json.dumps(safety_of_generated(a.work)))


if __name__ == "__main__":
    main()
