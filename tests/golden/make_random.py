"""Writes random.json: what torch's CPU generator gives, as bits. Run with torch 2.13 on a CPU with AVX2."""

import json
import zlib
from pathlib import Path

import torch

SIZES = [*range(1, 41), 100, 1000, (17, 3), 4097]
DRAWS = {
    "rand": lambda s: torch.rand(s),
    "rand64": lambda s: torch.rand(s, dtype=torch.float64),
    "uniform": lambda s: torch.empty(s).uniform_(-0.37, 1.9),
    "uniform64": lambda s: torch.empty(s, dtype=torch.float64).uniform_(-0.37, 1.9),
    "randn": lambda s: torch.randn(s),
    "randn64": lambda s: torch.randn(s, dtype=torch.float64),
    "normal": lambda s: torch.empty(s).normal_(0.3, 1.7),
    "normal64": lambda s: torch.empty(s, dtype=torch.float64).normal_(0.3, 1.7),
    "randint10": lambda s: torch.randint(10, s),
    "randint_small": lambda s: torch.randint(-7, 2**28 - 8, s),
    "randint_large": lambda s: torch.randint(-7, 2**28 - 7, s),
    "randint_huge": lambda s: torch.randint(-(2**62), 2**62, s),
    "random_full": lambda s: torch.empty(s, dtype=torch.int64).random_(-(2**63), None),
    "random_int64": lambda s: torch.empty(s, dtype=torch.int64).random_(),
    "random_int32": lambda s: torch.empty(s, dtype=torch.int32).random_(),
    "random_uint8": lambda s: torch.empty(s, dtype=torch.uint8).random_(),
    "random_bool": lambda s: torch.empty(s, dtype=torch.bool).random_(),
    "random_float": lambda s: torch.empty(s).random_(),
    "random_double": lambda s: torch.empty(s, dtype=torch.float64).random_(),
    "bernoulli": lambda s: torch.empty(s).bernoulli_(0.3),
    "bernoulli_of": lambda s: torch.bernoulli(torch.full(s, 0.3)),
    "bernoulli_of64": lambda s: torch.bernoulli(torch.full(s, 0.3, dtype=torch.float64)),
    "exponential": lambda s: torch.empty(s).exponential_(1.3),
    "exponential64": lambda s: torch.empty(s, dtype=torch.float64).exponential_(1.3),
    "normal_transposed": lambda s: torch.empty(s).t().normal_(0.3, 1.7),
    "normal_sliced": lambda s: torch.empty(*s, 2)[..., 0].normal_(0.3, 1.7),
    "randperm": lambda s: torch.randperm(torch.Size(s).numel()),
}


def bits(tensor):
    """The elements in index order: their bytes as hexadecimal, or the bytes' checksum where there are many."""
    raw = tensor.contiguous().numpy().tobytes()
    return raw.hex() if len(raw) <= 16 else f"{zlib.crc32(raw):08x}"


def main():
    cases = []
    for seed in [0, 42, 2**64 - 1]:
        for name, draw in DRAWS.items():
            torch.manual_seed(seed)
            results = [bits(draw((size,) if isinstance(size, int) else size)) for size in SIZES]
            head = torch.get_rng_state().numpy()[:24].tobytes().hex()  # seed, left, seeded, next
            cases.append({"seed": seed, "draw": name, "bits": " ".join(results), "head": head})
    torch.manual_seed(5)
    torch.randn(3)
    state = zlib.crc32(torch.get_rng_state().numpy().tobytes())
    document = {"sizes": SIZES, "cases": cases, "state": state, "after_state": bits(torch.randn(4))}
    Path(__file__).with_name("random.json").write_text(json.dumps(document, indent=0) + "\n")


if __name__ == "__main__":
    main()
