"""Ten thousand random convolutions, the same each time; ./run fuzz-parity runs as many as one likes."""
import pathlib
import sys

import pytest

pytest.importorskip("torch")
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import fuzz_parity  # noqa: E402


def test_random_convolutions_agree_with_pytorch():
    kinds, differences = fuzz_parity.fuzz(range(10_000), seed=7)
    assert not differences, "\n".join(differences[:5])
    assert kinds["conv2d"] > 50 and kinds["errors"] > 50
