"""torch.nn.grad: gradients of convolutions by their shapes alone."""
import pathlib
import sys

import pytest

import convgrad as cg

torch = pytest.importorskip("torch")
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from oracle_exchange import Carrier, difference  # noqa: E402


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 1}, {"dilation": 2, "groups": 2}])
def test_as_pytorch(dims, options):
    torch.manual_seed(dims)
    x = torch.randn(2, 4, *(9, 8, 7)[:dims], dtype=torch.float64)
    w = torch.randn(6, 4 // options.get("groups", 1), *(3, 2, 2)[:dims], dtype=torch.float64)
    y = getattr(torch.nn.functional, f"conv{dims}d")(x, w, **options)
    dy = torch.randn_like(y)
    carrier = Carrier()
    ours = carrier(x), carrier(w), carrier(dy)
    for name, arguments, mine in (("input", (x.shape, w, dy), (tuple(x.shape), ours[1], ours[2])),
                                  ("weight", (x, w.shape, dy), (ours[0], tuple(w.shape), ours[2]))):
        a = getattr(torch.nn.grad, f"conv{dims}d_{name}")(*arguments, **options)
        b = getattr(cg.nn.grad, f"conv{dims}d_{name}")(*mine, **options)
        assert difference(b, a, 1e-12) is None
        assert not b.requires_grad


def test_differentiable_by_what_it_is_made_of():
    torch.manual_seed(7)
    leaves = torch.randn(3, 2, 3, 3, dtype=torch.float64), torch.randn(2, 3, 4, 4, dtype=torch.float64)
    carrier = Carrier()
    ours = [carrier(t).requires_grad_() for t in leaves]
    theirs = [t.clone().requires_grad_() for t in leaves]
    for m, (w, dy) in ((torch, theirs), (cg, ours)):
        dx = m.nn.grad.conv2d_input((2, 2, 6, 6), w, dy)
        assert dx.requires_grad
        (dx * dx).sum().backward()
        with m.no_grad():
            assert not m.nn.grad.conv2d_input((2, 2, 6, 6), w, dy).requires_grad
    for a, b in zip(theirs, ours):
        assert difference(b.grad, a.grad, 1e-10) is None
