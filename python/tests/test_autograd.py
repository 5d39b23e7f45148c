"""Autograd as Python programs meet it: small programs run with PyTorch and with convgrad must give the same values, errors and warnings."""
import gc
import inspect
import math
import threading
import types
import warnings
import weakref

import pytest

import convgrad as cg

torch = pytest.importorskip("torch")
TENSORS = (torch.Tensor, cg.Tensor)


def shown(value):
    """A program's result as plain Python, so that two of them compare, NaN included."""
    if isinstance(value, TENSORS):
        return [str(value.dtype), tuple(value.shape), value.requires_grad, shown(value.detach().tolist())]
    if isinstance(value, (list, tuple)):
        return [shown(v) for v in value]
    if isinstance(value, dict):
        return {k: shown(v) for k, v in value.items()}
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, type):
        return value.__name__
    if hasattr(value, "next_functions"):
        return value.name()
    assert value is None or isinstance(value, (bool, int, str)), type(value)
    return value


def both(program):
    """Makes of a program, a function of the module, a test that runs it with PyTorch and with convgrad."""
    def test(**given):
        expected = shown(program(torch, **given))
        assert shown(program(cg, **given)) == expected

    test.__name__, test.__doc__, test.pytestmark = program.__name__, program.__doc__, getattr(program, "pytestmark", [])
    test.__signature__ = inspect.Signature(list(inspect.signature(program).parameters.values())[1:])
    return test


def cases(**programs):
    """Several small programs of one subject, named."""
    return pytest.mark.parametrize("program", programs.values(), ids=programs)


def error(call, *arguments):
    """Type and text of what a call raises; it must raise."""
    try:
        call(*arguments)
    except Exception as raised:  # noqa: BLE001
        return type(raised).__name__, str(raised)
    raise AssertionError("no error")


def outcome(call):
    """What a call gives, or type and text of what it raises."""
    try:
        return call()
    except Exception as raised:  # noqa: BLE001
        return type(raised).__name__, str(raised)


