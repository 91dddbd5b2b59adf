"""Counter-based streams: published test vectors, an independent implementation, independence of how they are asked."""

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from convcheck.simulate import streams

words = st.integers(0, 2**64 - 1)
WORD, HALF = 2**64 - 1, 2**32 - 1


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox4x32-10 as in Salmon et al. (2011), on Python integers."""
    (c0, c1, c2, c3), (k0, k1) = counter, key
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * c0, 2**32)
        high1, low1 = divmod(0xCD9E8D57 * c2, 2**32)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = (k0 + 0x9E3779B9) & HALF, (k1 + 0xBB67AE85) & HALF
    return c0, c1, c2, c3


def splitmix(state: int) -> int:
    """The output function of SplitMix64, as in Steele, Lea & Flood (2014), on Python integers."""
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((HALF,) * 4, (HALF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_the_independent_philox_has_the_published_answers(
    counter: tuple[int, int, int, int], key: tuple[int, int], answer: tuple[int, int, int, int]
) -> None:
    """Known answers of the Random123 library: zeros, ones, digits of pi."""
    assert philox(counter, key) == answer


def test_philox_has_the_published_answer() -> None:
    (word,) = streams.philox4x32(np.zeros(1, dtype=np.uint64), 0)
    assert (int(word) & HALF, int(word) >> 32) == (0x6627E8D5, 0xE169C58D)


@given(words, st.integers(0, 2**63))
def test_philox_is_the_independent_one(key: int, t: int) -> None:
    (word,) = streams.philox4x32(np.array([key], dtype=np.uint64), t)
    first, second, *_ = philox((t & HALF, t >> 32, 0, 0), (key & HALF, key >> 32))
    assert int(word) == first | second << 32


def test_splitmix_has_the_published_answers() -> None:
    """The first numbers from the seed 0, as in the reference implementation (Vigna 2015)."""
    expected = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC]
    assert [int(streams.splitmix64(np.zeros(1, dtype=np.uint64), t)[0]) for t in range(1, 5)] == expected


@given(words, st.integers(0, 2**63))
def test_splitmix_is_the_independent_one(key: int, t: int) -> None:
    (word,) = streams.splitmix64(np.array([key], dtype=np.uint64), t)
    assert int(word) == splitmix((key + t * streams.GAMMA) & WORD)


@pytest.mark.parametrize("generator", streams.GENERATORS)
def test_a_draw_does_not_depend_on_its_company(generator: str) -> None:
    draw = getattr(streams, generator)
    keys = streams.keys((0, 1, 2), "noise.0", 4)
    together = draw(keys, 17)
    assert keys.shape == together.shape == (3, 4)
    assert len(np.unique(keys)) == len(np.unique(together)) == 12
    for s in range(3):
        for i in range(4):
            alone = draw(streams.keys((s,), "noise.0", i + 1)[0, i:], 17)
            assert alone[0] == together[s, i]


def test_a_key_is_the_digest_of_what_it_names() -> None:
    assert streams.key(3, "coin.0", 2) == int.from_bytes(sha256(b"3/coin.0/2").digest()[:8], "little")
    assert len({streams.key(s, n, i) for s in (-1, 0, 1) for n in ("a.0", "a.1", "b.0") for i in (0, 1)}) == 18


def test_uniform_numbers_are_midpoints() -> None:
    extremes = streams.uniform(np.array([0, WORD, 1 << 63], dtype=np.uint64))
    assert extremes.tolist() == [2.0**-53, 1 - 2.0**-53, 0.5 + 2.0**-53]


@given(words)
def test_uniform_numbers_are_exact_and_never_0_or_1(word: int) -> None:
    number = float(streams.uniform(np.array([word], dtype=np.uint64))[0])
    assert 0 < number < 1
    assert number * 2**53 == 2 * (word >> 12) + 1


@pytest.mark.parametrize("generator", streams.GENERATORS)
def test_every_bit_is_fair_and_every_byte_uniform(generator: str) -> None:
    steps, significance = 20_000, 1e-5  # of each of the 72 tests; the key is fixed
    key = np.full(steps, streams.key(0, "noise.0", 0), dtype=np.uint64)
    drawn = getattr(streams, generator)(key, np.arange(1, steps + 1, dtype=np.uint64))
    for bit in range(64):
        ones = int(((drawn >> np.uint64(bit)) & np.uint64(1)).sum())
        assert stats.binomtest(ones, steps).pvalue > significance
    for byte in drawn.view(np.uint8).reshape(steps, 8).T:
        assert stats.chisquare(np.bincount(byte, minlength=256)).pvalue > significance


def test_keys_begin_at_a_coordinate() -> None:
    every = streams.keys((3, 5), "xi.0", 7)
    assert np.array_equal(streams.keys((3, 5), "xi.0", 2, first=4), every[:, 4:6])
