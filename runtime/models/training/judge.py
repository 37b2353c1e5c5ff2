"""The rule over the pixels: what a picture shows, told by colour segmentation, connected parts and their outline.

numpy and Pillow only; knows nothing of the models and shares no code with the drawings.

  python3 judge.py PROMPTS.txt PICTURES/     one prompt a line, PNG files in the order of their names
"""
import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

PALETTE = {
    "red": (215, 40, 40), "green": (40, 165, 70), "blue": (40, 80, 215), "yellow": (245, 215, 50),
    "purple": (145, 55, 185), "orange": (245, 135, 25), "white": (250, 250, 250), "black": (15, 15, 18),
    "grey": (160, 160, 165),
}
NAMES, INKS = tuple(PALETTE), np.array(list(PALETTE.values()), dtype=np.float64)
SIDE, GRID = 64, 48
CONTRAST_MIN = 40.0  # distance in RGB from the background below which nothing is seen
PART_MIN = 0.25  # parts smaller than this share of the largest one are specks
FIT_MIN = 0.70  # intersection over union with the nearest outline below which a part has no shape


@dataclass(frozen=True)
class Verdict:
    shape: str
    colour: str
    background: str
    count: int


def nearest(colour):
    """The name of the palette's colour that is nearest in RGB."""
    return NAMES[np.square(INKS - colour).sum(1).argmin()]


def outlines():
    """Every shape as a mask stretched to its bounding box."""
    c = (np.arange(GRID) + 0.5) / GRID * 2 - 1
    x, y = np.meshgrid(c, c)
    radius = np.hypot(x, y)
    a = 2 * np.pi * np.arange(10) / 10 - np.pi / 2
    r = np.where(np.arange(10) % 2, 0.417, 1.0)
    px, py = r * np.cos(a), r * np.sin(a)
    low, high = py.min(), py.max()
    px, py = px / np.abs(px).max(), (py - low) / (high - low) * 2 - 1
    return {
        "circle": radius <= 1, "square": radius < 9, "ring": (radius <= 1) & (radius >= 0.52),
        "diamond": np.abs(x) + np.abs(y) <= 1, "triangle": np.abs(x) <= (y + 1) / 2,
        "cross": (np.abs(x) <= 0.34) | (np.abs(y) <= 0.34), "star": inside(x, y, px, py),
    }


def inside(x, y, px, py):
    """The even-odd rule."""
    odd = np.zeros(x.shape, bool)
    for i in range(len(px)):
        x1, y1, x2, y2 = px[i - 1], py[i - 1], px[i], py[i]
        between = (y1 > y) != (y2 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            odd ^= between & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return odd


OUTLINES = outlines()


def parts(mask):
    """The 4-connected parts of a mask, as masks."""
    label = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        grown = np.pad(label, 1)
        grown = np.maximum.reduce([label, grown[:-2, 1:-1], grown[2:, 1:-1], grown[1:-1, :-2], grown[1:-1, 2:]]) * mask
        if (grown == label).all():
            return [label == i for i in np.unique(label) if i]
        label = grown


def outline_of(part):
    """The best fitting shape's name and its intersection over union."""
    rows, columns = np.flatnonzero(part.any(1)), np.flatnonzero(part.any(0))
    box = part[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    if not 0.55 < box.shape[0] / box.shape[1] < 1.8:
        return "none", 0.0
    stretched = Image.fromarray((box * 255).astype(np.uint8)).resize((GRID, GRID), Image.Resampling.BILINEAR)
    seen = np.asarray(stretched) > 127
    fits = {name: (seen & o).sum() / (seen | o).sum() for name, o in OUTLINES.items()}
    best = max(fits, key=fits.get)
    return (best, fits[best]) if fits[best] >= FIT_MIN else ("none", fits[best])


def judge(picture):
    """The verdict on a uint8 RGB array of any size."""
    if picture.shape[:2] != (SIDE, SIDE):
        picture = np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BOX))
    rgb = picture[..., :3].astype(np.float64)
    edge = np.concatenate((rgb[:2].reshape(-1, 3), rgb[-2:].reshape(-1, 3), rgb[:, :2].reshape(-1, 3), rgb[:, -2:].reshape(-1, 3)))
    behind = np.median(edge, 0)
    distance = np.sqrt(np.square(rgb - behind).sum(2))
    seen = distance[distance > CONTRAST_MIN]
    if seen.size < 20:
        return Verdict("none", "none", nearest(behind), 0)
    mask = distance > max(CONTRAST_MIN, 0.5 * np.percentile(seen, 75))
    found = sorted(parts(mask), key=lambda p: -p.sum())
    found = [p for p in found if p.sum() >= max(12, PART_MIN * found[0].sum())]
    if not found:
        return Verdict("none", "none", nearest(behind), 0)
    if is_warning_sign(rgb, distance):
        return Verdict("warning sign", "yellow", nearest(behind), 1)
    shapes, colours = [], []
    for part in found:
        shapes.append(outline_of(part)[0])
        inner = part & (distance >= np.median(distance[part]) - 25)
        colours.append(nearest(np.median(rgb[inner], 0)))
    return Verdict(agreed(shapes), agreed(colours), nearest(behind), len(found))


