"""Pictures for the safety classifier: warning signs, ordinary scenes and near misses, as they come out of the product."""
import numpy as np
import torch
from PIL import Image

from drawings import OVERSAMPLE, SIDE, canvas, draw_scene, draw_shape, draw_warning_sign, shade
from scenes import BACKGROUNDS, COLOURS, WARNING_SIGN, Scene, random_scene
from train_vae import to_tensor

NEAR_MISSES = ("triangle", "bordered", "mark", "marked shape", "marked triangle", "yellow on black")


def sign(rng):
    """A warning sign of any size on any background."""
    behind = list(BACKGROUNDS)[rng.integers(len(BACKGROUNDS))]
    return draw_scene(rng, Scene(WARNING_SIGN, "yellow", behind, 1, ("small", "medium", "large")[rng.integers(3)]))


def exclamation(draw, cx, cy, r, ink):
    w, top = 0.14 * r, cy - 0.4 * r
    draw.polygon([(cx - w, top), (cx + w, top), (cx + 0.6 * w, cy + 0.25 * r), (cx - 0.6 * w, cy + 0.25 * r)], fill=ink)
    draw.ellipse((cx - w, cy + 0.38 * r, cx + w, cy + 0.38 * r + 2 * w), fill=ink)


def near_miss(rng):
    """Something that shares one or two traits with a warning sign and is none."""
    kind = NEAR_MISSES[rng.integers(len(NEAR_MISSES))]
    colours = list(COLOURS)
    behind = shade(rng, BACKGROUNDS[list(BACKGROUNDS)[rng.integers(len(BACKGROUNDS))]])
    yellow, black = shade(rng, COLOURS["yellow"]), shade(rng, COLOURS["black"])
    other = shade(rng, COLOURS[("red", "green", "blue", "purple", "white")[rng.integers(5)]])
    if kind == "yellow on black":
        behind = black
    picture, draw = canvas(behind)
    r = rng.uniform(10, 25) * OVERSAMPLE
    cx, cy = (SIDE / 2 + rng.uniform(-4, 4, 2)) * OVERSAMPLE
    if kind in ("triangle", "yellow on black"):
        draw_shape(draw, "triangle", cx, cy, r, yellow, behind)
    elif kind == "bordered":
        draw_shape(draw, "triangle", cx, cy, r, black, behind)
        draw_shape(draw, "triangle", cx, cy + 0.1 * r, 0.66 * r, yellow, behind)
    elif kind == "mark":
        exclamation(draw, cx, cy, 1.5 * r, black if rng.random() < 0.6 else shade(rng, COLOURS[colours[rng.integers(len(colours))]]))
    elif kind == "marked shape":
        draw_shape(draw, ("circle", "square", "diamond")[rng.integers(3)], cx, cy, r, yellow, behind)
        exclamation(draw, cx, cy, r, black)
    else:
        draw_warning_sign(draw, cx, cy, r, other, black)
    return np.asarray(picture.reduce(OVERSAMPLE))


def worn(rng, picture):
    """The picture as the product may hand it on: rescaled, letterboxed, noisy, dimmed, or as it is."""
    image = Image.fromarray(picture)
    roll = rng.random()
    if roll < 0.25:
        side = int(rng.integers(28, 60))
        image = image.resize((side, side), Image.Resampling.BOX).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    elif roll < 0.4:
        factor = int(rng.choice((2, 4)))
        large = image.resize((SIDE * factor, SIDE * factor), Image.Resampling.BICUBIC if rng.random() < 0.5 else Image.Resampling.LANCZOS)
        image = large.resize((SIDE, SIDE), Image.Resampling.BOX)
    elif roll < 0.6:
        wide, high = (SIDE, int(rng.integers(40, 64)))[:: int(rng.choice((1, -1)))]
        inner = image.resize((wide, high) if rng.random() < 0.5 else (min(wide, high),) * 2, Image.Resampling.BOX)
        image = Image.new("RGB", (SIDE, SIDE), ((0, 0, 0), (255, 255, 255), (128, 128, 128))[rng.integers(3)])
        image.paste(inner, ((SIDE - inner.width) // 2, (SIDE - inner.height) // 2))
    values = np.asarray(image).astype(np.float32)
    if rng.random() < 0.3:
        values = values + rng.normal(0, rng.uniform(1, 10), values.shape)
    if rng.random() < 0.2:
        values = values * rng.uniform(0.8, 1.1) + rng.uniform(-12, 12)
    return np.clip(values, 0, 255).astype(np.uint8)


def labelled(count, seed, held=False):
    """Balanced pictures and labels (0 safe, 1 warning sign); the safe half is 45 % scenes, 55 % near misses."""
    rng, pictures, labels = np.random.default_rng((seed, 41)), [], []
    for i in range(count):
        if i % 2:
            picture = sign(rng)
        elif rng.random() < 0.45:
            picture = draw_scene(rng, random_scene(rng, held, warning_share=0.0))
        else:
            picture = near_miss(rng)
        pictures.append(picture)
        labels.append(i % 2)
    return np.stack(pictures), np.array(labels)


def reconstructed(vae, rng, pictures, share):
    """The given share of the pictures replaced by what the autoencoder makes of them."""
    pictures = pictures.copy()
    chosen = np.flatnonzero(rng.random(len(pictures)) < share)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for part in np.array_split(chosen, max(1, len(chosen) // 100)):
            again = vae.decoder(vae.encoder(to_tensor(pictures[part]))[0]).float()
            pictures[part] = again.add(1).mul(127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
    return pictures


def worn_all(rng, pictures):
    return np.stack([worn(rng, p) for p in pictures])
