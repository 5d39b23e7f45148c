"""torch.func, registration hooks and a few small names: programs run with PyTorch and with convgrad must give the same."""
import array
import importlib
import pathlib
import sys
import threading

import pytest

import convgrad as cg

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from test_autograd import both, cases, error, outcome, warned  # noqa: E402


def func(m):
    return importlib.import_module(m.__name__ + ".func")


def given(m, *values, requires_grad=False):
    return m.tensor(values or (1.0, 2.0), dtype=m.float64, requires_grad=requires_grad)


class Calls:
    """A module for functional_call, made with either library."""

    def __new__(cls, m):
        class Net(m.nn.Module):
            def __init__(self):
                super().__init__()
                self.inner = m.nn.Linear(2, 2)
                self.scale = m.nn.Parameter(m.ones(2))
                self.tied = self.scale
                self.register_buffer("count", m.zeros(()))
                self.register_buffer("total", m.zeros(2))

            def forward(self, x, shift=0.0):
                self.count += 1
                self.total = self.total + x.detach()
                return self.inner(x) * self.scale * self.tied + shift

        net = Net()
        with m.no_grad():
            for i, p in enumerate(net.parameters()):
                p.copy_(m.arange(p.numel()).reshape(p.shape) + i)
        return net


WEIGHTS = {"inner.weight": [[1.0, 2.0], [3.0, 4.0]], "inner.bias": [5.0, 6.0], "scale": [2.0, 3.0]}


def tensors(m, **options):
    return {name: m.tensor(value, **options) for name, value in WEIGHTS.items()}


# ---- functional_call

@both
@cases(
    all=lambda m, net, call: call(net, tensors(m), m.ones(2)),
    some=lambda m, net, call: call(net, {"scale": m.ones(2) * 3}, (m.ones(2),)),
    none=lambda m, net, call: call(net, {}, m.ones(2), {"shift": 1}),
    named=lambda m, net, call: call(net, tensors(m), None, {"x": m.ones(2), "shift": 2.0}),
    several=lambda m, net, call: call(net, (tensors(m), {"total": m.ones(2)}), (m.ones(2), 1)),
    listed=lambda m, net, call: call(net, [{}, tensors(m)], m.ones(2)),
    tied_to_the_other_name=lambda m, net, call: call(net, {"tied": m.ones(2) * 3}, m.ones(2)),
    not_tied=lambda m, net, call: call(net, {"scale": m.ones(2) * 3}, m.ones(2), tie_weights=False),
    same_for_both=lambda m, net, call: (lambda t: call(net, {"scale": t, "tied": t}, m.ones(2)))(m.ones(2) * 3),
    other_shape=lambda m, net, call: call(net, {"inner.weight": m.ones(2, 3), "inner.bias": m.ones(2)}, m.ones(3)[:2]),
    not_a_dict=lambda m, net, call: call(net, 3, m.ones(2)),
    not_dicts=lambda m, net, call: call(net, ({}, 3), m.ones(2)),
    twice=lambda m, net, call: call(net, ({"scale": m.ones(2)}, {"scale": m.ones(2), "tied": m.ones(2)}), m.ones(2)),
    different_for_tied=lambda m, net, call: call(net, {"scale": m.ones(2), "tied": m.zeros(2)}, m.ones(2)),
    strict_and_less=lambda m, net, call: call(net, tensors(m), m.ones(2), strict=True),
    strict_and_more=lambda m, net, call: call(net, {**tensors(m), "other": m.ones(1), "q.w": m.ones(1)}, m.ones(2), strict=True),
    strict=lambda m, net, call: call(net, {**tensors(m), "count": m.ones(()), "total": m.ones(2)}, m.ones(2), strict=True),
    unknown_module=lambda m, net, call: call(net, {"outer.weight": m.ones(2)}, m.ones(2)),
)
def test_functional_call(m, program):
    net = Calls(m)
    before = [p.tolist() for p in net.parameters()]
    result = outcome(lambda: program(m, net, func(m).functional_call))
    return [result, before == [p.tolist() for p in net.parameters()], net.count, net.total, net.scale is net.tied]


