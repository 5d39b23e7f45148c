"""In-place forms beside PyTorch's: values, gradients, the object they give back, and their errors."""
import pytest

import convgrad as cg

torch = pytest.importorskip("torch")
import pathlib  # noqa: E402
import sys  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from oracle_exchange import Carrier, difference, error_of  # noqa: E402

UNARY = """abs acos acosh arccos arcsin arctan asin asinh atan atanh ceil clamp_min cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1
floor frac lgamma log log10 log1p log2 logit nan_to_num neg negative rad2deg reciprocal relu round rsqrt sgn sigmoid sign sin sinc sinh
sqrt square tan tanh tril triu trunc""".split()
BINARY = """add arctan2 atan2 copysign div divide eq float_power floor_divide fmod ge gt heaviside hypot le lt mul multiply ne remainder sub
subtract true_divide xlogy pow""".split()
EXTRA = {"clamp_min": (0.3,), "clip": (0.2, 0.6), "cumsum": (1,), "cumprod": (0,), "logit": (1e-3,), "index_fill": None}
SELF_IS_BOOL = {"eq", "ge", "gt", "le", "lt", "ne"}


def result_of(m, name, x, others):
    y = x * 1
    out = getattr(y, name + "_")(*others)
    assert out is y
    if y.requires_grad:
        y.sum().backward()
    return y, x.grad


def compare(name, others=(), dtype=torch.float64):
    generator = torch.Generator().manual_seed(len(name))
    x = torch.rand(3, 4, generator=generator, dtype=dtype) * 0.8 + 0.1
    if name == "acosh" or name == "arccosh":
        x = x + 1
    x.requires_grad_(name not in SELF_IS_BOOL and name not in ("floor_divide", "heaviside"))
    others = tuple(torch.rand(4, generator=generator, dtype=dtype) + 0.1 if o == "tensor" else o for o in others)
    if name == "float_power":
        x = x.detach()
    carrier = Carrier()
    ours = carrier(x), carrier(list(others))
    theirs = error_of(lambda: result_of(torch, name, x, others))
    if theirs is not None and "derivative for 'inplace version" in theirs[1]:  # here it is
        result_of(cg, name, ours[0], ours[1])
        return
    if theirs is not None:
        assert error_of(lambda: result_of(cg, name, ours[0], ours[1])) == theirs
        return
    x.grad = None
    a, grad_a = result_of(torch, name, x, others)
    b, grad_b = result_of(cg, name, ours[0], ours[1])
    assert difference(b, a, 1e-12) is None, difference(b, a, 1e-12)
    assert (grad_a is None) == (grad_b is None)
    if grad_a is not None:
        assert difference(grad_b, grad_a, 1e-10) is None


@pytest.mark.parametrize("name", UNARY)
def test_of_one_tensor(name):
    compare(name, EXTRA.get(name, ()) or ())


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("other", ["tensor", 2.0, 3])
def test_of_a_tensor_and_another(name, other):
    compare(name, (other,))


@pytest.mark.parametrize("name,others", [("addr", ("v3", "v4")), ("addmm", ("m35", "m54")), ("baddbmm", None), ("cumsum", (1,)), ("cumprod", (0,)),
                                         ("clip", (0.2, 0.6)), ("masked_scatter", None), ("div", "mode")])
def test_of_several(name, others):
    generator = torch.Generator().manual_seed(1)
    shapes = {"v3": (3,), "v4": (4,), "m35": (3, 5), "m54": (5, 4)}
    made = lambda *s: torch.rand(*s, generator=generator, dtype=torch.float64)
    x = made(2, 3, 4) if name == "baddbmm" else made(3, 4)
    if name == "baddbmm":
        arguments, keywords = (made(2, 3, 5), made(2, 5, 4)), {"beta": 0.5, "alpha": 2}
    elif name == "masked_scatter":
        arguments, keywords = (x > 0.5, made(12)), {}
    elif others == "mode":
        arguments, keywords = (made(3, 4),), {"rounding_mode": "floor"}
    else:
        arguments, keywords = tuple(made(*shapes[o]) if isinstance(o, str) else o for o in others), {}
    carrier = Carrier()
    ours = carrier(x), carrier(arguments)
    a, b = x * 1, ours[0] * 1
    getattr(a, name + "_")(*arguments, **keywords)
    getattr(b, name + "_")(*ours[1], **keywords)
    assert difference(b, a, 1e-12) is None


@pytest.mark.parametrize("call", [lambda m: m.ones(2, requires_grad=True).asin_(), lambda m: m.ones(2, dtype=m.int64).erf_(),
                                  lambda m: m.ones(2).hypot_(m.ones(3)), lambda m: m.ones(2).hypot_(1), lambda m: m.ones(2).asin_(1),
                                  lambda m: m.ones(2).expand(2, 2).tan_(), lambda m: m.ones(2).atan2_(m.ones(3, 2))])
def test_what_cannot_be_changed_in_place_says_so_as_pytorch_does(call):
    assert error_of(lambda: call(cg)) == error_of(lambda: call(torch)) is not None


@pytest.mark.parametrize("name,arguments", [("squeeze", ()), ("squeeze", (0,)), ("squeeze", ((0, 2),)), ("unsqueeze", (-1,)), ("transpose", (0, 2)),
                                            ("swapaxes", (0, 1)), ("swapdims", (1, 2)), ("squeeze", (7,)), ("t", ())])
def test_views(name, arguments):
    def run(m, x):
        y = x * 2
        out = getattr(y, name + "_")(*arguments)
        assert out is y
        (y * y).sum().backward()
        return [y, x.grad, str(y.shape), str(y.stride()), type(y.grad_fn).__name__.rstrip("0123456789"), y._version]

    x = torch.rand(1, 3, 1, dtype=torch.float64).requires_grad_()
    ours = Carrier()(x)
    theirs = error_of(lambda: run(torch, x))
    if theirs is not None:
        assert error_of(lambda: run(cg, ours)) == theirs
        return
    x.grad = None
    a, b = run(torch, x), run(cg, ours)
    assert a[2:] == b[2:]
    assert difference(b[0], a[0], 0) is None and difference(b[1], a[1], 0) is None


def test_views_of_leaves_are_refused():
    for m in torch, cg:
        leaf = m.ones(1, 3, requires_grad=True)
        with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation."):
            leaf.squeeze_()
        with m.no_grad():
            assert tuple(leaf.squeeze_().shape) == (3,)