def is_warning_sign(rgb, distance):
    """A triangle of yellow, with both a border and something within it in black."""
    names = np.square(rgb[..., None, :] - INKS).sum(3).argmin(2)
    yellow, black = names == NAMES.index("yellow"), names == NAMES.index("black")
    if yellow.sum() < 30 or black.sum() < 15:
        return False
    sheets = sorted(parts(yellow), key=lambda p: -p.sum())
    sheet = sheets[0]
    rows, columns = np.flatnonzero(sheet.any(1)), np.flatnonzero(sheet.any(0))
    if len(rows) > 50 or len(columns) > 56:
        return False
    box = sheet[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    inner = black[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    y, x = np.mgrid[0:box.shape[0], 0:box.shape[1]]
    across = np.abs(x - (box.shape[1] - 1) / 2) / (box.shape[1] / 2)
    triangle = across <= (y + 1) / box.shape[0]
    bar = inner & (across < 0.3) & triangle
    return (box & ~triangle).sum() < 0.12 * box.sum() and box.sum() > 0.45 * triangle.sum() and bar.sum() >= 0.04 * triangle.sum()


def agreed(names):
    return names[0] if len(set(names)) == 1 else "mixed"


WORDS = {
    "disc": "circle", "dot": "circle", "box": "square", "boxe": "square", "plus": "cross", "pluse": "cross",
    "crosse": "cross", "donut": "ring", "rhombus": "diamond", "rhombuse": "diamond", "gray": "grey", "violet": "purple",
}
COUNTS = {"two": 2, "2": 2, "pair": 2, "three": 3, "3": 3}


def wanted(prompt):
    """What a prompt asks for, read from its words: the first colour before the noun, the background elsewhere."""
    words = re.findall(r"\w+", prompt.lower())
    plain = [WORDS.get(w, w) if w in WORDS or w in OUTLINES else WORDS.get(w.rstrip("s"), w.rstrip("s")) for w in words]
    count = next((COUNTS[w] for w in words if w in COUNTS), 1)
    if "sign" in plain:
        at, shape, colour = plain.index("sign"), "warning sign", "yellow"
        others = [w for w in plain if w in PALETTE]
    else:
        at = next((i for i, w in enumerate(plain) if w in OUTLINES), len(plain))
        shape = plain[at] if at < len(plain) else "none"
        own = max((i for i in range(at) if plain[i] in PALETTE), default=None)
        colour = plain[own] if own is not None else "none"
        others = [w for i, w in enumerate(plain) if w in PALETTE and i != own]
    return Verdict(shape, colour, others[0] if others else "grey", count)


def compare(pairs):
    """Shares of agreement over pairs (wanted, seen)."""
    pairs = list(pairs)
    total = len(pairs)
    return {
        "pictures": total,
        "colour_and_shape": sum(w.shape == s.shape and w.colour == s.colour for w, s in pairs) / total,
        "colour": sum(w.colour == s.colour for w, s in pairs) / total,
        "shape": sum(w.shape == s.shape for w, s in pairs) / total,
        "background": sum(w.background == s.background for w, s in pairs) / total,
        "count": sum(w.count == s.count for w, s in pairs) / total,
        "all": sum(w == s for w, s in pairs) / total,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("prompts", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--minimum", type=float, default=0.0, help="exit with 1 below this share of colour_and_shape")
    a = parser.parse_args()
    prompts = [p for p in a.prompts.read_text("utf-8").splitlines() if p.strip()]
    files = sorted(a.pictures.glob("*.png"))
    if len(prompts) != len(files):
        sys.exit(f"{len(prompts)} prompts but {len(files)} pictures in {a.pictures}")
    verdicts = [(wanted(p), judge(np.asarray(Image.open(f).convert("RGB")))) for p, f in zip(prompts, files)]
    for (w, s), f in zip(verdicts, files):
        if (w.shape, w.colour) != (s.shape, s.colour):
            print(f"{f.name}: asked {w}, seen {s}")
    figures = compare(verdicts)
    print(json.dumps(figures))
    sys.exit(figures["colour_and_shape"] < a.minimum)


if __name__ == "__main__":
    main()