@both
def test_functional_call_gives_gradients_to_what_it_was_given(m):
    net, own = Calls(m), tensors(m, requires_grad=True)
    func(m).functional_call(net, own, m.ones(2)).sum().backward()
    return [[t.grad for t in own.values()], [p.grad for p in net.parameters()]]


@both
def test_functional_call_shows_changed_buffers_in_the_dict(m):
    net = Calls(m)
    own = {"count": m.ones(()), "total": m.ones(2)}
    func(m).functional_call(net, own, m.ones(2))
    return [own, net.count, net.total]


@both
def test_stateless_functional_call_is_deprecated(m):
    stateless = importlib.import_module(m.__name__ + ".nn.utils.stateless")
    return warned(lambda: stateless.functional_call(Calls(m), tensors(m), m.ones(2)))


@both
def test_functional_call_inside_grad(m):
    layer = m.nn.Linear(2, 2).double()
    own = {"weight": m.ones(2, 2, dtype=m.float64), "bias": given(m)}
    found = func(m).grad(lambda p, x: func(m).functional_call(layer, p, x).pow(2).sum())(own, given(m))
    return [found, list(found), layer.weight.grad]


# ---- grad, vjp, jacrev

@both
@cases(
    one=lambda m, f, x, w: f.grad(lambda t: t.pow(3).sum())(x),
    twice=lambda m, f, x, w: f.grad(lambda t: f.grad(lambda s: s.pow(3).sum())(t).sum())(x),
    three_times=lambda m, f, x, w: f.grad(f.grad(f.grad(lambda t: t ** 4)))(m.tensor(2.0)),
    nested_over_both=lambda m, f, x, w: f.grad(lambda t: (t * f.grad(lambda s: (s * s * t).sum())(t)).sum())(x),
    value=lambda m, f, x, w: f.grad_and_value(lambda t: t.exp().log().sum())(x),
    second=lambda m, f, x, w: f.grad(lambda a, b: (a * b * b).sum(), argnums=1)(x, w),
    last=lambda m, f, x, w: f.grad(lambda a, b: (a * b * b).sum(), argnums=-1)(x, x),
    both=lambda m, f, x, w: f.grad(lambda a, b: (a * b * b).sum(), argnums=(1, 0))(x, w),
    aux=lambda m, f, x, w: f.grad(lambda t: ((t * t).sum(), {"a": (t * 2, w * t)}), has_aux=True)(x),
    aux_and_value=lambda m, f, x, w: f.grad_and_value(lambda t: ((t * w).sum(), t), has_aux=True)(x),
    dict=lambda m, f, x, w: f.grad(lambda d, n: (d["a"] * d["b"][0]).sum() * n)({"a": x, "b": [w]}, 3),
    named=lambda m, f, x, w: f.grad(lambda t, *, by: (t * t * by).sum())(x, by=w),
    independent=lambda m, f, x, w: f.grad(lambda t: (w * w).sum())(x),
    of_what_requires_grad=lambda m, f, x, w: f.grad(lambda t: (t * t).sum())(w),
    caught=lambda m, f, x, w: f.grad(lambda t: (t * t * w).sum())(x),
    caught_itself=lambda m, f, x, w: f.grad(lambda t: (t * t * w).sum())(w),
    no_grad_inside=lambda m, f, x, w: f.grad(lambda t: (t * no_grad_of(m, t)).sum())(x),
    jacobian=lambda m, f, x, w: f.jacrev(lambda t: m.outer(t, t * t))(x),
    jacobian_of_both=lambda m, f, x, w: f.jacrev(lambda a, b: {"p": a * b, "s": (a.sum(), b)}, argnums=(0, 1))(x, w),
    jacobian_of_dict=lambda m, f, x, w: f.jacrev(lambda d: d["a"].sin() * d["b"].sum())({"a": x, "b": given(m, 3.0)}),
    jacobian_and_aux=lambda m, f, x, w: f.jacrev(lambda t: (t * t, t), has_aux=True, chunk_size=1)(x),
    hessian=lambda m, f, x, w: f.hessian(lambda t: t.prod() * t.sum())(x),
    hessian_of_both=lambda m, f, x, w: f.hessian(lambda a, b: (a * a * b * b * b).sum(), argnums=(0, 1))(x, w),
    product=lambda m, f, x, w: products(f.vjp(lambda t: t.exp(), x), x),
    product_of_several=lambda m, f, x, w: products(f.vjp(lambda a, b: (a * b, {"c": b.sum()}), x, w), (x, {"c": given(m, 2.0).squeeze()})),
    product_and_aux=lambda m, f, x, w: products(f.vjp(lambda t: (t.sin(), t * w), x, has_aux=True), x),
    product_with_history=lambda m, f, x, w: products(f.vjp(lambda t: t * t, x), w),
)
def test_transforms(m, program):
    x, w = given(m), given(m, 3.0, -1.0, requires_grad=True)
    result = program(m, func(m), x, w)
    first = result
    while isinstance(first, (tuple, dict)):
        first = next(iter(first.values() if isinstance(first, dict) else first))
    if first.requires_grad:
        first.sum().backward()
    with m.no_grad():
        again = program(m, func(m), x, w)
    return [result, again, x.grad, w.grad, x.requires_grad]


