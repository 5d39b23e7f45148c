"""Numbers drawn by weights against PyTorch's: the same ones, the same draws of the stream, the same errors."""
import pytest

import convgrad as cg
from convgrad._multinomial import multinomial

torch = pytest.importorskip("torch")


def both(shape, dtype):
    theirs = torch.rand(shape, dtype=getattr(torch, dtype), generator=torch.Generator().manual_seed(1))
    return cg.tensor(theirs.tolist(), dtype=getattr(cg, dtype)), theirs


@pytest.mark.parametrize("count, replacement", [(1, False), (1, True), (4, False), (50, True)])
@pytest.mark.parametrize("shape", [(5,), (1000,), (3, 7)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_seed_draws_pytorchs_numbers(shape, dtype, count, replacement):
    ours, theirs = both(shape, dtype)
    a, b = cg.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    drawn = multinomial(ours, count, replacement, generator=a)
    expected = torch.multinomial(theirs, count, replacement, generator=b)
    assert drawn.tolist() == expected.tolist() and drawn.dtype == cg.int64
    assert a.get_state().tolist() == b.get_state().tolist()


WRONG = [([1, 2], "int64"), ([[[1.0]]], "float32"), (1.0, "float32"), ([1.0, -1.0], "float32"), ([1.0, float("nan")], "float64"),
         ([float("inf"), 1.0], "float32"), ([0.0, 0.0], "float32"), ([[0.0, 0.0], [1.0, 1.0]], "float32"), ([], "float32")]


@pytest.mark.parametrize("count, replacement", [(1, False), (2, True), (0, True), (5, False)])
@pytest.mark.parametrize("weights, dtype", WRONG)
def test_errors_are_pytorchs(weights, dtype, count, replacement):
    def error_of(function, module):
        try:
            function(module.tensor(weights, dtype=getattr(module, dtype)), count, replacement)
        except RuntimeError as error:
            return str(error).split("\n")[0]
        return None

    assert error_of(multinomial, cg) == error_of(torch.multinomial, torch)
