"""Draws scenes as 64x64 RGB pictures: shapes at 4x the size, then area averaging for smooth edges."""
import math

import numpy as np
from PIL import Image, ImageDraw

from scenes import BACKGROUNDS, COLOURS, WARNING_SIGN

SIDE = 64
OVERSAMPLE = 4

# Radius in pixels of 64, by count and size.
RADII = {
    (1, "small"): (10.5, 12), (1, "medium"): (16, 18.5), (1, "large"): (23, 25.5),
    (2, "small"): (8, 9), (2, "medium"): (10.2, 11.7), (2, "large"): (12.5, 13.3),
    (3, "small"): (7.5, 8.5), (3, "medium"): (9.5, 10.5), (3, "large"): (11.3, 12),
}
JITTER = {(1, "small"): 4, (1, "medium"): 2.5, (1, "large"): 1.5}
CENTRES = {1: ((32, 32),), 2: ((17, 32), (47, 32)), 3: ((32, 17), (17, 46), (47, 46))}


def regular(cx, cy, radius, corners, inner=None):
    """A regular polygon with a corner on top; with inner radius a star."""
    points, n = [], corners * (2 if inner else 1)
    for i in range(n):
        r = inner if inner and i % 2 else radius
        a = 2 * math.pi * i / n - math.pi / 2
        points.append((cx + r * math.cos(a), cy + r * math.sin(a)))
    return points


def draw_shape(draw, shape, cx, cy, r, ink, behind):
    """One shape around (cx, cy) of nominal radius r, all in oversampled pixels."""
    if shape == "circle":
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=ink)
    elif shape == "ring":
        h = 0.52 * r
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=ink)
        draw.ellipse((cx - h, cy - h, cx + h, cy + h), fill=behind)
    elif shape == "square":
        s = 0.88 * r
        draw.rectangle((cx - s, cy - s, cx + s, cy + s), fill=ink)
    elif shape == "diamond":
        draw.polygon([(cx, cy - 1.12 * r), (cx + 0.85 * r, cy), (cx, cy + 1.12 * r), (cx - 0.85 * r, cy)], fill=ink)
    elif shape == "triangle":
        draw.polygon([(cx, cy - r), (cx + 1.05 * r, cy + 0.85 * r), (cx - 1.05 * r, cy + 0.85 * r)], fill=ink)
    elif shape == "star":
        draw.polygon(regular(cx, cy + 0.06 * r, 1.15 * r, 5, 0.48 * r), fill=ink)
    elif shape == "cross":
        a, b = r, 0.34 * r
        draw.rectangle((cx - a, cy - b, cx + a, cy + b), fill=ink)
        draw.rectangle((cx - b, cy - a, cx + b, cy + a), fill=ink)
    else:
        raise ValueError(f"unknown shape {shape!r}")


def draw_warning_sign(draw, cx, cy, r, yellow, black):
    """A yellow triangle with a black border and an exclamation mark."""
    def triangle(k):
        m = cy + 0.2 * r
        return [(cx, m - 1.25 * r * k), (cx + 1.15 * r * k, m + 0.72 * r * k), (cx - 1.15 * r * k, m + 0.72 * r * k)]

    draw.polygon(triangle(1.0), fill=black)
    draw.polygon(triangle(0.76), fill=yellow)
    top, w = cy - 0.30 * r, 0.13 * r
    draw.polygon([(cx - w, top), (cx + w, top), (cx + 0.6 * w, cy + 0.32 * r), (cx - 0.6 * w, cy + 0.32 * r)], fill=black)
    draw.ellipse((cx - w, cy + 0.42 * r, cx + w, cy + 0.42 * r + 2 * w), fill=black)


def shade(rng, colour, spread=5):
    """The colour with a little random variation."""
    return tuple(int(v) for v in np.clip(np.array(colour) + rng.integers(-spread, spread + 1, 3), 0, 255))


def canvas(background, side=SIDE):
    picture = Image.new("RGB", (side * OVERSAMPLE, side * OVERSAMPLE), background)
    return picture, ImageDraw.Draw(picture)


def draw_scene(rng, scene, side=SIDE):
    """A uint8 array [side, side, 3] of the scene; place, radius and shade come from rng."""
    unit = OVERSAMPLE * side / SIDE
    behind, ink = shade(rng, BACKGROUNDS[scene.background]), shade(rng, COLOURS[scene.colour])
    picture, draw = canvas(behind, side)
    low, high = RADII[scene.count, scene.size]
    radius, jitter = rng.uniform(low, high), JITTER.get((scene.count, scene.size), 1.2)
    for x, y in CENTRES[scene.count]:
        cx, cy = (np.array((x, y)) + rng.uniform(-jitter, jitter, 2)) * unit
        if scene.shape == WARNING_SIGN:
            draw_warning_sign(draw, cx, cy, radius * unit, ink, shade(rng, COLOURS["black"]))
        else:
            draw_shape(draw, scene.shape, cx, cy, radius * unit, ink, behind)
    return np.asarray(picture.reduce(OVERSAMPLE))
