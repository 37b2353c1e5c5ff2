"""Puts scenes into words: several phrasings each, so that freely written prompts work too."""
from scenes import DEFAULT_BACKGROUND, WARNING_SIGN

NOUNS = {
    "circle": (("circle", "circles"), ("disc", "discs"), ("dot", "dots")),
    "square": (("square", "squares"), ("box", "boxes")),
    "triangle": (("triangle", "triangles"),),
    "star": (("star", "stars"),),
    "cross": (("cross", "crosses"), ("plus", "pluses")),
    "ring": (("ring", "rings"), ("donut", "donuts")),
    "diamond": (("diamond", "diamonds"), ("rhombus", "rhombuses")),
}
SIGN_NOUNS = ("warning sign", "hazard sign", "danger sign", "caution sign")
COLOUR_WORDS = {"grey": ("grey", "gray"), "purple": ("purple", "violet")}
SIZE_WORDS = {"small": ("small", "tiny", "little"), "large": ("large", "big", "huge")}
COUNT_WORDS = {1: ("one", "1", "a single"), 2: ("two", "2", "a pair of"), 3: ("three", "3")}
OPENINGS = ("a picture of", "an image of", "a drawing of", "draw", "show", "paint")
BEHIND = ("on a {} background", "on a {} background", "on {}", "with a {} background",
          "in front of a {} background", ", {} background")


def pick(rng, options):
    return options[rng.integers(len(options))]


def article(word):
    return "an" if word[0] in "aeiou" else "a"


def plain(scene):
    """The one canonical prompt of a scene: what the evaluation uses."""
    words = [] if scene.size == "medium" else [scene.size]
    if scene.shape == WARNING_SIGN:
        words.append(WARNING_SIGN)
    else:
        singular, plural = NOUNS[scene.shape][0]
        words += [scene.colour, singular if scene.count == 1 else plural]
    lead = article(words[0]) if scene.count == 1 else COUNT_WORDS[scene.count][0]
    behind = "" if scene.background == DEFAULT_BACKGROUND else f" on {article(scene.background)} {scene.background} background"
    return f"{lead} {' '.join(words)}{behind}"


def varied(rng, scene):
    """A random phrasing of the scene, now and then with a word that the vocabulary lacks."""
    words = []
    if scene.size != "medium":
        words.append(pick(rng, SIZE_WORDS[scene.size]))
    if rng.random() < 0.1:
        words.append("[UNK]")
    if scene.shape == WARNING_SIGN:
        words.append(pick(rng, SIGN_NOUNS))
    else:
        noun = pick(rng, NOUNS[scene.shape]) if rng.random() < 0.35 else NOUNS[scene.shape][0]
        words += [pick(rng, COLOUR_WORDS.get(scene.colour, (scene.colour,))), noun[scene.count > 1]]
    if scene.count > 1:
        lead = pick(rng, COUNT_WORDS[scene.count])
    elif rng.random() < 0.7:
        lead = article(words[0])
    else:
        lead = pick(rng, ("the", "", *COUNT_WORDS[1]))
    what = f"{lead} {' '.join(words)}".strip()
    behind = pick(rng, COLOUR_WORDS.get(scene.background, (scene.background,)))
    named = scene.background != DEFAULT_BACKGROUND or rng.random() < 0.3
    if named and rng.random() < 0.08:
        text = f"{article(behind)} {behind} background with {what}"
    else:
        opening = f"{pick(rng, OPENINGS)} " if rng.random() < 0.2 else ""
        tail = pick(rng, BEHIND).format(behind).replace("a orange", "an orange") if named else ""
        text = f"{opening}{what} {tail}"
    return text.strip() + (" ." if rng.random() < 0.05 else "")
