"""Optimizers against PyTorch's: twenty steps, states, printed text, errors."""
import copy
import importlib
import pickle
import warnings

import pytest

import convgrad as cg
import convgrad.optim as optim

torch = pytest.importorskip("torch")

CASES = [
    ("SGD", dict(lr=0.1)),
    ("SGD", dict(lr=0.1, weight_decay=1e-2)),
    ("SGD", dict(lr=0.1, momentum=0.9, dampening=0.1, maximize=True)),
    ("SGD", dict(lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-3)),
    ("Adam", dict()),
    ("Adam", dict(lr=1e-2, betas=(0.8, 0.99), weight_decay=1e-2)),
    ("Adam", dict(lr=1e-2, amsgrad=True, maximize=True)),
    ("Adam", dict(lr=1e-2, weight_decay=1e-2, decoupled_weight_decay=True)),
    ("AdamW", dict()),
    ("AdamW", dict(lr=1e-2, amsgrad=True)),
    ("Adagrad", dict(lr=0.1)),
    ("Adagrad", dict(lr=0.1, lr_decay=0.1, weight_decay=1e-2, initial_accumulator_value=0.5)),
    ("Adadelta", dict()),
    ("Adadelta", dict(lr=0.5, rho=0.8, weight_decay=1e-2, maximize=True)),
    ("Adamax", dict()),
    ("Adamax", dict(lr=1e-2, betas=(0.8, 0.99), weight_decay=1e-2)),
    ("NAdam", dict()),
    ("NAdam", dict(lr=1e-2, momentum_decay=1e-2, weight_decay=1e-2)),
    ("NAdam", dict(lr=1e-2, weight_decay=1e-2, decoupled_weight_decay=True)),
    ("RMSprop", dict()),
    ("RMSprop", dict(lr=1e-3, momentum=0.9, centered=True, weight_decay=1e-2)),
    ("RAdam", dict()),
    ("RAdam", dict(lr=1e-2, weight_decay=1e-2, decoupled_weight_decay=True)),
    ("ASGD", dict()),
    ("ASGD", dict(lr=0.1, t0=5, weight_decay=1e-2)),
    ("Rprop", dict()),
    ("Rprop", dict(lr=0.1, etas=(0.4, 1.3), step_sizes=(1e-3, 0.5))),
    ("Adafactor", dict()),
    ("Adafactor", dict(lr=0.1, beta2_decay=-0.5, eps=(1e-4, 1e-2), d=1.5, weight_decay=1e-2, maximize=True)),
    ("Adafactor", dict(lr=0.1, foreach=True, weight_decay=0.1)),
]
IDS = [f"{name}-{'-'.join(options) or 'default'}" for name, options in CASES]


def values(shape, seed, dtype="float32"):
    """The same numbers for both sides."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=getattr(torch, dtype)).numpy()


def parameters(module, dtype):
    """Two parameters with a gradient and one without."""
    return [module.nn.Parameter(module.tensor(values(shape, i, dtype).tolist(), dtype=getattr(module, dtype)))
            for i, shape in enumerate([(4, 3), (5,), (2,)])]


def train(module, name, options, steps, dtype="float32", groups=False):
    params = parameters(module, dtype)
    given = [{"params": params[:1]}, {"params": params[1:], "lr": 0.05}] if groups else params
    optimizer = getattr(module.optim, name)(given, **options)
    run(module, optimizer, params, range(steps), dtype)
    return params, optimizer


def run(module, optimizer, params, steps, dtype="float32"):
    for step in steps:
        for i, p in enumerate(params[:2]):
            p.grad = module.tensor(values(tuple(p.shape), 100 + 10 * step + i, dtype).tolist(), dtype=getattr(module, dtype))
        optimizer.step()


def same(ours, theirs, dtype="float32"):
    """Within the last bits: the rounding of a sum of two products is the processor's."""
    theirs = torch.as_tensor(theirs)
    ours = torch.from_numpy(ours.detach().numpy().copy()) if isinstance(ours, cg.Tensor) else torch.as_tensor(ours)
    tolerance = 1e-6 if dtype == "float32" else 1e-14
    return ours.shape == theirs.shape and ours.dtype == theirs.dtype and torch.allclose(ours, theirs.detach(), rtol=tolerance, atol=tolerance)