def no_grad_of(m, t):
    with m.no_grad():
        return t * t


def products(found, cotangents):
    return found[1](cotangents), found[1](cotangents), found[0], *found[2:]


@both
@cases(
    vector=lambda m, f, x: f.grad(lambda t: t)(x),
    no_tensor_out=lambda m, f, x: f.grad(lambda t: 3.0)(x),
    no_tensor_in=lambda m, f, x: f.grad(lambda t: t)(2.0),
    integers=lambda m, f, x: f.grad(lambda t: t.sum())(m.tensor([1, 2])),
    place=lambda m, f, x: f.grad(lambda t: t.sum(), argnums=1)(x),
    negative_place=lambda m, f, x: f.grad(lambda t: t.sum(), argnums=-2)(x),
    named_alone=lambda m, f, x: f.grad(lambda t: t.sum())(t=x),
    place_kind=lambda m, f, x: f.grad(lambda t: t.sum(), argnums="0")(x),
    place_kind_inside=lambda m, f, x: f.grad(lambda t: t.sum(), argnums=(0.5,))(x),
    no_places=lambda m, f, x: f.grad(lambda t: t.sum(), argnums=())(x),
    same_place=lambda m, f, x: f.grad(lambda t: t.sum(), argnums=(0, -1))(x),
    aux=lambda m, f, x: f.grad(lambda t: t.sum(), has_aux=True)(x),
    aux_kind=lambda m, f, x: f.grad(lambda t: (t.sum(), 3), has_aux=True)(x),
    vjp_aux=lambda m, f, x: f.vjp(lambda t: t.sum(), x, has_aux=True),
    vjp_out=lambda m, f, x: f.vjp(lambda t: (t, 2), x),
    vjp_none=lambda m, f, x: f.vjp(lambda t: None, x),
    vjp_integers=lambda m, f, x: f.vjp(lambda t: t.long(), x),
    vjp_form=lambda m, f, x: f.vjp(lambda t: (t, {"a": t}), x)[1](x),
    vjp_shape=lambda m, f, x: f.vjp(lambda t: t, x)[1](given(m, 1.0, 2.0, 3.0)),
    chunk=lambda m, f, x: f.jacrev(lambda t: t, chunk_size=0),
)
def test_errors_of_transforms(m, program):
    return error(lambda: program(m, func(m), given(m)))


@pytest.mark.parametrize("name", ["vmap", "jacfwd", "jvp", "linearize", "functionalize", "stack_module_state"])
def test_what_is_not_there_says_so(name):
    assert not hasattr(func(cg), name)


# ---- registration hooks, old backward hooks of all modules

def other(m, found):
    if isinstance(found, m.nn.Parameter):
        return m.nn.Parameter(m.ones(1))
    return m.ones(1) if isinstance(found, m.Tensor) else m.nn.ReLU()