def warned(call):
    """What a call gives, and the warnings on the way."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call()
    return result, [(w.category.__name__, str(w.message)) for w in caught]


def leaf(m, *values, **options):
    return m.tensor(values or (1.0, 2.0), requires_grad=True, **options)


def graph(node):
    """The names of a node and of all below it."""
    if node is None:
        return None
    below = [[graph(function), number] for function, number in node.next_functions]
    return [node.name().removeprefix("torch::autograd::"), type(node).__name__, below]


# ---- leaves, .grad, accumulation

@both
def test_leaves_get_gradients_and_others_do_not(m):
    x, w, still = leaf(m), leaf(m, 3.0, 4.0), m.ones(2)
    y = x * w + still
    y.sum().backward()
    return [x.grad, w.grad, still.grad] + [[t.is_leaf, t.requires_grad, t.grad_fn and t.grad_fn.name(), t.output_nr] for t in (x, y, still)]


@both
def test_gradients_add_up_in_the_same_object(m):
    x = leaf(m)
    (x * x).sum().backward()
    first = x.grad
    (x * x).sum().backward()
    same = first is x.grad
    x.grad = None
    (x * 3).sum().backward()
    return [first, same, x.grad, first is x.grad, x.grad.is_leaf, x.grad.requires_grad, x.grad._version]


@both
def test_gradients_of_one_tensor_used_in_several_places_add_up(m):
    x = leaf(m)
    y = x * 2
    (y * y + y.sin() + x).sum().backward()
    return x.grad


@both
def test_grad_can_be_put_zeroed_and_deleted(m):
    x = leaf(m)
    x.grad = m.ones(2)
    x.sum().backward()
    out = [x.grad.clone()]
    x.grad.zero_()
    out.append(x.grad.clone())
    del x.grad
    return out + [x.grad]


@both
@cases(number=lambda m, x: 1.0, text=lambda m, x: "a", itself=lambda m, x: x)
def test_what_cannot_be_a_grad(m, program):
    x = leaf(m)
    return [error(setattr, x, "grad", program(m, x)), x.grad]


@both
def test_retain_grad(m):
    x = leaf(m)
    y = x * 2
    y.retain_grad()
    y.retain_grad()
    (y * y).sum().backward()
    x.retain_grad()
    return [y.grad, x.grad, (x * 2).detach().grad, y.retains_grad, x.retains_grad, (x * 2).retains_grad]


@both
@cases(retain_grad=lambda m: m.ones(2).retain_grad(), hook=lambda m: m.ones(2).register_hook(print),
       post_hook_of_a_non_leaf=lambda m: (leaf(m) * 2).register_post_accumulate_grad_hook(print),
       post_hook_without_grad=lambda m: m.ones(2).register_post_accumulate_grad_hook(print), backward=lambda m: m.ones(()).backward(),
       grad=lambda m: m.autograd.grad(m.ones(()), leaf(m)), numpy=lambda m: leaf(m).numpy(),
       numpy_of_a_non_leaf=lambda m: (leaf(m) * 2).numpy(), deepcopy=lambda m: __import__("copy").deepcopy(leaf(m) * 2))
def test_what_needs_a_leaf_or_a_history(m, program):
    return error(program, m)


@both
@cases(int64=lambda m: m.ones(2, dtype=m.int64).requires_grad_(), bool=lambda m: m.ones(2, dtype=m.bool).requires_grad_(),
       made_so=lambda m: m.tensor([1, 2], requires_grad=True), zeros=lambda m: m.zeros(2, dtype=m.int32, requires_grad=True),
       arange=lambda m: m.arange(3, requires_grad=True), attribute=lambda m: setattr(m.ones(2, dtype=m.uint8), "requires_grad", True),
       off_in_the_middle=lambda m: (leaf(m) * 2).requires_grad_(False),
       off_by_attribute=lambda m: setattr(leaf(m) * 2, "requires_grad", False), deleted=lambda m: delattr(leaf(m), "requires_grad"),
       number=lambda m: setattr(m.ones(2), "requires_grad", 1), none=lambda m: m.ones(2).requires_grad_(None),
       text=lambda m: m.ones(2, requires_grad="yes"))
def test_requires_grad_refuses(m, program):
    return error(program, m)


@both
def test_requires_grad_is_switched_and_follows_from_what_is_used(m):
    x = m.ones(2)
    out = [x.requires_grad_() is x, x.requires_grad]
    out += [(x * 2).requires_grad, (x > 0).requires_grad, x.argmax().requires_grad, x.long().requires_grad]
    y = x * 2
    x.requires_grad = False
    return out + [x.requires_grad, y.requires_grad, x.clone().requires_grad]


@both
def test_grad_follows_its_leaf_into_a_change_of_type(m):
    x = leaf(m)
    (x.double() * 2).sum().backward()
    return [x.grad, x.double().grad_fn, x.float() is x]


# ---- backward and its errors

@both
def test_a_second_backward_needs_retain_graph(m):
    x = leaf(m)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    return [x.grad, error(y.backward), error(lambda: m.autograd.grad(y, x))]


@both
def test_a_second_backward_of_what_saves_nothing(m):
    x = leaf(m)
    y = (x + 1).sum()
    y.backward()
    return [x.grad, y.backward(), x.grad]


@both
@cases(not_a_scalar=lambda m, x: x.backward(), gradient_of_another_shape=lambda m, x: (x * 2).backward(m.ones(3)),
       gradient_that_would_broadcast=lambda m, x: (x * 2).backward(m.ones(1)), gradient_of_text=lambda m, x: (x * 2).backward("a"),
       too_few_gradients=lambda m, x: m.autograd.backward([x * 2, x.sum()], [m.ones(2)]),
       no_inputs=lambda m, x: x.sum().backward(inputs=[]), no_tensor=lambda m, x: m.autograd.backward([1.0]),
       a_mapping=lambda m, x: m.autograd.backward(x.sum(), inputs=types.MappingProxyType({"x": x})),
       both_names=lambda m, x: m.autograd.backward(x.sum(), m.ones(()), grad_variables=m.ones(())),
       integers=lambda m, x: x.argmax().backward(), missing=lambda m, x: m.autograd.backward())
def test_backward_refuses(m, program):
    return error(program, m, leaf(m))


@both
def test_backward_takes_gradients(m):
    x = leaf(m)
    out = []
    for call in (lambda y: y.backward(m.tensor([1.0, 10.0])), lambda y: m.autograd.backward(y, m.ones(2)),
                 lambda y: m.autograd.backward([y, y.sum()], [m.ones(2), None]),
                 lambda y: m.autograd.backward([y.sum()], [m.ones(()), m.ones(())]),
                 lambda y: m.autograd.backward(y.sum(), inputs={"x": x}), lambda y: m.autograd.backward((y,), (m.ones(2),)),
                 lambda y: y.backward(m.tensor([1.0, 10.0]).double())):
        x.grad = None
        call(x * 3)
        out.append(x.grad)
    return out


@both
def test_a_gradient_of_another_type_is_converted(m):
    x = leaf(m)
    (x * 2).backward(m.tensor([1.0, 2.0], dtype=m.float64))
    return x.grad


@both
def test_backward_into_chosen_inputs(m):
    x, w = leaf(m), leaf(m, 3.0, 4.0)
    y = x * w
    z = (y * y).sum()
    z.backward(inputs=[w], retain_graph=True)
    z.backward(inputs=y, retain_graph=True)
    return [x.grad, w.grad, warned(lambda: y.grad)[0]]


@both
def test_backward_with_create_graph_leaves_a_graph(m):
    x = leaf(m)
    (x ** 3).sum().backward(create_graph=True)
    first, x.grad = x.grad, None
    return [first, m.autograd.grad(first.sum(), x)]


@both
def test_higher_derivatives(m):
    x = leaf(m, 0.5, dtype=m.float64)
    y, out = x.sin() * x.exp(), []
    for _ in range(4):
        (y,) = m.autograd.grad(y.sum(), x, create_graph=True)
        out.append(y)
    return out


# ---- autograd.grad

@both
@cases(plain=lambda m, x, w: m.autograd.grad((x * w).sum(), (x, w)), one=lambda m, x, w: m.autograd.grad((x * w).sum(), x),
       list=lambda m, x, w: m.autograd.grad([(x * w).sum(), x.sum()], [w, x]),
       weighed=lambda m, x, w: m.autograd.grad(x * w, w, m.tensor([1.0, 5.0])),
       unused_allowed=lambda m, x, w: m.autograd.grad(x.sum(), (x, w), allow_unused=True),
       unused_as_zeros=lambda m, x, w: m.autograd.grad(x.sum(), (x, w), materialize_grads=True),
       unused_as_zeros_with_graph=lambda m, x, w: m.autograd.grad((x * x).sum(), (x, w), materialize_grads=True, create_graph=True),
       twice_the_same=lambda m, x, w: m.autograd.grad((x * w).sum(), (x, x)), itself=lambda m, x, w: m.autograd.grad(x.sum(), (x,)),
       leaf_of_itself=lambda m, x, w: m.autograd.grad(x, x, m.ones(2)), nothing_added=lambda m, x, w: (m.autograd.grad(x.sum(), x), x.grad),
       of_a_dict=lambda m, x, w: m.autograd.grad((x * w).sum(), {"x": x, "w": w}),
       only_inputs=lambda m, x, w: warned(lambda: m.autograd.grad(x.sum(), x, only_inputs=False)))
def test_grad(m, program):
    return program(m, leaf(m), leaf(m, 3.0, 4.0))


@both
def test_grad_of_what_is_in_the_middle(m):
    x = leaf(m)
    y = x * 2
    return [m.autograd.grad((y * y).sum(), (y, x)), x.grad]


@both
@cases(unused_as_zeros_and_not=lambda m, x, w: m.autograd.grad(x.sum(), w, materialize_grads=True, allow_unused=False),
       without_grad=lambda m, x, w: m.autograd.grad(x.sum(), x.detach()),
       without_grad_allowed=lambda m, x, w: m.autograd.grad(x.sum(), x.detach(), allow_unused=True),
       no_output=lambda m, x, w: m.autograd.grad([1.0], x), no_inputs=lambda m, x, w: m.autograd.grad(x.sum(), []),
       not_a_scalar=lambda m, x, w: m.autograd.grad(x * w, x),
       weights_of_another_shape=lambda m, x, w: m.autograd.grad(x * w, x, m.ones(1, 2)), number=lambda m, x, w: m.autograd.grad(1.0, x),
       output_without_history=lambda m, x, w: m.autograd.grad(m.ones(()), x), integers=lambda m, x, w: m.autograd.grad(x.long().sum(), x))
def test_grad_refuses(m, program):
    return error(program, m, leaf(m), leaf(m, 3.0, 4.0))


def test_batched_gradients_are_refused_in_words():
    x = leaf(cg)
    kind, text = error(lambda: cg.autograd.grad(x * 2, x, cg.eye(2), is_grads_batched=True))
    assert kind == "NotImplementedError" and "is_grads_batched" in text


# ---- versions and changes in place

@both
def test_version_counters(m):
    x = m.ones(4)
    view, apart = x[1:], x.detach()
    out = [x._version]
    for change in (lambda: x.add_(1), lambda: view.mul_(2), lambda: apart.zero_(), lambda: x.__setitem__(0, 5), lambda: x.data.fill_(2),
                   lambda: x.copy_(m.zeros(4)), lambda: x.clone().add_(1), lambda: m.add(x, 1, out=x), lambda: x.uniform_(),
                   lambda: x.requires_grad_()):
        change()
        out.append((x._version, view._version, apart._version))
    return out + [error(setattr, x, "_version", 3)[0]]


@both
@cases(an_operand=lambda m, x, y: (y * y, y.add_(1)), the_result_that_exp_keeps=lambda m, x, y: (lambda z: (z, z.add_(1)))(y.exp()),
       an_operand_through_a_view=lambda m, x, y: (y * y, y[0].zero_()), a_slice=lambda m, x, y: (y[1:] * y[1:], y.mul_(2)),
       a_detached_one=lambda m, x, y: (y * y, y.detach().zero_()), a_weight=lambda m, x, y: (y @ x.detach(), None),
       a_leaf=lambda m, x, y: (x * y, m.no_grad()(x.add_)(1)), assigned=lambda m, x, y: (y.sigmoid() * y, y.__setitem__(0, 1.0)),
       an_index=lambda m, x, y: (lambda i: (y[i], i.add_(1)))(m.tensor([0, 0])), unneeded=lambda m, x, y: (y + y, y.add_(1)),
       twice=lambda m, x, y: (y * y, y.add_(1).add_(1)))
def test_what_backward_needs_and_was_changed_in_place(m, program):
    x = leaf(m)
    z, _ = program(m, x, x * 1)
    return [outcome(z.sum().backward), x.grad]


@both
@cases(a_leaf=lambda m, x: x.add_(1), a_view_of_a_leaf=lambda m, x: x[0].zero_(), assigned=lambda m, x: x.__setitem__(0, 1.0),
       filled=lambda m, x: x.fill_(1), out=lambda m, x: m.add(x, 1, out=x), random=lambda m, x: x.uniform_(),
       copy=lambda m, x: x.copy_(m.zeros(2)), clamped=lambda m, x: x.clamp_(0, 1), a_chunk=lambda m, x: (x * 1).chunk(2)[0].add_(1),
       an_unbound_one=lambda m, x: (x * 1).unbind()[0].add_(1), a_part=lambda m, x: (x * 1).split(1)[0].zero_(),
       expanded=lambda m, x: (x * 1).view(2, 1).expand(2, 3).add_(1),
       view_made_without_grad=lambda m, x: (m.no_grad()(x.__getitem__)(0)).add_(1),
       out_of_what_has_a_history=lambda m, x: m.add(x, 1, out=m.zeros(2)), relu_in_place=lambda m, x: m.nn.functional.relu(x, inplace=True),
       shape_grows=lambda m, x: (x * 1).add_(m.ones(3, 2)), integers_get_floats=lambda m, x: m.ones(2, dtype=m.int64).add_(x))
def test_changes_in_place_that_are_refused(m, program):
    return error(program, m, leaf(m))


@both
@cases(no_grad=lambda m, x, y: m.no_grad()(x.add_)(1), data=lambda m, x, y: x.data.add_(1), part=lambda m, x, y: y[0].mul_(3),
       assigned=lambda m, x, y: y.__setitem__(0, 3.0), a_view_of_a_view=lambda m, x, y: y.view(2, 1)[1].mul_(5),
       transposed=lambda m, x, y: y.view(2, 1).t().mul_(3), filled=lambda m, x, y: y[:1].fill_(7),
       into_one_without_history=lambda m, x, y: m.zeros(3)[:2].add_(y), masked=lambda m, x, y: y.masked_fill_(y > 3, 0),
       copied=lambda m, x, y: y.copy_(x * x), squared=lambda m, x, y: y.pow_(2), relu=lambda m, x, y: m.nn.functional.relu_(y),
       by_another=lambda m, x, y: y.mul_(x))
def test_changes_in_place_that_gradients_follow(m, program):
    x = leaf(m)
    y = x * 2
    program(m, x, y)
    (y * x).sum().backward()
    return [y, x.grad, graph(y.grad_fn), x._version, y._version]


@both
def test_a_view_of_a_changed_base_has_the_bases_history(m):
    x = leaf(m)
    base = m.zeros(2, 2)
    view = base[0]
    before = view.requires_grad
    base.mul_(x)
    followed = view.grad_fn.name()
    view.mul_(x)
    base.sum().backward()
    return [before, followed, view.requires_grad, view.grad_fn.name(), type(base.grad_fn), x.grad,
            view._is_view(), view._base is base, base._base]


@both
def test_detach(m):
    x = leaf(m)
    y = x * 2
    d = y.detach()
    d.add_(1)
    out = [d.requires_grad, d.is_leaf, d.grad_fn, y, y._version, d._is_view(), y.data.requires_grad]
    y.detach_()
    return out + [y.requires_grad, y.is_leaf, y.grad_fn, error(lambda: y.sum().backward()), x.detach_() is x, x.requires_grad]


@both
def test_data_can_be_replaced(m):
    x = leaf(m)
    x.data = m.zeros(3)
    x.sum().backward()
    return [x, x.grad, error(setattr, x, "data", m.zeros(3, dtype=m.int64)), error(setattr, x, "data", 1)]


# ---- hooks

@both
def test_hooks_of_tensors_see_and_change_gradients_in_order(m):
    x = leaf(m)
    seen = []
    y = x * 2
    y.register_hook(lambda g: seen.append(("first", g)) or g * 10)
    handle = y.register_hook(lambda g: seen.append(("second", g)))
    x.register_hook(lambda g: seen.append(("leaf", g)) or g + 1)
    y.sum().backward(retain_graph=True)
    handle.remove()
    handle.remove()
    y.sum().backward()
    return [x.grad, seen]


@both
def test_hooks_and_retained_gradients(m):
    """What is retained is what the hooks made of it, whichever was asked for first."""
    x = leaf(m)
    y, z = x * 2, x * 3
    y.retain_grad()
    y.register_hook(lambda g: g * 10)
    z.register_hook(lambda g: g * 10)
    z.retain_grad()
    (y + z).sum().backward()
    return [x.grad, y.grad, z.grad]


@both
def test_hooks_stay_with_the_value_when_it_is_changed_in_place(m):
    x = leaf(m)
    seen = []
    y = x * 2
    y.register_hook(lambda g: seen.append(("before", g)))
    y.mul_(5)
    y.register_hook(lambda g: seen.append(("after", g)))
    y.sum().backward()
    return [seen, x.grad]


@both
def test_a_handle_ends_its_hook_as_a_context(m):
    x = leaf(m)
    with x.register_hook(lambda g: g * 100):
        x.sum().backward()
    x.sum().backward()
    return x.grad


@both
@cases(another_shape=lambda m, g: m.ones(3), another_type=lambda m, g: g.double(), text=lambda m, g: "a", number=lambda m, g: 2.0,
       tuple=lambda m, g: (g,), error=lambda m, g: 1 / 0, integers=lambda m, g: g.long())
@pytest.mark.parametrize("leafy", [False, True], ids=["in the middle", "leaf"])
def test_hooks_that_give_back_something_else(m, program, leafy):
    x = leaf(m)
    y = x * 1
    (x if leafy else y).register_hook(lambda g: program(m, g))
    return [outcome((y * 3).sum().backward), x.grad]


@both
def test_a_hook_may_use_autograd_itself(m):
    x = leaf(m)
    y = x * 2

    def hook(g):
        with m.enable_grad():
            inner = g.detach().requires_grad_()
            return m.autograd.grad((inner ** 3).sum(), inner)[0]

    y.register_hook(hook)
    (y * y).sum().backward()
    return x.grad


@both
def test_recording_is_off_in_hooks_but_for_create_graph(m):
    x = leaf(m)
    seen = []
    y = x * x
    y.register_hook(lambda g: seen.append((m.is_grad_enabled(), g.requires_grad, (g * 2).requires_grad)))
    y.sum().backward(retain_graph=True)
    m.autograd.grad((y * y).sum(), x, create_graph=True)
    return seen


@both
def test_hooks_after_accumulation(m):
    x = leaf(m)
    seen = []

    def step(p):
        seen.append((p is x, p.grad.clone()))
        with m.no_grad():
            p.sub_(p.grad)
        p.grad = None

    handle = x.register_post_accumulate_grad_hook(step)
    (x * x).sum().backward()
    m.autograd.grad((x * x).sum(), x)
    handle.remove()
    (x * x).sum().backward()
    return [x, x.grad, seen]


@both
def test_hooks_of_nodes(m):
    x = leaf(m)
    seen = []
    y = x * m.tensor([3.0, 4.0])
    y.grad_fn.register_hook(lambda inputs, outputs: seen.append(("hook", inputs, outputs)) or (inputs[0] * 2, inputs[1]))
    handle = y.grad_fn.register_prehook(lambda outputs: seen.append(("prehook", outputs)) or (outputs[0] * 10,))
    y.sum().backward(retain_graph=True)
    handle.remove()
    y.sum().backward()
    return [x.grad, seen]


@both
@cases(wrong_number=lambda inputs, outputs: (inputs[0],) * 3, not_a_tuple=lambda inputs, outputs: 5, nothing=lambda inputs, outputs: None,
       error=lambda inputs, outputs: 1 / 0)
def test_hooks_of_nodes_that_give_back_something_else(m, program):
    x = leaf(m)
    y = x * 2.0 * x
    y.grad_fn.register_hook(program)
    return [outcome(y.sum().backward), x.grad]


@both
@cases(not_callable=lambda m, x: x.register_hook(5), post_not_callable=lambda m, x: x.register_post_accumulate_grad_hook(5))
def test_hooks_that_cannot_be_called(m, program):
    x = leaf(m)
    return [outcome(lambda: program(m, x) and x.sum().backward()), x.grad]


@both
def test_the_hook_of_an_accumulator(m):
    x = leaf(m)
    seen = []
    y = x * 2
    accumulator = y.grad_fn.next_functions[0][0]
    accumulator.register_hook(lambda inputs, outputs: seen.append((inputs, outputs, x.grad)))
    accumulator.register_prehook(lambda outputs: seen.append((outputs, x.grad)))
    y.sum().backward()
    return [type(accumulator), accumulator.variable is x, accumulator.next_functions, seen]


# ---- custom functions

def square(m, setup=False, **more):
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 2 * x

    if setup:
        def forward(x):
            return x * x

        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)

        parts = {"forward": forward, "setup_context": setup_context, "backward": backward}
    else:
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        parts = {"forward": forward, "backward": backward}
    return function(m, **{**parts, **more})


def doubled(ctx, x):
    return x * 2


def passed(ctx, g):
    return g


def function(m, **parts):
    return type("Square", (m.autograd.Function,), {name: staticmethod(part) for name, part in parts.items()})


@both
@pytest.mark.parametrize("setup", [False, True], ids=["ctx in forward", "setup_context"])
def test_custom_functions(m, setup):
    x = leaf(m)
    y = square(m, setup).apply(x)
    (g,) = m.autograd.grad(y.sum(), x, create_graph=True)
    (h,) = m.autograd.grad((g * g).sum(), x)
    apart = square(m, setup).apply(x.detach())
    return [y, g, h, graph(y.grad_fn), apart, y.grad_fn.saved_tensors if hasattr(y.grad_fn, "saved_tensors") else 0]


@both
def test_the_context_keeps_attributes_and_is_the_node(m):
    kept = []

    def forward(ctx, x, scale, flag=None, *rest):
        ctx.scale, ctx.flag, ctx.rest = scale, flag, rest
        kept.append(ctx)
        return x * scale

    def backward(ctx, g):
        kept.append((ctx.scale, ctx.flag, list(ctx.rest), ctx.needs_input_grad))
        return (g * ctx.scale, None, None) + (None,) * len(ctx.rest)

    x = leaf(m)
    y = function(m, forward=forward, backward=backward).apply(x, 3, {"a": 1}, "rest", None)
    y.sum().backward()
    return [x.grad, kept[1], kept[0] is y.grad_fn, y.grad_fn.scale, error(lambda: y.grad_fn.nothing), type(kept[0]).__mro__[1].__name__]


@both
@cases(too_many=lambda m, g: (g, g), too_few=lambda m, g: (), another_shape=lambda m, g: m.ones(3), another_type=lambda m, g: g.double(),
       broadcast=lambda m, g: m.ones(1, 2), smaller=lambda m, g: m.ones(1), too_many_but_none=lambda m, g: (g, None, None),
       error=lambda m, g: {}["missing"], integers=lambda m, g: g.long())
@pytest.mark.parametrize("setup", [False, True], ids=["ctx in forward", "setup_context"])
def test_what_a_backward_gives(m, program, setup):
    x = leaf(m)
    y = square(m, setup, backward=lambda ctx, g: program(m, g)).apply(x * 1)
    return [outcome(y.sum().backward), x.grad]


@both
def test_needs_input_grad(m):
    seen = []

    def forward(ctx, *inputs):
        seen.append(ctx.needs_input_grad)
        return inputs[0] * inputs[1]

    def backward(ctx, g):
        seen.append(ctx.needs_input_grad)
        return g, g, None

    f = function(m, forward=forward, backward=backward)
    f.apply(leaf(m), m.ones(2), 3).sum().backward()
    f.apply(m.ones(2), leaf(m), None).sum().backward()
    with m.no_grad():
        f.apply(leaf(m), m.ones(2), 3)
    return seen


@both
def test_recording_is_off_in_forward_and_on_in_a_backward_with_create_graph(m):
    seen = []

    def forward(ctx, x):
        seen.append((m.is_grad_enabled(), x.requires_grad, (x * 2).requires_grad))
        return x * 2

    def backward(ctx, g):
        seen.append((m.is_grad_enabled(), g.requires_grad))
        return g * 2

    x = leaf(m)
    y = function(m, forward=forward, backward=backward).apply(x)
    (y * y).sum().backward(retain_graph=True)
    m.autograd.grad((y * y).sum(), x, create_graph=True)
    return seen


@both
def test_several_outputs_and_undefined_gradients(m):
    seen = []

    def forward(ctx, x, materialize):
        ctx.set_materialize_grads(materialize)
        return x * 2, x * 3

    def backward(ctx, *grads):
        seen.append(grads)
        return (grads[0] if grads[0] is not None else 0) + grads[1] * 3, None

    f = function(m, forward=forward, backward=backward)
    x = leaf(m)
    for materialize in (True, False):
        a, b = f.apply(x, materialize)
        b.sum().backward()
    return [seen, x.grad, a.output_nr, b.output_nr, a.grad_fn is b.grad_fn]


@both
def test_outputs_that_have_no_gradient(m):
    def forward(ctx, x):
        values, where = x.sort()
        copy = values.clone()
        ctx.mark_non_differentiable(where, copy)
        ctx.save_for_backward(where)
        return values, where, copy

    def backward(ctx, g, *rest):
        assert len(rest) == 2
        (where,) = ctx.saved_tensors
        return m.zeros_like(g).scatter(0, where, g)

    x = leaf(m, 3.0, 1.0, 2.0)
    values, where, copy = function(m, forward=forward, backward=backward).apply(x)
    (values * m.tensor([1.0, 2.0, 3.0])).sum().backward()
    return [values, where, copy, x.grad]


def add_one(m, marked, changed=True):
    def forward(ctx, x):
        if marked:
            ctx.mark_dirty(x)
        return x.add_(1) if changed else x

    return function(m, forward=forward, backward=lambda ctx, g: g * 5)


@both
@cases(dirty=lambda m, x: add_one(m, True).apply(x * 2), not_marked=lambda m, x: add_one(m, False).apply(x * 2),
       a_view=lambda m, x: add_one(m, True).apply((x * 2)[:]), passed_through=lambda m, x: add_one(m, False, False).apply(x * 2),
       leaf_passed_through=lambda m, x: add_one(m, False, False).apply(x),
       marked_and_not_given_back=lambda m, x: function(m, forward=lambda ctx, x: ctx.mark_dirty(x) or x * 2, backward=passed).apply(x * 2),
       a_view_given_back=lambda m, x: function(m, forward=lambda ctx, x: x.view(2, 1), backward=lambda ctx, g: g.view(2)).apply(x * 2))
def test_functions_that_change_or_give_back_their_input(m, program):
    x = leaf(m)
    y = outcome(lambda: program(m, x))
    return y if isinstance(y, tuple) else [outcome(y.sum().backward), y, x.grad, graph(y.grad_fn), y._version, y.is_leaf, y is x]


def saving(what):
    """A forward that saves something: what(x) of its input."""
    return lambda ctx, x: ctx.save_for_backward(*what(x)) or x * 2


def saved_output(ctx, x):
    y = x.exp()
    ctx.save_for_backward(y)
    return y


def by_saved(ctx, g):
    return g * ctx.saved_tensors[-1] * len(ctx.saved_tensors)


@both
@cases(no_tensor={"forward": saving(lambda x: [3])}, none={"forward": saving(lambda x: [None, x]), "backward": by_saved},
       a_list={"forward": saving(lambda x: [[x]])},
       called_twice={"forward": lambda ctx, x: [ctx.save_for_backward(x, x), ctx.save_for_backward(x)] and x * 2, "backward": by_saved},
       nothing_saved={"forward": doubled, "backward": lambda ctx, g: g * len(ctx.saved_tensors)},
       output={"forward": saved_output, "backward": by_saved},
       in_backward={"forward": doubled, "backward": lambda ctx, g: ctx.save_for_backward(g) or g * len(ctx.saved_tensors)},
       in_the_middle={"forward": saving(lambda x: [x + 1]), "backward": by_saved}, no_backward={"forward": doubled},
       no_forward={"backward": passed}, gives_text={"forward": lambda ctx, x: "text"}, gives_nothing={"forward": lambda ctx, x: None},
       gives_a_list={"forward": lambda ctx, x: [x * 2]}, fails={"forward": lambda ctx, x: 1 / 0},
       vjp={"forward": doubled, "vjp": lambda ctx, g: g * 7}, vjp_too={"forward": doubled, "vjp": passed, "backward": passed},
       setup_fails={"forward": lambda x: x * 2, "setup_context": lambda ctx, inputs, output: 1 / 0},
       setup_gives={"forward": lambda x: x * 2, "setup_context": lambda ctx, inputs, output: 5, "backward": passed})
def test_uses_and_misuses_of_functions(m, program):
    x = leaf(m)
    y = outcome(lambda: function(m, **program).apply(x))
    return [outcome(y.sum().backward), x.grad] if isinstance(y, TENSORS) else y


@both
def test_saved_tensors_and_a_freed_graph(m):
    x = leaf(m)
    y = square(m).apply(x)
    y.sum().backward()
    return [error(lambda: y.sum().backward()), error(lambda: y.grad_fn.saved_tensors)]


@both
def test_a_saved_tensor_that_was_changed(m):
    x = leaf(m)
    z = x * 2
    y = square(m).apply(z)
    z.add_(1)
    return error(lambda: y.sum().backward())


@both
def test_once_differentiable(m):
    once = m.autograd.function.once_differentiable
    x = leaf(m)
    y = square(m, backward=once(lambda ctx, g: g * 2 * ctx.saved_tensors[0])).apply(x)
    (g,) = m.autograd.grad(y.sum(), x, create_graph=True, retain_graph=True)
    (h,) = m.autograd.grad((y * y).sum(), x, create_graph=True)
    return [g, h.requires_grad, error(lambda: h.sum().backward())]


@both
@cases(instance=lambda m: square(m)(), base=lambda m: m.autograd.Function(), applied_base=lambda m: m.autograd.Function.apply(leaf(m)),
       instance_called=lambda m: square(m)()(leaf(m)), missing=lambda m: square(m, True).apply())
def test_functions_used_as_what_they_are_not(m, program):
    result, messages = warned(lambda: outcome(lambda: type(program(m))))
    return [result, [(kind, text.replace("convgrad.", "torch.")) for kind, text in messages]]


@both
def test_what_setup_context_sees_of_defaults_and_names(m):
    seen = []

    def setup_context(ctx, inputs, output):
        ctx.scale = inputs[1]
        seen.append((inputs, ctx.needs_input_grad))

    f = function(m, forward=lambda x, scale=3: x * scale, setup_context=setup_context, backward=lambda ctx, g: (g * ctx.scale, None))
    x = leaf(m)
    (f.apply(x) + f.apply(x, 5) + f.apply(x, scale=7)).sum().backward()
    return [x.grad, seen]


@both
def test_arguments_inside_of_lists_are_not_seen(m):
    x = leaf(m)
    f = function(m, forward=lambda ctx, parts: parts[0] * 2, backward=lambda ctx, g: None)
    return [f.apply([x]).requires_grad, f.apply({0: x}).requires_grad]


@both
def test_a_function_within_a_function(m):
    inner = square(m)
    outer = function(m, forward=lambda ctx, x: ctx.save_for_backward(x) or inner.apply(x) * 2,
                     backward=lambda ctx, g: inner.apply(g) * ctx.saved_tensors[0])
    x = leaf(m)
    y = outer.apply(x)
    (g,) = m.autograd.grad((y * 3).sum(), x, create_graph=True)
    (h,) = m.autograd.grad(g.sum(), x)
    return [y, g, h, graph(y.grad_fn), graph(g.grad_fn)]


@both
def test_graphs_with_functions_are_freed(m):
    x = leaf(m)
    y = square(m).apply(x)
    gone = weakref.ref(y.grad_fn)
    before = gone() is y.grad_fn
    del y
    gc.collect()
    return [before, gone() is None]


# ---- the graph

def conv(m, n, x, **options):
    shape = {1: (1, 1, 6), 2: (1, 1, 3, 2), 3: (1, 1, 1, 3, 2)}[n]
    weight = m.ones(1, 1, *(1,) * n, dtype=m.float64, requires_grad=True)
    return getattr(m.nn.functional, f"conv{n}d")(x.reshape(shape), weight, m.zeros(1, dtype=m.float64, requires_grad=True), **options)


EXPRESSIONS = {
    "arithmetic": lambda m, x, F: (x + 1) * x - x / 2 + 3 / x - 2 ** x - x ** 2 + (1 - x) + -x, "matmul": lambda m, x, F: x @ x.t(),
    "mm": lambda m, x, F: m.mm(x, x.t()), "bmm": lambda m, x, F: m.bmm(x[None], x.t()[None]), "mv": lambda m, x, F: x @ x[0],
    "dot": lambda m, x, F: x[0] @ x[0], "addmm": lambda m, x, F: m.addmm(x.t() @ x, x.t(), x),
    "batched": lambda m, x, F: x.expand(2, 2, 3) @ x.t(), "linear": lambda m, x, F: F.linear(x, x, x[:, 0]),
    "linear_flat": lambda m, x, F: F.linear(x, x), "linear_3d": lambda m, x, F: F.linear(x[None], x),
    "einsum": lambda m, x, F: m.einsum("ij,kj->ik", x, x), "outer": lambda m, x, F: m.outer(x[0], x[1]),
    "sum": lambda m, x, F: x.sum() + x.sum(0).sum() + x.sum((0, 1), keepdim=True), "mean": lambda m, x, F: x.mean() + x.mean(0).mean(),
    "prod": lambda m, x, F: x.prod() + x.prod(1).sum(),
    "max": lambda m, x, F: x.max() + x.max(0).values.sum() + m.max(x, x * 2).sum() + x.amax(1).sum(),
    "min": lambda m, x, F: x.min() + x.min(1)[0].sum() + x.amin().sum(), "var": lambda m, x, F: x.var() + x.std(0).sum() + m.var_mean(x)[0],
    "norm": lambda m, x, F: x.norm() + x.norm(1) + m.linalg.vector_norm(x) + x.norm(dim=1).sum(),
    "logsumexp": lambda m, x, F: x.logsumexp(1), "cumulative": lambda m, x, F: x.cumsum(0) + x.cumprod(1),
    "softmax": lambda m, x, F: x.softmax(1) + x.log_softmax(1), "view": lambda m, x, F: x.view(6).view(3, 2).reshape(2, 3),
    "reshape_copies": lambda m, x, F: x.t().reshape(6), "flatten": lambda m, x, F: x.flatten() + x.t().flatten(),
    "permute": lambda m, x, F: x.permute(1, 0).transpose(0, 1).t(),
    "squeeze": lambda m, x, F: x.unsqueeze(0).squeeze(0).unsqueeze(1).squeeze(), "expand": lambda m, x, F: x.expand(2, 2, 3),
    "expand_as": lambda m, x, F: x[0].expand_as(x), "repeat": lambda m, x, F: x.repeat(2, 1) + x.repeat_interleave(2, 0),
    "select": lambda m, x, F: x[0] + x.select(0, 1), "slice": lambda m, x, F: x[:, 1:] + x[:, ::2],
    "narrow": lambda m, x, F: x.narrow(1, 0, 2), "index": lambda m, x, F: x[m.tensor([0, 1, 1])], "mask": lambda m, x, F: x[x > 0.5],
    "index_mixed": lambda m, x, F: x[:, m.tensor([0, 2])] + x[m.tensor([1]), :2], "none_and_dots": lambda m, x, F: x[None, ..., 0],
    "index_select": lambda m, x, F: x.index_select(0, m.tensor([0])), "gather": lambda m, x, F: x.gather(1, m.tensor([[0], [1]])),
    "scatter": lambda m, x, F: x.scatter(1, m.tensor([[0], [1]]), 2 * x),
    "scatter_add": lambda m, x, F: x.scatter_add(0, m.tensor([[0, 1, 0]]), x), "cat": lambda m, x, F: m.cat([x, x * 2]),
    "stack": lambda m, x, F: m.stack([x, x]), "split": lambda m, x, F: x.split(1)[1], "chunk": lambda m, x, F: x.chunk(3, 1)[2],
    "unbind": lambda m, x, F: x.unbind(1)[1], "tensor_split": lambda m, x, F: x.tensor_split(2, 1)[0],
    "where": lambda m, x, F: m.where(x > 1, x, 0.0) + m.where(x > 1, x, x * 2),
    "clamp": lambda m, x, F: x.clamp(0, 1) + x.clamp_min(0) + x.clamp(max=2), "masked_fill": lambda m, x, F: x.masked_fill(x > 1, 0),
    "tril": lambda m, x, F: x.tril() + x.triu(), "diagonal": lambda m, x, F: x.diagonal(), "flip": lambda m, x, F: x.flip(0) + x.roll(1, 0),
    "sort": lambda m, x, F: x.sort(1)[0] + x.topk(3, 1)[0], "kthvalue": lambda m, x, F: x.kthvalue(1)[0] + x.median(1)[0],
    "median": lambda m, x, F: x.median(), "unfold": lambda m, x, F: x.unfold(1, 2, 1),
    "exponential": lambda m, x, F: x.exp() + x.log() + x.sqrt() + x.rsqrt() + x.reciprocal() + x.sigmoid() + x.tanh() + x.erf(),
    "elementwise": lambda m, x, F: x.sin() + x.cos() + x.abs() + x.relu(),
    "rounded": lambda m, x, F: x.floor() + x.round() + x.sign() + x.trunc() + x.ceil() + x.frac(),
    "two": lambda m, x, F: m.atan2(x, x + 1) + m.fmod(x, 2) + x.remainder(2) + x.lerp(x * 2, x),
    "addcmul": lambda m, x, F: m.addcmul(x, x, x) + m.addcdiv(x, x, x), "float_and_double": lambda m, x, F: x.float() + x,
    "to": lambda m, x, F: x.to(m.float32).double(), "clone": lambda m, x, F: x.clone().contiguous(),
    "contiguous": lambda m, x, F: x.t().contiguous(), "as_strided": lambda m, x, F: x.as_strided((2,), (1,)),
    "real_power": lambda m, x, F: x.pow(x) + m.pow(2, x) + x.square(),
    "relu_kind": lambda m, x, F: sum(f(x) for f in (F.leaky_relu, F.elu, F.gelu, F.silu, F.hardtanh, F.relu6, F.softplus, F.selu, F.mish)),
    "shrink_kind": lambda m, x, F: sum(f(x) for f in (F.hardswish, F.logsigmoid, F.celu, F.softsign, F.hardshrink, F.softshrink)),
    "glu": lambda m, x, F: F.glu(x.t()), "prelu": lambda m, x, F: F.prelu(x, m.ones(1, dtype=m.float64)),
    "threshold": lambda m, x, F: F.threshold(x, 1, 0), "conv1d": lambda m, x, F: conv(m, 1, x),
    "conv2d": lambda m, x, F: conv(m, 2, x, padding=1), "conv3d": lambda m, x, F: conv(m, 3, x, stride=2),
    "conv_same": lambda m, x, F: conv(m, 2, x, padding="same"),
    "conv_unbatched": lambda m, x, F: F.conv1d(x[:1], m.ones(1, 1, 1, dtype=m.float64)),
    "conv_transpose": lambda m, x, F: F.conv_transpose1d(x[None], x[:, :, None]),
    "max_pool": lambda m, x, F: F.max_pool1d(x, 2).sum() + F.max_pool2d(x[None], 2).sum() + F.max_pool3d(x[None, None], 1).sum(),
    "avg_pool": lambda m, x, F: F.avg_pool1d(x, 2).sum() + F.avg_pool2d(x[None], 2).sum() + F.avg_pool3d(x[None, None], 1).sum(),
    "adaptive_to_one": lambda m, x, F: F.adaptive_avg_pool2d(x[None], 1),
    "adaptive": lambda m, x, F: F.adaptive_avg_pool2d(x[None], 2) + F.adaptive_max_pool2d(x[None], 2),
    "adaptive_1d": lambda m, x, F: F.adaptive_avg_pool1d(x, 1), "lp_pool": lambda m, x, F: F.lp_pool2d(x[None], 2, 2),
    "batch_norm": lambda m, x, F: F.batch_norm(x, None, None, x[0], x[1], True),
    "layer_norm": lambda m, x, F: F.layer_norm(x, (3,), x[0], x[1]), "group_norm": lambda m, x, F: F.group_norm(x[None], 2),
    "instance_norm": lambda m, x, F: F.instance_norm(x[None]), "normalize": lambda m, x, F: F.normalize(x),
    "dropout": lambda m, x, F: F.dropout(x, 0.5), "dropout_off": lambda m, x, F: F.dropout(x, 0.5, False) * 1,
    "dropout2d": lambda m, x, F: F.dropout2d(x[None, None], 0.5), "alpha_dropout": lambda m, x, F: F.alpha_dropout(x, 0.5, True),
    "embedding": lambda m, x, F: F.embedding(m.tensor([0, 1]), x), "pad": lambda m, x, F: F.pad(x, (1, 1)),
    "pad_modes": lambda m, x, F: sum(F.pad(x[None], (1, 1), mode=mode) for mode in ("reflect", "replicate")),
    "interpolate": lambda m, x, F: F.interpolate(x[None], 6),
    "bilinear": lambda m, x, F: F.interpolate(x[None, None], (4, 6), mode="bilinear"),
    "bicubic": lambda m, x, F: F.interpolate(x[None, None], (4, 6), mode="bicubic"),
    "pixel_shuffle": lambda m, x, F: F.pixel_shuffle(x[:, :2].reshape(4, 1, 1), 2), "fold": lambda m, x, F: F.unfold(x[None, None], 2),
    "cosine": lambda m, x, F: F.cosine_similarity(x, x + 1), "cross_entropy": lambda m, x, F: F.cross_entropy(x, m.tensor([0, 2])),
    "cross_entropy_smooth": lambda m, x, F: F.cross_entropy(x, m.tensor([0, 2]), label_smoothing=0.1),
    "cross_entropy_soft": lambda m, x, F: F.cross_entropy(x, x.detach().softmax(1)), "nll": lambda m, x, F: F.nll_loss(x, m.tensor([0, 2])),
    "nll_2d": lambda m, x, F: F.nll_loss(x[:, :, None, None], m.zeros(2, 1, 1, dtype=m.int64)),
    "mse": lambda m, x, F: F.mse_loss(x, x.detach() * 2), "l1": lambda m, x, F: F.l1_loss(x, x * 2),
    "smooth_l1": lambda m, x, F: F.smooth_l1_loss(x, x * 2), "huber": lambda m, x, F: F.huber_loss(x, x * 2),
    "bce": lambda m, x, F: F.binary_cross_entropy(x.sigmoid(), x.detach().sigmoid()),
    "bce_logits": lambda m, x, F: F.binary_cross_entropy_with_logits(x, x.detach().sigmoid()),
    "kl": lambda m, x, F: F.kl_div(x, x.detach().softmax(1)), "margin": lambda m, x, F: F.multi_margin_loss(x, m.tensor([0, 2])),
    "poisson": lambda m, x, F: F.poisson_nll_loss(x, x.detach()),
    "gaussian": lambda m, x, F: F.gaussian_nll_loss(x, x.detach(), x.detach()),
    "ctc": lambda m, x, F: F.ctc_loss(x[:, None].log_softmax(2), m.tensor([[1]]), m.tensor([2]), m.tensor([1])),
}


@both
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_the_graph_of(m, name):
    x = m.tensor([[0.5, 1.0, 2.0], [4.0, 1.5, 3.0]], dtype=m.float64, requires_grad=True)
    return graph(EXPRESSIONS[name](m, x, m.nn.functional).grad_fn)


@both
def test_the_graph_of_a_small_net(m):
    net = m.nn.Sequential(m.nn.Conv2d(1, 2, 3, padding=1), m.nn.BatchNorm2d(2), m.nn.ReLU(), m.nn.MaxPool2d(2), m.nn.Flatten(),
                          m.nn.Dropout(), m.nn.Linear(8, 3))
    return graph(m.nn.functional.cross_entropy(net(m.ones(2, 1, 4, 4)), m.tensor([0, 1])).grad_fn)


@both
def test_a_node_stays_the_same_object(m):
    x = leaf(m)
    y = x * 2
    z = y + x
    below = z.grad_fn.next_functions
    return [y.grad_fn is y.grad_fn, below[0][0] is y.grad_fn, below[1][0].variable is x, below[1][0] is y.grad_fn.next_functions[0][0],
            error(lambda: y.grad_fn.variable)]


@both
def test_edges(m):
    x = leaf(m)
    y = x * 2
    edge = m.autograd.graph.get_gradient_edge
    return [edge(y).node is y.grad_fn, edge(x).node.variable is x, edge(x).output_nr, error(edge, m.ones(2))]


@both
def test_sequence_numbers_grow(m):
    x = leaf(m)
    numbers = [(x * i).grad_fn._sequence_nr() for i in range(3)]
    return [numbers == sorted(set(numbers)), error(setattr, x, "grad_fn", None)[0]]


@both
def test_what_is_a_node_and_what_is_a_variable(m):
    x = leaf(m)
    nodes = [(x * 2).grad_fn, square(m).apply(x).grad_fn, x, None]
    return [[isinstance(n, m.autograd.graph.Node) for n in nodes], [isinstance(n, m.autograd.Variable) for n in nodes]]


@both
@cases(leaf=lambda m, make: make(m.ones(2), requires_grad=True), plain=lambda m, make: make(m.ones(2)),
       of_a_leaf=lambda m, make: make(leaf(m)), of_a_result=lambda m, make: make(leaf(m) * 2, True),
       same_memory=lambda m, make: make(x := m.ones(2)).add_(1) + x, empty=lambda m, make: make().tolist(),
       number=lambda m, make: error(make, 3), integers=lambda m, make: error(lambda: make(m.ones(2).long(), requires_grad=True)),
       volatile=lambda m, make: warned(lambda: make(m.ones(2), volatile=True)))
def test_old_variables(m, program):
    return program(m, m.autograd.Variable)


# ---- switches of recording

@both
@cases(no_grad=lambda m: m.no_grad(), enable_grad=lambda m: m.enable_grad(), off=lambda m: m.set_grad_enabled(False),
       on=lambda m: m.set_grad_enabled(True), inference=lambda m: m.inference_mode(), no_inference=lambda m: m.inference_mode(False))
def test_switches(m, program):
    def switch():
        return program(m)

    def state():
        return m.is_grad_enabled(), (leaf(m) * 2).requires_grad

    def generator():
        while True:
            got = yield state()
            if got == "end":
                return "returned"
            if got == "fail":
                raise KeyError("inside")

    out = []
    for outside in (True, False):
        with m.set_grad_enabled(outside):
            with switch():
                out.append(state())
            out.append(state())
            decorated = switch()(state)
            out += [decorated(), decorated.__name__, state()]
            running = switch()(generator)()
            out += [next(running), state(), running.send(None), state()]
            with pytest.raises(KeyError):
                running.send("fail")
            out.append(state())
            try:
                other = switch()(generator)()
                next(other)
                other.send("end")
            except StopIteration as end:
                out.append(end.value)
            with pytest.raises(ZeroDivisionError), switch():
                1 / 0
            out.append(state())
    return out + [m.is_grad_enabled()]


@both
def test_switches_as_functions_and_without_parentheses(m):
    out = [m.set_grad_enabled(False) is not None, m.is_grad_enabled(), m.set_grad_enabled(True) is not None, m.is_grad_enabled()]

    @m.no_grad
    def f():
        return m.is_grad_enabled()

    @m.inference_mode
    def g():
        return m.is_grad_enabled()

    before = m.set_grad_enabled(False)(f)
    return out + [f(), g(), m.is_grad_enabled(), before(), error(m.set_grad_enabled, "a")[0]]


@both
def test_nested_switches_and_the_same_one_twice(m):
    switch, out = m.no_grad(), []
    with switch:
        with m.enable_grad():
            out.append(m.is_grad_enabled())
            with m.no_grad(), m.set_grad_enabled(True):
                out.append(m.is_grad_enabled())
        out.append(m.is_grad_enabled())
    with switch:
        out.append(m.is_grad_enabled())
    return out + [m.is_grad_enabled(), repr(m.set_grad_enabled(True))]


@both
def test_what_is_made_without_recording(m):
    x = leaf(m)
    with m.no_grad():
        y, view = x * 2, x[:1]
        made = m.ones(2, requires_grad=True)
        x.mul_(2)
    out = [y.requires_grad, y.is_leaf, y.grad_fn, view.requires_grad, made.requires_grad, x._version, x]
    return out + [y.requires_grad_().is_leaf, (y * 2).requires_grad]


@both
def test_no_grad_decorating_a_class_warns(m):
    class Thing:
        def __init__(self):
            self.recording = m.is_grad_enabled()

    made, messages = warned(lambda: m.no_grad()(Thing))
    return [made().recording, messages]


def test_recording_is_a_threads_own():
    for m in (torch, cg):
        seen = {}
        inside, leave = threading.Event(), threading.Event()

        def run():
            with m.no_grad():
                inside.set()
                assert leave.wait(10)
            seen["after"] = m.is_grad_enabled()

        thread = threading.Thread(target=run)
        thread.start()
        assert inside.wait(10)
        seen["beside"] = m.is_grad_enabled()
        leave.set()
        thread.join()
        assert seen == {"beside": True, "after": True}


# ---- gradcheck, anomalies

def given(m, forward, backward):
    return function(m, forward=forward, backward=backward).apply


def undefined(ctx, x):
    ctx.set_materialize_grads(False)
    return x * 2


def wrong(m, factor):
    return square(m, backward=lambda ctx, g: g * factor * ctx.saved_tensors[0]).apply


@both
@cases(right=lambda m, x: m.autograd.gradcheck(lambda x: x.sin() * x, x),
       several=lambda m, x: m.autograd.gradcheck(lambda a, b: (a * b, a + b), (x, x.detach().clone().requires_grad_())),
       with_constants=lambda m, x: m.autograd.gradcheck(lambda a, n: a * n, (x, 3)),
       wrong_silently=lambda m, x: m.autograd.gradcheck(wrong(m, 3), x, raise_exception=False),
       own=lambda m, x: m.autograd.gradcheck(wrong(m, 2), x), second=lambda m, x: m.autograd.gradgradcheck(lambda x: x.sin() * x, x),
       own_second=lambda m, x: m.autograd.gradgradcheck(wrong(m, 2), x),
       wrong_second_silently=lambda m, x: m.autograd.gradgradcheck(lambda x: 0.5 * wrong(m, 3)(x) ** 2, x, raise_exception=False),
       loose=lambda m, x: m.autograd.gradcheck(wrong(m, 2.0001), x, rtol=0.1),
       empty=lambda m, x: m.autograd.gradcheck(lambda x: x * 2, m.zeros(0, dtype=m.float64, requires_grad=True)),
       one_unused=lambda m, x: m.autograd.gradcheck(lambda a, b: a * 2, (x, x.detach().clone().requires_grad_())),
       integers_beside=lambda m, x: m.autograd.gradcheck(lambda x: (x * 2, x.argmax()), x),
       conv=lambda m, x: m.autograd.gradcheck(lambda x: conv(m, 1, x.repeat(3)), x),
       module=lambda m, x: m.autograd.gradcheck(m.nn.Linear(2, 2, dtype=m.float64), x))
def test_gradcheck(m, program):
    return program(m, leaf(m, 0.5, 1.5, dtype=m.float64))


@both
@cases(wrong=lambda m, x: m.autograd.gradcheck(wrong(m, 3), x),
       nothing_needs_one=lambda m, x: m.autograd.gradcheck(lambda x: x, x.detach()),
       no_output_needs_one=lambda m, x: m.autograd.gradcheck(lambda x: x.detach(), x),
       second_wrong=lambda m, x: m.autograd.gradgradcheck(square(m, backward=lambda ctx, g: g * 2 * x.detach()).apply, x),
       raises=lambda m, x: m.autograd.gradcheck(lambda x: 1 / 0, x), no_tensor=lambda m, x: m.autograd.gradcheck(lambda x: None, x),
       another_output_wrong=lambda m, x: m.autograd.gradcheck(lambda x: (x * 2, x.detach() * 0, wrong(m, 3)(x)), x),
       not_multiplied=lambda m, x: m.autograd.gradcheck(given(m, lambda ctx, x: x * 0, lambda ctx, g: g * 0 + 1e-9), x),
       undefined_unheeded=lambda m, x: m.autograd.gradcheck(given(m, undefined, lambda ctx, g: x.detach() if g is None else g * 2), x),
       undefined_fails=lambda m, x: m.autograd.gradcheck(given(m, undefined, lambda ctx, g: x.view(7) if g is None else g * 2), x),
       expanded=lambda m, x: m.autograd.gradcheck(lambda x: x * 2, x.detach()[:1].expand(3).requires_grad_()))
def test_gradcheck_fails(m, program):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kind, text = error(program, m, leaf(m, 0.5, 1.5, dtype=m.float64))
    return kind, text.split("\n")[0]


@both
def test_gradcheck_shows_both_matrices(m):
    tripled = given(m, doubled, lambda ctx, g: g * 3)
    return error(lambda: m.autograd.gradcheck(tripled, leaf(m, 1.0, 2.0, dtype=m.float64)))[1].split("analytical")[1]


@both
def test_gradcheck_warns_of_single_precision(m):
    return [t for t in warned(lambda: m.autograd.gradcheck(lambda x: x * 2, leaf(m), eps=1e-2, atol=1e-2))[1]]


@both
def test_anomalies(m):
    x = leaf(m, -1.0, 0.0)

    def run():
        (x.sqrt() * 0).sum().backward()

    def detected():
        with m.autograd.detect_anomaly():
            run()

    def switched():
        with m.autograd.set_detect_anomaly(True):
            run()

    def unchecked():
        with m.autograd.set_detect_anomaly(True, check_nan=False):
            run()

    def own():
        with m.autograd.set_detect_anomaly(True):
            square(m, backward=lambda ctx, g: g * float("nan")).apply(x).sum().backward()

    def failing():
        with m.autograd.set_detect_anomaly(True):
            square(m, backward=lambda ctx, g: (g, g, g)).apply(x).sum().backward()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        errors = [error(detected), error(switched), error(own), error(failing)]
        run()
        unchecked()
    return errors + [[w for w in warned(lambda: m.autograd.detect_anomaly())[1]], x.grad]


# ---- size and threads

@both
def test_graphs_of_a_hundred_thousand_nodes(m):
    x = leaf(m, 1.0)
    y = x
    for _ in range(100_000):
        y = y + 1
    y.backward(retain_graph=True)
    del y
    return x.grad


@both
def test_deep_graphs_of_functions(m):
    x = leaf(m, 1.0)
    f = function(m, forward=lambda ctx, x: x + 1, backward=lambda ctx, g: g).apply
    y = x
    for _ in range(20_000):
        y = f(y)
    y.backward()
    return [x.grad, y]


@both
def test_threads_accumulate_into_one_leaf(m):
    x = leaf(m, 1.0, dtype=m.float64)
    failures = []

    def run():
        try:
            for _ in range(200):
                square(m).apply(x * 2).sum().backward()
        except Exception as raised:  # noqa: BLE001
            failures.append(str(raised))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return [x.grad, failures]


@both
def test_graphs_made_in_one_thread_run_in_another(m):
    x = leaf(m)
    seen = []
    y = square(m).apply(x).sum()
    y.register_hook(lambda g: seen.append(g))
    thread = threading.Thread(target=y.backward)
    thread.start()
    thread.join()
    return [x.grad, seen]


@both
def test_a_backward_within_a_backward(m):
    x = leaf(m)

    def backward(ctx, g):
        with m.enable_grad():
            inner = ctx.saved_tensors[0].detach().requires_grad_()
            (inner ** 3).sum().backward()
        return g * inner.grad

    square(m, backward=backward).apply(x).sum().backward()
    return x.grad


@both
def test_an_error_in_backward_leaves_the_rest_usable(m):
    x = leaf(m)
    y = x * 1
    y.register_hook(lambda g: 1 / 0)
    first = error(lambda: y.sum().backward())
    (x * 2).sum().backward()
    return [first, x.grad, math.isfinite(x.grad.sum().item())]


# ---- what changes in place do to retained gradients

@both
@cases(multiplied=lambda z: z.mul_(3), a_part=lambda z: z[0].mul_(3), copied=lambda z: z.copy_(z * 2), twice=lambda z: z.add_(1).add_(1),
       unchanged=lambda z: z, clamped=lambda z: z.clamp_(min=3))
def test_a_retained_gradient_is_that_of_the_changed_value(m, program):
    z = leaf(m) * 2
    z.retain_grad()
    program(z)
    (z * z).sum().backward()
    return z.grad


@both
@pytest.mark.parametrize("by_view", [False, True])
def test_views_retain_the_gradient_of_their_changed_value(m, by_view):
    z = leaf(m) * 2
    view = z[:1]
    z.retain_grad()
    view.retain_grad()
    (view if by_view else z).mul_(3)
    ((z if by_view else view) ** 2).sum().backward()
    return [z.grad, view.grad]


# ---- what is told when something is wrong

@both
@cases(longer=lambda m: m.ones(3), of_more_dimensions=lambda m: m.ones(2, 2), double=lambda m: m.ones(2, dtype=m.float64),
       integer=lambda m: m.ones(2, dtype=m.int64), mask=lambda m: m.ones(2, dtype=m.bool), no_tensor=lambda m: 3)
def test_a_gradient_that_does_not_fit_is_refused(m, program):
    x = leaf(m)
    return error(setattr, x, "grad", program(m))


@both
@cases(unused=lambda m, x: m.autograd.grad(x.sum(), [x, leaf(m)]), not_recorded=lambda m, x: m.autograd.grad(x.sum(), [m.ones(2)]),
       kept_for_none=lambda m, x: x.sum().backward(inputs=[m.ones(2)]), a_number=lambda m, x: (x * 2).backward(1.0),
       a_word=lambda m, x: x.sum().backward("a"), a_list=lambda m, x: x.sum().backward([m.ones(())]),
       a_dict=lambda m, x: x.sum().backward(inputs={"a": x}), a_view_detached=lambda m, x: (x * 1)[:1].detach_(),
       a_switch=lambda m, x: m.set_grad_enabled("a"), still_required=lambda m, x: (x * 2).requires_grad_(),
       no_more_required=lambda m, x: (x * 2).requires_grad_(False))
def test_misuse_is_told_and_odd_use_is_served(m, program):
    return outcome(lambda: program(m, leaf(m)))


def test_reading_the_gradient_of_an_inner_tensor_warns():
    for m in (torch, cg):
        x = leaf(m)
        y = x * 2
        ((category, text),) = warned(lambda: y.grad)[1]
        assert category == "UserWarning" and text.startswith("The .grad attribute of a Tensor that is not a leaf Tensor is being accessed.")
        y.retain_grad()
        y.sum().backward()
        assert warned(lambda: (y.grad, x.grad))[1] == []


@both
def test_a_mask_that_changed_is_named_by_its_type(m):
    x, mask = leaf(m), m.ones(2, dtype=m.bool)
    y = m.where(mask, x, x * 2)
    mask.logical_not_()
    return error(y.sum().backward)


# ---- odd custom functions

@both
@cases(dirty=lambda ctx: ctx.mark_dirty(3), saved=lambda ctx: ctx.save_for_backward(3), constant=lambda ctx: ctx.mark_non_differentiable(3))
def test_what_is_no_tensor_cannot_be_marked(m, program):
    return error(function(m, forward=lambda ctx, x: [program(ctx), x * 1][1]).apply, leaf(m))


@both
@cases(leaf=lambda m: leaf(m), view_of_a_leaf=lambda m: leaf(m)[:1], inner=lambda m: leaf(m) * 1, unrecorded=lambda m: m.ones(2))
def test_a_leaf_cannot_be_marked_dirty(m, program):
    f = function(m, forward=lambda ctx, x: [x.add_(1), ctx.mark_dirty(x)][0], backward=lambda ctx, g: g)
    return outcome(lambda: f.apply(program(m)).detach())


@both
@cases(mixed=lambda x: (x * 2, 7, x * 3, None), words_first=lambda x: ("s", 7, x * 3), one=lambda x: (x * 2,))
def test_outputs_that_are_no_tensors_have_places_among_the_gradients(m, program):
    x, seen = leaf(m), []

    def backward(ctx, *gradients):
        seen.append(gradients)
        return next(g for g in reversed(gradients) if g is not None) * 2

    out = function(m, forward=lambda ctx, x: program(x), backward=backward).apply(x)
    sum(o.sum() for o in out if isinstance(o, TENSORS)).backward()
    return [seen, x.grad, [o for o in out if not isinstance(o, TENSORS)]]


@both
@cases(default=lambda f, x, y: f.apply(x), by_name=lambda f, x, y: f.apply(x, s=3), first_by_name=lambda f, x, y: f.apply(s=2, x=x, w=None),
       a_tensor=lambda f, x, y: f.apply(x, w=y), unknown=lambda f, x, y: f.apply(x, z=3), twice=lambda f, x, y: f.apply(x, x=x),
       a_gap=lambda f, x, y: f.apply(x, s=3))
def test_arguments_with_names_stand_at_forwards_places(m, program):
    x, y, needs = leaf(m), leaf(m), []

    def forward(ctx, x, w=None, s=1):
        needs.append(list(ctx.needs_input_grad))
        return x * s * (1 if w is None else w)

    f = function(m, forward=forward, backward=lambda ctx, g: (g, g * 3, None)[:len(ctx.needs_input_grad)])
    result = outcome(lambda: program(f, x, y))
    backward = outcome(result.sum().backward) if isinstance(result, TENSORS) else None
    return [result, needs, backward, x.grad, y.grad]


@both
@cases(keyword_only=lambda m: function(m, forward=lambda ctx, x, *, s=1: x * s), collected=lambda m: function(m, forward=lambda ctx, x, **more: x))
def test_names_without_a_place_are_refused(m, program):
    return [outcome(lambda: program(m).apply(leaf(m), s=2)), program(m).apply(leaf(m)).detach()]


@both
@cases(a_number=lambda g: 3.0, a_list=lambda g: [g])
def test_what_backward_returns_must_be_a_tensor(m, program):
    x = leaf(m)
    return error(function(m, forward=lambda ctx, x: x * 1, backward=lambda ctx, g: program(g)).apply(x).sum().backward)


@both
def test_a_hook_of_a_node_may_drop_gradients(m):
    x, w = leaf(m), leaf(m)
    y = x * w
    y.grad_fn.register_hook(lambda inputs, outputs: (None, inputs[1] * 2))
    y.sum().backward()
    return [x.grad, w.grad]


def test_an_absent_gradient_flows_on_as_zeros():
    x = leaf(cg)
    function(cg, forward=lambda ctx, x: x * 1, backward=lambda ctx, g: None).apply(x * 1).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0]


def test_inference_mode_makes_ordinary_tensors():
    with cg.inference_mode():
        made = cg.ones(2)
        with cg.enable_grad():
            assert (leaf(cg) * 2).requires_grad
    assert made.requires_grad_().requires_grad