def same_state(ours, theirs, dtype="float32"):
    assert ours["param_groups"] == theirs["param_groups"]
    assert list(ours["state"]) == list(theirs["state"])
    for key, state in theirs["state"].items():
        assert list(ours["state"][key]) == list(state)
        for name, value in state.items():
            assert same(ours["state"][key][name], value, dtype), (key, name)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name, options", CASES, ids=IDS)
def test_twenty_steps_give_pytorchs_parameters_and_state(name, options, dtype):
    ours, our_optimizer = train(cg, name, options, 20, dtype)
    theirs, their_optimizer = train(torch, name, options, 20, dtype)
    for mine, other in zip(ours, theirs):
        assert same(mine, other, dtype)
    same_state(our_optimizer.state_dict(), their_optimizer.state_dict(), dtype)


@pytest.mark.parametrize("name, options", CASES, ids=IDS)
def test_it_prints_as_pytorchs(name, options):
    _, ours = train(cg, name, options, 0, groups=True)
    _, theirs = train(torch, name, options, 0, groups=True)
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("name, options", CASES, ids=IDS)
def test_a_loaded_state_goes_on_to_the_same_bits(name, options):
    whole, _ = train(cg, name, options, 20)
    half, first = train(cg, name, options, 10)
    saved = copy.deepcopy(first.state_dict())
    second = getattr(optim, name)(half, **{**options, "lr": 7.0})
    second.load_state_dict(saved)
    run(cg, second, half, range(10, 20))
    for a, b in zip(whole, half):
        assert (a == b).all()


@pytest.mark.parametrize("name, options", CASES[:6], ids=IDS[:6])
def test_it_survives_a_pickle(name, options):
    params, optimizer = train(cg, name, options, 3)
    again = pickle.loads(pickle.dumps(optimizer))
    assert repr(again) == repr(optimizer)
    assert [list(s) for s in again.state.values()] == [list(s) for s in optimizer.state.values()]


def error_of(function):
    try:
        function()
    except Exception as error:
        return type(error).__name__, str(error)
    return None


def one(module):
    return [module.nn.Parameter(module.ones(2))]


WRONG = [
    ("SGD", dict(lr=-1)), ("SGD", dict(momentum=-0.5)), ("SGD", dict(weight_decay=-0.5)), ("SGD", dict(nesterov=True)),
    ("SGD", dict(nesterov=True, momentum=0.9, dampening=0.1)), ("SGD", dict(lr=float("nan"))), ("SGD", dict(foreach=True, fused=True)),
    ("SGD", dict(fused=True, differentiable=True)),
    ("Adam", dict(lr=float("nan"))), ("Adam", dict(eps=-1.0)), ("Adam", dict(betas=(1.0, 0.9))), ("Adam", dict(betas=(0.9, -0.1))),
    ("Adam", dict(weight_decay=-1)), ("Adam", dict(betas=(0, 0.9))), ("Adam", dict(fused=True, foreach=True)),
    ("AdamW", dict(lr=-0.1)), ("Adagrad", dict(lr_decay=-1)), ("Adagrad", dict(initial_accumulator_value=-1)), ("Adagrad", dict(eps=-1)),
    ("Adadelta", dict(rho=1.5)), ("Adadelta", dict(eps=-1)), ("Adamax", dict(betas=(0.9, 1.0))), ("NAdam", dict(momentum_decay=-1)),
    ("RMSprop", dict(alpha=-1)), ("RMSprop", dict(momentum=-1)), ("RAdam", dict(betas=(2, 0.9))), ("ASGD", dict(weight_decay=-1)),
    ("Rprop", dict(etas=(1.5, 1.2))), ("Rprop", dict(lr=-1)),
    ("Adafactor", dict(lr=-1)), ("Adafactor", dict(beta2_decay=0.5)), ("Adafactor", dict(eps=(-1, 1))), ("Adafactor", dict(eps=(None, -1))),
    ("Adafactor", dict(d=0.5)), ("Adafactor", dict(weight_decay=-1)), ("Adafactor", dict(lr=float("nan"))), ("Adafactor", dict(eps=3)),
]