@both
@cases(
    log=lambda m, found: None,
    other=lambda m, found: other(m, found),
)
def test_registration_hooks(m, program):
    module, log = m.nn.modules.module, []

    def hook(owner, name, found):
        log.append([type(owner).__name__, name, type(found).__name__])
        return program(m, found)

    kinds = ("buffer", "parameter", "module")
    handles = [getattr(module, f"register_module_{kind}_registration_hook")(hook) for kind in kinds]
    try:
        net = m.nn.Module()
        net.a = m.nn.Parameter(m.zeros(2))
        net.register_parameter("b", None)
        net.register_parameter("c", m.nn.Parameter(m.zeros(2)))
        net.a = None
        net.register_buffer("d", m.zeros(3))
        net.d = m.zeros(4)
        net.e = m.nn.Buffer(m.zeros(5))
        net.f = m.nn.Tanh()
        net.f = None
        net.add_module("g", m.nn.Sigmoid())
    finally:
        for handle in handles:
            handle.remove()
    net.h = m.nn.Parameter(m.zeros(2))
    children = [type(c).__name__ for c in net.children()]
    return [log, dict(net.named_parameters()), dict(net.named_buffers()), children, "h" in net._parameters]


@both
def test_old_backward_hooks_of_all_modules(m):
    module, log = m.nn.modules.module, []
    x = m.ones(2, requires_grad=True)
    try:
        handle = module.register_module_backward_hook(lambda owner, *grads: log.append([type(owner).__name__, *grads]))
        net = m.nn.Sequential(m.nn.Tanh(), m.nn.Sigmoid())
        result = warned(lambda: net(x).sum().backward())
        failed = error(lambda: module.register_module_full_backward_hook(print))
        handle.remove()
        m.nn.Tanh()(x).sum().backward()
    finally:
        module._global_is_full_backward_hook = None
    full = module.register_module_full_backward_hook(print)
    full.remove()
    again = error(lambda: module.register_module_backward_hook(print))
    module._global_is_full_backward_hook = None
    return [[[name, [g is not None for g in i], [g is not None for g in o]] for name, i, o in log], result, failed, again]


# ---- small names

