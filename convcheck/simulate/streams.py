"""Counter-based random streams: a draw is a pure function of (seed, stream name, coordinate, t).

The default is the SplitMix64 output function (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195) of a key plus t
times the golden gamma.  Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405) serves to run a figure again
with an independent generator.  Both give the same bits in NumPy and in the native kernels.
"""

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

GAMMA = 0x9E3779B97F4A7C15
"""2^64 divided by the golden ratio, made odd."""

GENERATORS = ("splitmix64", "philox4x32")

Words = NDArray[np.uint64]


def key(seed: int, stream: str, coordinate: int) -> int:
    """Return the 64-bit key of a stream: the head of the SHA-256 of what names it."""
    return int.from_bytes(sha256(f"{seed}/{stream}/{coordinate}".encode()).digest()[:8], "little")


def keys(seeds: tuple[int, ...], stream: str, coordinates: int, first: int = 0) -> Words:
    """Return the keys of all seeds and of so many coordinates from ``first`` on, shape (len(seeds), coordinates)."""
    wanted = range(first, first + coordinates)
    return np.array([[key(seed, stream, i) for i in wanted] for seed in seeds], dtype=np.uint64)


def splitmix64(stream: Words, t: int) -> Words:
    """Return the 64 random bits of each stream at time t."""
    word = np.uint64
    with np.errstate(over="ignore"):  # arithmetic modulo 2^64 is meant
        z = stream + word(t) * word(GAMMA)
        z = (z ^ (z >> word(30))) * word(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> word(27))) * word(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> word(31)))


def philox4x32(stream: Words, t: int) -> Words:
    """Return the first 64 of the 128 random bits of each stream at time t: counter (t, 0), the stream as key."""
    word = np.uint64
    low, half = word(0xFFFFFFFF), word(32)
    k0, k1 = stream & low, stream >> half
    c0 = np.broadcast_to(word(t) & low, stream.shape)
    c1 = np.broadcast_to(word(t) >> half, stream.shape)
    c2 = c3 = np.zeros_like(stream)
    for _ in range(10):
        p0, p1 = word(0xD2511F53) * c0, word(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (p1 >> half) ^ c1 ^ k0, p1 & low, (p0 >> half) ^ c3 ^ k1, p0 & low
        k0, k1 = (k0 + word(0x9E3779B9)) & low, (k1 + word(0xBB67AE85)) & low
    return np.asarray(c0 | (c1 << half))


def uniform(words: Words) -> NDArray[np.float64]:
    """Return the midpoints (k + 1/2) / 2^52 that the upper 52 bits of the words name: exact, and never 0 or 1."""
    return ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


NATIVE = {
    "splitmix64": """
@njit(error_model="numpy")
def bits(stream, step):
    z = stream + step * uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> uint64(27))) * uint64(0x94D049BB133111EB)
    return z ^ (z >> uint64(31))
""",
    "philox4x32": """
@njit(error_model="numpy")
def bits(stream, step):
    low = uint64(0xFFFFFFFF)
    half = uint64(32)
    k0, k1 = stream & low, stream >> half
    c0, c1, c2, c3 = step & low, step >> half, uint64(0), uint64(0)
    for _ in range(10):
        p0, p1 = uint64(0xD2511F53) * c0, uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (p1 >> half) ^ c1 ^ k0, p1 & low, (p0 >> half) ^ c3 ^ k1, p0 & low
        k0, k1 = (k0 + uint64(0x9E3779B9)) & low, (k1 + uint64(0xBB67AE85)) & low
    return c0 | (c1 << half)
""",
}
"""The same generators as source text of a native kernel."""

NATIVE_UNIFORM = """
@njit(error_model="numpy")
def uniform(word):
    return (float64(word >> uint64(12)) + 0.5) * 2.0**-52
"""