@pytest.mark.parametrize("name, options", WRONG, ids=[f"{n}-{o}" for n, o in WRONG])
def test_wrong_options_are_refused_in_pytorchs_words(name, options):
    ours = error_of(lambda: getattr(optim, name)(one(cg), **options))
    assert ours == error_of(lambda: getattr(torch.optim, name)(one(torch), **options))


def graph(module):
    return one(module)[0] * 2


PARAMETERS = [lambda m: [], lambda m: m.ones(2), lambda m: [m.ones(2), "x"], lambda m: [graph(m)], lambda m: set(one(m)) and [{"params": set(one(m))}],
              lambda m: [{"params": one(m)}, {"params": one(m), "lr": -1}], lambda m: [("a", one(m)[0]), one(m)[0]], lambda m: [3]]


@pytest.mark.parametrize("make", PARAMETERS)
def test_wrong_parameters_are_refused_in_pytorchs_words(make):
    assert error_of(lambda: optim.SGD(make(cg), lr=0.1)) == error_of(lambda: torch.optim.SGD(make(torch), lr=0.1))


def shared(module):
    p = one(module)
    return module.optim.SGD([{"params": p}, {"params": p}], lr=0.1)


def without_lr(module):
    required = importlib.import_module(f"{module.__name__}.optim.optimizer").required
    module.optim.Optimizer(one(module), {"lr": required})


def bad_group(module):
    module.optim.SGD(one(module), lr=0.1).add_param_group([1])


def named_beside_unnamed(module):
    optimizer = module.optim.SGD([("a", one(module)[0])], lr=0.1)
    optimizer.add_param_group({"params": one(module)})


def other_groups(module):
    saved = module.optim.SGD([{"params": one(module)}, {"params": one(module)}], lr=0.1).state_dict()
    module.optim.SGD(one(module), lr=0.1).load_state_dict(saved)


def longer_group(module):
    saved = module.optim.SGD(one(module) + one(module), lr=0.1).state_dict()
    module.optim.SGD(one(module), lr=0.1).load_state_dict(saved)


def not_written(module):
    module.optim.Optimizer(one(module), {}).step()


def capturable(module):
    p = one(module)
    p[0].grad = module.ones(2)
    module.optim.Adam(p, capturable=True).step()


@pytest.mark.parametrize("case", [shared, without_lr, bad_group, named_beside_unnamed, other_groups, longer_group, not_written, capturable])
def test_misuse_is_refused_in_pytorchs_words(case):
    assert error_of(lambda: case(cg)) == error_of(lambda: case(torch)) is not None


def test_duplicates_are_warned_of():
    p = one(cg)[0]
    with pytest.warns(UserWarning, match="duplicate parameters"):
        optim.SGD([p, p], lr=0.1)


def test_names_of_parameters_are_kept():
    net = [cg.nn.Parameter(cg.ones(1)), cg.nn.Parameter(cg.ones(2))]
    optimizer = optim.SGD([("first", net[0]), ("second", net[1])], lr=0.1)
    assert optimizer.state_dict()["param_groups"][0]["param_names"] == ["first", "second"]


