"""torch.utils.checkpoint: small programs run with PyTorch and with convgrad must give the same values, gradients, errors and warnings."""
import collections
import contextlib
import gc
import importlib
import pathlib
import sys

import pytest

import convgrad as cg

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from test_autograd import both, cases, error, leaf, outcome, warned  # noqa: E402

REENTRANT = pytest.mark.parametrize("reentrant", [True, False], ids=["reentrant", "not reentrant"])
Pair = collections.namedtuple("Pair", "left right")


def checkpoints(m):
    return importlib.import_module(m.__name__ + ".utils.checkpoint")


def layers(m):
    m.manual_seed(3)
    return m.nn.Linear(3, 3).double(), m.nn.Linear(3, 3).double()


def gradients(*tensors):
    return [t.grad for t in tensors]


@both
@REENTRANT
def test_values_and_gradients_are_those_without(m, reentrant):
    first, second = layers(m)
    x = m.randn(2, 3, dtype=m.float64, requires_grad=True)
    calls = []

    def block(v):
        calls.append(m.is_grad_enabled())
        return second(first(v).tanh()).exp()

    y = checkpoints(m).checkpoint(block, first(x), use_reentrant=reentrant)
    (y * y).sum().backward()
    return [y, len(calls), calls[-1], gradients(x, *first.parameters(), *second.parameters())]


@both
@REENTRANT
def test_random_numbers_are_the_same_again(m, reentrant):
    x = m.ones(50, requires_grad=True)
    m.manual_seed(1)
    y = checkpoints(m).checkpoint(lambda v: m.nn.functional.dropout(v * 2, 0.5), x, use_reentrant=reentrant)
    m.rand(3)
    y.sum().backward()
    return [y.detach().equal(x.grad), x.grad, m.rand(1)]  # the stream goes on as if nothing had been drawn


@both
@REENTRANT
def test_random_numbers_are_others_where_their_state_is_not_kept(m, reentrant):
    x = m.ones(50, requires_grad=True)
    m.manual_seed(1)
    y = checkpoints(m).checkpoint(lambda v: m.nn.functional.dropout(v * 2, 0.5).exp(), x, use_reentrant=reentrant, preserve_rng_state=False)
    y.sum().backward()
    return [((y != 1) == (x.grad != 0)).all(), m.rand(1)]


@both
@cases(
    parts=lambda m, s, x: checkpoints(m).checkpoint_sequential(s, 2, x, use_reentrant=False),
    reentrant=lambda m, s, x: checkpoints(m).checkpoint_sequential(s, 3, x, use_reentrant=True),
    listed=lambda m, s, x: checkpoints(m).checkpoint_sequential(list(s), 2, x, use_reentrant=False, preserve_rng_state=False),
    one=lambda m, s, x: checkpoints(m).checkpoint_sequential(s, 1, x, use_reentrant=False),
)
def test_sequential_in_parts(m, program):
    first, second = layers(m)
    x = m.randn(2, 3, dtype=m.float64, requires_grad=True)
    y = program(m, m.nn.Sequential(first, m.nn.Tanh(), second, m.nn.Tanh(), first), x)
    y.sum().backward()
    return [y, gradients(x, *first.parameters(), *second.parameters())]


def nested(m):
    first, second = layers(m)
    x, still = m.randn(4, 3, dtype=m.float64, requires_grad=True), m.ones(4, 3, dtype=m.float64)
    return first, second, x, still, lambda f, *given, **named: checkpoints(m).checkpoint(f, *given, use_reentrant=False, **named)


