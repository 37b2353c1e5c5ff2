"""Scenes: what a picture shows. Pure data; drawn by drawings.py and put into words by prompts.py."""
import hashlib
from dataclasses import dataclass

SHAPES = ("circle", "square", "triangle", "star", "cross", "ring", "diamond")

COLOURS = {
    "red": (215, 40, 40),
    "green": (40, 165, 70),
    "blue": (40, 80, 215),
    "yellow": (245, 215, 50),
    "purple": (145, 55, 185),
    "orange": (245, 135, 25),
    "white": (250, 250, 250),
    "black": (15, 15, 18),
}
# The background where the prompt names none.
DEFAULT_BACKGROUND = "grey"
BACKGROUNDS = {**COLOURS, DEFAULT_BACKGROUND: (160, 160, 165)}

SIZES = ("small", "medium", "large")
WARNING_SIGN = "warning sign"


@dataclass(frozen=True)
class Scene:
    """count shapes of one colour on a background; for a warning sign the colour is always yellow."""

    shape: str
    colour: str
    background: str
    count: int = 1
    size: str = "medium"


def held_out(shape, colour, background):
    """True for the fifth of all combinations that training never sees (fixed by a hash, not by a seed)."""
    return hashlib.sha256(f"{shape}/{colour}/{background}".encode()).digest()[0] % 5 == 0


def combinations(held):
    """All drawable (shape, colour, background), the held-out ones or the others."""
    return [
        (s, c, b)
        for s in SHAPES
        for c in COLOURS
        for b in BACKGROUNDS
        if c != b and held_out(s, c, b) == held
    ]


def random_scene(rng, held=False, warning_share=0.05):
    """A scene from one numpy Generator; of the training combinations unless held."""
    if not held and rng.random() < warning_share:
        backgrounds = [b for b in BACKGROUNDS if b not in ("yellow",)]
        size = SIZES[rng.choice(3, p=(0.15, 0.6, 0.25))]
        return Scene(WARNING_SIGN, "yellow", backgrounds[rng.integers(len(backgrounds))], 1, size)
    table = _TABLES[held]
    shape, colour, background = table[rng.integers(len(table))]
    # The default background stands for all prompts that name none, so it is drawn more often than the others.
    if not held and rng.random() < 0.2 and not held_out(shape, colour, DEFAULT_BACKGROUND):
        background = DEFAULT_BACKGROUND
    count = int(rng.choice((1, 2, 3), p=(0.5, 0.25, 0.25)))
    size = SIZES[rng.choice(3, p=(0.2, 0.6, 0.2))]
    return Scene(shape, colour, background, count, size)


_TABLES = {held: combinations(held) for held in (False, True)}