@both
@cases(
    apply=lambda m: m.arange(6.0).reshape(2, 3).t().apply_(lambda v: v * 10 + 1),
    apply_integers=lambda m: m.tensor([1, 2, 3]).apply_(lambda v: v / 2),
    apply_booleans=lambda m: m.tensor([True, False]).apply_(lambda v: not v),
    apply_is_in_place=lambda m: (lambda x: [x.apply_(lambda v: 7) is x, x, x._version])(m.zeros(2)),
    apply_part=lambda m: (lambda x: [x[:, 1].apply_(lambda v: v + 5), x])(m.zeros(2, 2)),
    apply_text=lambda m: m.zeros(2).apply_(lambda v: "a"),
    apply_text_to_integers=lambda m: m.zeros(2, dtype=m.int64).apply_(lambda v: "a"),
    apply_no_function=lambda m: m.zeros(2).apply_(3),
    apply_grad=lambda m: m.zeros(2, requires_grad=True).apply_(abs),
    apply_until_an_error=lambda m: (lambda x: [outcome(lambda: x.apply_(lambda v: v * 2 if v < 3 else 1 // 0)), x])(m.arange(1.0, 5.0)),
    map=lambda m: m.arange(4.0).reshape(2, 2).map_(m.tensor([10.0, 20.0]), lambda a, b: a - b),
    map_grad=lambda m: m.zeros(2).map_(m.zeros(2, requires_grad=True), max),
    map_dtype=lambda m: m.zeros(2).map_(m.zeros(2, dtype=m.int64), max),
    map_shape=lambda m: m.zeros(2).map_(m.zeros(3), max),
    map_no_tensor=lambda m: m.zeros(2).map_(3, max),
    map2=lambda m: m.ones(2).map2_(m.tensor([2.0, 3.0]), m.tensor(5.0), lambda a, b, c: a + b * c),
    map2_dtype=lambda m: m.zeros(2).map2_(m.zeros(2), m.zeros(2, dtype=m.int32), max),
)
def test_functions_of_elements(m, program):
    return outcome(lambda: program(m))


@both
@cases(
    vectors=lambda m: m.kron(m.arange(3.0), m.tensor([1.0, 2.0])),
    matrices=lambda m: m.kron(m.arange(4.0).reshape(2, 2), m.arange(6.0).reshape(2, 3)),
    other_dims=lambda m: m.kron(m.arange(8.0).reshape(2, 2, 2), m.tensor([1.0, 2.0])),
    smaller_first=lambda m: m.tensor([1.0, 2.0]).kron(m.arange(4.0).reshape(2, 2)),
    numbers=lambda m: m.kron(m.tensor(3.0), m.tensor(2.0)),
    types=lambda m: m.kron(m.tensor([1, 2]), m.tensor([1.5])),
    empty=lambda m: m.kron(m.ones(1, 0), m.ones(2)),
    out=lambda m: (lambda out: [m.kron(m.ones(2), m.ones(2), out=out) is out, out])(m.zeros(0)),
    no_tensor=lambda m: m.kron(m.ones(2), 3),
    no_tensor_method=lambda m: m.ones(2).kron(3),
)
def test_kron(m, program):
    return outcome(lambda: program(m))


@both
def test_kron_has_gradients(m):
    x, y = given(m, requires_grad=True), given(m, 3.0, 4.0, requires_grad=True)
    g, = m.autograd.grad(m.kron(x, y).pow(3).sum(), x, create_graph=True)
    g.sum().backward()
    return [g, x.grad, y.grad]


@both
@cases(
    floats=lambda m, b: m.frombuffer(b, dtype=m.float32),
    part=lambda m, b: m.frombuffer(b, dtype=m.int32, count=2, offset=4),
    to_the_end=lambda m, b: m.frombuffer(b, dtype=m.uint8, count=-5, offset=10),
    array=lambda m, b: m.frombuffer(array.array("i", [1, 2, 3]), dtype=m.int32),
    grad=lambda m, b: m.frombuffer(b, dtype=m.float64, requires_grad=True),
    too_many=lambda m, b: m.frombuffer(b, dtype=m.int32, count=5),
    odd=lambda m, b: m.frombuffer(b, dtype=m.int32, offset=3),
    behind=lambda m, b: m.frombuffer(b, dtype=m.int32, offset=16),
    before=lambda m, b: m.frombuffer(b, dtype=m.int32, offset=-1),
    none=lambda m, b: m.frombuffer(b, dtype=m.int32, count=0),
    empty=lambda m, b: m.frombuffer(bytearray(), dtype=m.int32),
    no_buffer=lambda m, b: m.frombuffer(3, dtype=m.int32),
    in_steps=lambda m, b: m.frombuffer(memoryview(b)[::2], dtype=m.uint8),
    grad_of_integers=lambda m, b: m.frombuffer(b, dtype=m.int32, requires_grad=True),
)
def test_frombuffer(m, program):
    return outcome(lambda: program(m, bytearray(range(16))))


@both
def test_frombuffer_shares_the_memory(m):
    b = bytearray(8)
    t = m.frombuffer(b, dtype=m.uint8, offset=2)
    b[3], t[0] = 9, 7
    return [t, list(b)]


@pytest.mark.filterwarnings("ignore:The given buffer")
@both
def test_frombuffer_takes_what_is_not_writable(m):
    return m.frombuffer(bytes([1, 2]), dtype=m.uint8)


def test_frombuffer_warns_once_of_what_is_not_writable():
    functional = importlib.import_module("convgrad.functional")
    functional._warned_of_buffer = False
    _, first = warned(lambda: cg.frombuffer(bytes(2), dtype=cg.uint8))
    _, second = warned(lambda: cg.frombuffer(bytes(2), dtype=cg.uint8))
    assert [kind for kind, _ in first] == ["UserWarning"] and first[0][1].startswith("The given buffer is not writable") and second == []


@both
def test_modes_can_be_asked_for(m):
    def asked():
        return [m.is_inference_mode_enabled(), m.is_grad_enabled(), m.is_anomaly_enabled()]

    seen = [asked()]
    with m.inference_mode():
        seen.append(asked())
        with m.enable_grad():
            seen.append(asked())
        with m.inference_mode(False):
            seen.append(asked())
        seen.append(asked())
        thread = threading.Thread(target=lambda: seen.append(m.is_inference_mode_enabled()))
        thread.start()
        thread.join()
        seen.append(m.inference_mode(False)(asked)())
    with m.autograd.set_detect_anomaly(True, check_nan=False):
        seen.append(asked())
    return [seen, asked(), m.inference_mode()(asked)(), m.get_device(m.ones(1)), m.is_inference(m.ones(1)), m.ones(1).is_inference(),
            error(lambda: m.get_device(3)), error(lambda: m.is_inference(3))]