@both
@cases(
    inside=lambda m, first, second, x, still, ck: ck(lambda v: ck(lambda w: first(w).tanh(), second(v)).exp(), x),
    reentrant_inside=lambda m, first, second, x, still, ck: ck(
        lambda v: checkpoints(m).checkpoint(lambda w: first(w).tanh(), second(v), use_reentrant=True).exp(), x),
    named=lambda m, first, second, x, still, ck: ck(lambda v, *, scale, by=None: first(v) * scale + by, x, scale=second(x), by=still),
    in_lists=lambda m, first, second, x, still, ck: ck(lambda vs, d: first(vs[0]) * d["a"][1], [second(x), 3], {"a": (None, x)}),
    named_tuple=lambda m, first, second, x, still, ck: ck(lambda p: first(p.left).sin() * p.right, Pair(x, still)),
    no_input_requires_grad=lambda m, first, second, x, still, ck: ck(lambda v: second(first(v)).sin(), still),
    no_tensor_at_all=lambda m, first, second, x, still, ck: ck(lambda n: first(still * n).sin(), 2),
    result_of_the_surroundings=lambda m, first, second, x, still, ck: (lambda h: ck(lambda v: (v * h).sin(), second(h)))(first(x)),
    argument_and_leaf=lambda m, first, second, x, still, ck: ck(lambda v: (v * x).sin(), x),
    argument_and_the_same_outside=lambda m, first, second, x, still, ck: (lambda h: ck(lambda v: (v * h).sin() + first(v), h))(first(x)),
    same_argument_twice=lambda m, first, second, x, still, ck: ck(lambda v, w: (v * w).sin(), x, x),
    argument_given_back=lambda m, first, second, x, still, ck: ck(lambda v: v, first(x)),
    changed_in_place=lambda m, first, second, x, still, ck: ck(lambda v: first(v).mul_(2).sin_() * v, second(x)),
    result_changed_in_place=lambda m, first, second, x, still, ck: ck(lambda v: first(v).sin(), x).mul_(x),
    view=lambda m, first, second, x, still, ck: ck(lambda v: v.t(), first(x)) * 2,
    without_grad_inside=lambda m, first, second, x, still, ck: ck(lambda v: first(v.detach()) * second(v), x),
    module=lambda m, first, second, x, still, ck: ck(m.nn.Sequential(first, m.nn.Tanh(), m.nn.BatchNorm1d(3).double(), second), x),
)
def test_gradients_without_reentrant_autograd_reach_everything(m, program):
    first, second, x, still, ck = nested(m)
    y = program(m, first, second, x, still, ck)
    (y * y).sum().backward()
    return [y, gradients(x, still, *first.parameters(), *second.parameters())]


@both
def test_results_of_all_forms_come_back_as_they_are(m):
    x, w, still = leaf(m), leaf(m), m.ones(2)

    def block(v):
        return {"a": (v * 2, [still, 3]), "b": Pair(w, v.sin()), "c": (v * w).long()}

    made = checkpoints(m).checkpoint(block, x, use_reentrant=False)
    (made["a"][0] + made["b"].right).sum().backward()
    return [made, type(made["b"]).__name__, made["b"].left is w, made["a"][1][0] is still, x.grad, w.grad]


@both
def test_some_results_alone_have_gradients(m):
    x, w = leaf(m, dtype=m.float64), leaf(m, dtype=m.float64)
    a, b = checkpoints(m).checkpoint(lambda v: (v.exp(), (v * w).sin()), x, use_reentrant=False)
    first = m.autograd.grad(a.sum(), [x, w], retain_graph=True, allow_unused=True)
    return [first, m.autograd.grad(b.sum(), w), error(lambda: m.autograd.grad(b.sum(), m.ones(2, requires_grad=True)))]


@both
def test_gradients_of_gradients(m):
    first, second, x, still, ck = nested(m)
    y = first(x)  # first is on both sides of the border
    out = ck(lambda v: (second(first(v).tanh()) * v).sin(), y)
    g, = m.autograd.grad(out.sum(), x, create_graph=True)
    h, = m.autograd.grad(g.pow(2).sum(), x, create_graph=True)
    (h * g).sum().backward()
    return [g, h, gradients(x, *first.parameters(), *second.parameters())]


@both
def test_hooks_are_called_once_with_the_whole_gradient(m):
    w, x = leaf(m), leaf(m)
    log = []
    w.register_hook(lambda g: log.append(g.tolist()) or g * 10)
    h = x * w
    h.register_hook(lambda g: log.append(g.tolist()))
    y = checkpoints(m).checkpoint(lambda v: v * v * w, h, use_reentrant=False)
    y.register_hook(lambda g: log.append(g.tolist()))
    (y + w).sum().backward()
    return [log, w.grad, x.grad]


@both
def test_second_backward_needs_retain_graph(m):
    first, second, x, still, ck = nested(m)
    y = ck(lambda v: first(v).sin(), still).sum()
    y.backward(retain_graph=True)
    y.backward()
    return [gradients(*first.parameters()), error(y.backward)]


@both
def test_changed_argument_is_noticed(m):
    x = leaf(m) * 1
    y = checkpoints(m).checkpoint(lambda v: (v * v).sin(), x, use_reentrant=False)
    x.mul_(2)
    return error(y.sum().backward)[0]


def test_argument_changed_inside_has_its_gradient():
    """PyTorch refuses it."""
    x = leaf(cg, dtype=cg.float64)
    checkpoints(cg).checkpoint(lambda v: v.mul_(2).sin(), x * 1, use_reentrant=False).sum().backward()
    assert cg.allclose(x.grad, 2 * (2 * x.detach()).cos())