def test_closure_is_called_with_gradients_and_its_loss_returned():
    p = one(cg)[0]
    optimizer = optim.SGD([p], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with cg.no_grad():
        assert optimizer.step(closure).item() == 2.0
    assert same(p, [0.8, 0.8])


def test_zero_grad_forgets_or_clears():
    p = one(cg)[0]
    (p * p).sum().backward(create_graph=True)
    kept = p.grad
    optimizer = optim.SGD([p], lr=0.1)
    optimizer.zero_grad(set_to_none=False)
    assert p.grad is kept and kept.grad_fn is None and kept.tolist() == [0.0, 0.0]
    optimizer.zero_grad()
    assert p.grad is None


def test_a_differentiable_step_has_a_gradient():
    results = []
    for module in (cg, torch):
        lr = module.tensor(0.1, requires_grad=True)
        start = module.ones(3, requires_grad=True)
        p = start.clone()
        p.retain_grad()
        p.grad = (start * start).detach()
        optimizer = module.optim.SGD([p], lr=lr, differentiable=True)
        optimizer.step()
        (p * p).sum().backward()
        results.append((start.grad.tolist(), lr.grad.item()))
    assert results[0] == results[1]


@pytest.mark.parametrize("name", ["Adam", "AdamW", "Adagrad", "NAdam", "RMSprop", "RAdam", "Adadelta"])
def test_differentiable_rules_change_parameters_as_pytorchs(name):
    results = []
    for module in (cg, torch):
        start = module.tensor([1.0, -2.0, 3.0], requires_grad=True)
        p = start.clone()
        p.retain_grad()
        optimizer = getattr(module.optim, name)([p], differentiable=True)
        for _ in range(3):
            p.grad = module.tensor([0.5, 0.25, -1.0])
            optimizer.step()
        (p * p).sum().backward()
        results.append((p.tolist(), start.grad.tolist()))
    for ours, theirs in zip(*results):
        assert ours == pytest.approx(theirs, rel=1e-6)


def test_hooks_see_and_change_a_step():
    p = one(cg)[0]
    p.grad = cg.ones(2)
    optimizer = optim.SGD([p], lr=0.1)
    seen = []
    before = optimizer.register_step_pre_hook(lambda o, args, kwargs: seen.append(("before", len(args))))
    optimizer.register_step_post_hook(lambda o, args, kwargs: seen.append(("after", len(args))))
    every = optim.optimizer.register_optimizer_step_post_hook(lambda o, args, kwargs: seen.append(("all", len(args))))
    optimizer.step()
    assert seen == [("before", 1), ("after", 1), ("all", 1)]
    before.remove()
    every.remove()
    optimizer.step()
    assert seen[3:] == [("after", 1)]


def test_hooks_of_states_may_replace_them():
    optimizer = optim.SGD(one(cg), lr=0.1)
    optimizer.register_state_dict_post_hook(lambda o, state: {**state, "more": 1})
    optimizer.register_load_state_dict_pre_hook(lambda o, state: {k: v for k, v in state.items() if k != "more"})
    loaded = []
    optimizer.register_load_state_dict_post_hook(lambda o: loaded.append(o))
    state = optimizer.state_dict()
    assert state["more"] == 1
    optimizer.load_state_dict(state)
    assert loaded == [optimizer]


def test_a_subclass_of_ones_own_has_hooks_and_a_warning_free_schedule():
    class Sign(optim.Optimizer):
        def __init__(self, params, lr):
            super().__init__(params, {"lr": lr})

        def step(self, closure=None):
            with cg.no_grad():
                for group in self.param_groups:
                    for p in group["params"]:
                        p.add_(p.grad.sign(), alpha=-group["lr"])

    p = one(cg)[0]
    p.grad = cg.tensor([3.0, -2.0])
    optimizer = Sign([p], 0.5)
    called = []
    optimizer.register_step_post_hook(lambda *_: called.append(1))
    schedule = optim.lr_scheduler.StepLR(optimizer, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.step()
        schedule.step()
    assert p.tolist() == [0.5, 1.5] and called == [1] and optimizer.param_groups[0]["lr"] == 0.05
