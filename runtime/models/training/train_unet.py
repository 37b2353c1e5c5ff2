"""Trains UNet and text encoder by drawings: python3 train_unet.py WORK [--steps N] [--small] [--resume] [--teacher].

Needs WORK/vae.pt; writes WORK/unet.pt (or unet-small.pt), each with a text encoder of its own. With --teacher the
velocities to learn are those that the finished base model tells, not the true ones.
"""
import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch

import tokenizer
from dataset import cached
from diffusion import STEPS, noised
from prompts import varied
from text_encoder import TextEncoder
from train_vae import to_tensor
import trained
from unet import UNet

SEED, PICTURES, DROPPED = 21, 60_000, 0.12
PEAK_RATE, DECAY = 1.2e-3, 0.999
SMALL = {"high": 32, "low": 48, "embedding": 96}


@torch.no_grad()
def latents(work, pictures):
    """The mean latents of all pictures, scaled to unit variance, and the scaling factor; kept in a file."""
    path = work / "latents.pt"
    if not path.exists():
        vae = trained.autoencoder(work)
        vae.to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            parts = [vae.encoder(to_tensor(pictures[i:i + 250]))[0].float() for i in range(0, len(pictures), 250)]
        mean = torch.cat(parts).contiguous()
        scaling = 1 / mean.std().item()
        torch.save({"latents": (mean * scaling).half(), "scaling_factor": scaling}, path)
    stored = torch.load(path)
    return stored["latents"], stored["scaling_factor"]


def average(averages, modules, step):
    """Moves the exponential moving averages towards the modules' parameters."""
    decay = min(DECAY, (step + 1) / (step + 20))
    with torch.no_grad():
        for ema, module in zip(averages, modules):
            torch._foreach_mul_(list(ema.parameters()), decay)
            torch._foreach_add_(list(ema.parameters()), list(module.parameters()), alpha=1 - decay)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=15000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--teacher", action="store_true")
    parser.add_argument("--rate", type=float, default=PEAK_RATE)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(SEED + a.small)
    rng = np.random.default_rng(SEED + a.small)
    pictures, scenes = cached(a.work, PICTURES, SEED)
    data, scaling = latents(a.work, pictures)
    del pictures
    words = len(tokenizer.VOCABULARY)
    modules = [UNet(**SMALL) if a.small else UNet(), TextEncoder(words)]
    averages = [UNet(**modules[0].sizes), TextEncoder(words)]
    out, used, step = a.work / ("unet-small.pt" if a.small else "unet.pt"), 0.0, 0
    parameters = [p for m in modules for p in m.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=0.01)
    for ema, module in zip(averages, modules):
        ema.load_state_dict(module.state_dict())
    if a.resume:
        state = torch.load(out)
        for m, key in zip(modules + averages, ("unet_raw", "text_raw", "unet", "text")):
            m.load_state_dict(state[key])
        optimizer.load_state_dict(state["optimizer"])
        used, step = state["seconds"], state["step"]
        rng = np.random.default_rng((SEED, step))
    teacher = trained.diffusion(a.work)[:2] if a.teacher else ()
    for m in (*modules, *teacher):
        m.to(memory_format=torch.channels_last)
    print("parameters", [sum(p.numel() for p in m.parameters()) for m in modules], "scaling", scaling, flush=True)
    start, losses, saved = time.time() - used, [], time.time()
    while step < a.steps:
        done = step / a.steps
        rate = min(1, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        optimizer.param_groups[0]["lr"] = a.rate * rate
        chosen = rng.integers(len(data), size=a.batch)
        latent = data[torch.from_numpy(chosen)].float().contiguous(memory_format=torch.channels_last)
        texts = ["" if rng.random() < DROPPED else varied(rng, scenes[i]) for i in chosen]
        timestep = torch.from_numpy(rng.integers(STEPS, size=a.batch))
        noisy, velocity = noised(latent, torch.randn_like(latent), timestep)
        ids = torch.from_numpy(tokenizer.encode_all(texts))
        with torch.autocast("cpu", torch.bfloat16):
            if teacher:
                with torch.no_grad():
                    velocity = teacher[0](noisy, timestep, teacher[1](ids)).float()
            hidden = modules[1](ids)
            told = modules[0](noisy, timestep, hidden)
        loss = (told.float() - velocity).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        average(averages, modules, step)
        step += 1
        losses.append(loss.item())
        if step % 100 == 0:
            print(f"step {step} {time.time() - start:.0f} s loss {np.mean(losses[-100:]):.4f}", flush=True)
        if time.time() - saved > 90 or step == a.steps:
            saved = time.time()
            state = {"unet": averages[0], "text": averages[1], "unet_raw": modules[0], "text_raw": modules[1], "optimizer": optimizer}
            state = {k: v.state_dict() for k, v in state.items()}
            state.update(seconds=time.time() - start, step=step, scaling_factor=scaling, sizes=modules[0].sizes)
            torch.save(state, str(out) + ".part")
            Path(str(out) + ".part").rename(out)
    print(f"done: {step} steps", flush=True)


if __name__ == "__main__":
    main()
