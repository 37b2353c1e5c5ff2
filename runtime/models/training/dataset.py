"""Seeded pictures with their scenes, drawn by two processes and kept in one file."""
import pickle
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from drawings import draw_scene
from scenes import random_scene

CHUNK = 500


def draw_chunk(job):
    seed, index, held = job
    rng = np.random.default_rng((seed, index))
    scenes = [random_scene(rng, held) for _ in range(CHUNK)]
    return np.stack([draw_scene(rng, s) for s in scenes]), scenes


def pictures(count, seed, held=False, processes=2):
    """count pictures (uint8 [n, 64, 64, 3]) and their scenes: the same for the same seed, however many processes."""
    jobs = [(seed, i, held) for i in range(-(-count // CHUNK))]
    with Pool(processes) as pool:
        parts = pool.map(draw_chunk, jobs)
    return np.concatenate([p for p, _ in parts])[:count], [s for _, chunk in parts for s in chunk][:count]


def cached(work, count, seed, held=False):
    """The same as pictures(), kept as a file under work."""
    path = Path(work) / f"drawings-{seed}-{count}-{int(held)}.pickle"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(pictures(count, seed, held), protocol=4))
    return pickle.loads(path.read_bytes())