@both
def test_nothing_is_kept_or_called_again_without_grad(m):
    calls = []
    with m.no_grad():
        y = checkpoints(m).checkpoint(lambda v: calls.append(1) or v * 2, leaf(m), use_reentrant=False, context_fn=contexts(calls))
    return [y, calls]


def contexts(log):
    @contextlib.contextmanager
    def named(name):
        log.append("in " + name)
        yield
        log.append("out of " + name)

    return lambda: (named("forward"), named("recomputation"))


@both
def test_contexts_are_entered_around_the_function(m):
    x, log = leaf(m), []

    def square(v):
        log.append("called")
        return v * v

    y = checkpoints(m).checkpoint(square, x, use_reentrant=False, context_fn=contexts(log), early_stop=False)
    log.append("backward")
    y.sum().backward()
    return [log, x.grad]


@REENTRANT
def test_intermediate_results_are_let_go(reentrant):
    x = cg.ones(100_000, requires_grad=True)

    def block(v):
        for _ in range(20):
            v = v.sin()
        return v

    def kept(call):
        gc.collect()
        before = cg._C._memory_stats()[0]
        y = call()
        return cg._C._memory_stats()[0] - before, y

    assert kept(lambda: block(x))[0] > 10 * 400_000
    grown, y = kept(lambda: checkpoints(cg).checkpoint(block, x, use_reentrant=reentrant))
    assert grown < 2 * 400_000
    y.sum().backward()
    assert x.grad is not None


@both
@cases(
    not_said=lambda m, x: warned(lambda: checkpoints(m).checkpoint(lambda v: v * 2, x)),
    not_said_of_parts=lambda m, x: warned(lambda: checkpoints(m).checkpoint_sequential([m.sin, m.cos], 2, x)),
    nothing_requires_grad=lambda m, x: warned(lambda: checkpoints(m).checkpoint(lambda v: x * v, m.ones(2), use_reentrant=True)),
    said=lambda m, x: warned(lambda: checkpoints(m).checkpoint(lambda v: v * 2, m.ones(2), use_reentrant=False)),
)
def test_warnings(m, program):
    return program(m, leaf(m))


@both
@cases(
    names=lambda m, x, ck: ck(lambda v: v, x, use_reentrant=True, scale=2, more=3),
    names_of_parts=lambda m, x, ck: checkpoints(m).checkpoint_sequential([m.sin], 1, x, use_reentrant=True, scale=2),
    context=lambda m, x, ck: ck(lambda v: v, x, use_reentrant=True, context_fn=contexts([])),
    debug=lambda m, x, ck: ck(lambda v: v, x, use_reentrant=True, debug=True),
    debug_and_context=lambda m, x, ck: ck(lambda v: v, x, use_reentrant=False, debug=True, context_fn=contexts([])),
    check=lambda m, x, ck: ck(lambda v: v, x, use_reentrant=False, determinism_check="some"),
    grad=lambda m, x, ck: m.autograd.grad(ck(m.sin, x, use_reentrant=True).sum(), x),
    backward_for_some=lambda m, x, ck: ck(m.sin, x, use_reentrant=True).sum().backward(inputs=[x]),
    backward_for_some_function=lambda m, x, ck: m.autograd.backward(ck(m.sin, x, use_reentrant=True).sum(), inputs=x),
    nothing_to_do=lambda m, x, ck: ck(lambda v: v.detach(), x, use_reentrant=True).sum().backward(),
    own_error=lambda m, x, ck: ck(lambda v: v + m.ones(3), x, use_reentrant=False),
    detached_list=lambda m, x, ck: checkpoints(m).detach_variable([x]),
)
def test_errors(m, program):
    return error(lambda: program(m, leaf(m), checkpoints(m).checkpoint))


@both
@REENTRANT
def test_gradients_are_refused_only_while_some_are_asked_for(m, reentrant):
    x = leaf(m, dtype=m.float64)
    y = checkpoints(m).checkpoint(m.sin, x, use_reentrant=reentrant).sum()
    failed = outcome(lambda: m.autograd.grad(y, x, retain_graph=True))
    y.backward()
    return [failed[0] if reentrant else failed, x.grad]


@both
@cases(
    shape=lambda v: v[:2],
    dtype=lambda v: v.double(),
)
def test_another_form_the_second_time_is_an_error(m, program):
    x, calls = leaf(m, 1.0, 2.0, 3.0), []

    def block(v):
        calls.append(1)
        return (v if len(calls) == 1 else program(v)).exp()

    y = checkpoints(m).checkpoint(block, x, use_reentrant=False).sum()
    kind, text = error(y.backward)
    return [kind, text.split("\n")[0]]
