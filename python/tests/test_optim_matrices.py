"""Optimizers of matrices (Muon, Adafactor), states that go from one library to the other, and an optimizer's rule for other parameters."""
import copy
import io
import pickle
import warnings

import pytest

import convgrad as cg
from convgrad.optim._muon import as_bfloat16

torch = pytest.importorskip("torch")

MUON = [dict(), dict(lr=0.02, nesterov=False, weight_decay=0.0), dict(lr=0.1, momentum=0.8, adjust_lr_fn="match_rms_adamw"),
        dict(adjust_lr_fn="original", ns_steps=3, ns_coefficients=(3.0, -3.2, 1.2), eps=1e-3)]
SHAPES = {"Muon": [(4, 3), (3, 7), (5, 5)], "Adafactor": [(4, 3), (5,), (2, 3, 4), (2, 1, 3, 3), ()]}


def values(shape, seed, dtype="float64"):
    """The same numbers for both sides."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=getattr(torch, dtype)).tolist()


def parameters(module, name, dtype):
    return [module.nn.Parameter(module.tensor(values(shape, i), dtype=getattr(module, dtype)))
            for i, shape in enumerate(SHAPES.get(name, [(4, 3), (5,)]))]


def run(module, optimizer, params, steps, dtype):
    for step in steps:
        for i, p in enumerate(params):
            p.grad = module.tensor(values(tuple(p.shape), 100 + 10 * step + i), dtype=getattr(module, dtype))
        optimizer.step()


def train(module, name, options, steps, dtype="float64"):
    params = parameters(module, name, dtype)
    optimizer = getattr(module.optim, name)(params, **options)
    run(module, optimizer, params, range(steps), dtype)
    return params, optimizer


def close(ours, theirs, tolerance):
    ours = torch.tensor(ours.tolist(), dtype=torch.float64)
    return ours.shape == theirs.shape and torch.allclose(ours, theirs.detach().double(), rtol=tolerance, atol=tolerance)


def precision(dtype):
    return 1e-12 if dtype == "float64" else 2e-6


def coarse(params, options, steps):
    """What a last digit of bfloat16 in each step's direction makes of the parameters: sums of float32 come in another order,
    and of two numbers of bfloat16 at the same distance it may choose the other."""
    factor = max(max(1, p.shape[0] / p.shape[1]) ** 0.5 if options.get("adjust_lr_fn") != "match_rms_adamw" else
                 0.2 * max(p.shape) ** 0.5 for p in params)
    return steps * options.get("lr", 1e-3) * factor * 2.0 ** -7


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("options", MUON, ids=str)
def test_muon_makes_pytorchs_steps(options, dtype):
    ours, our_optimizer = train(cg, "Muon", options, 20, dtype)
    theirs, their_optimizer = train(torch, "Muon", options, 20, dtype)
    for mine, other in zip(ours, theirs):
        assert close(mine, other, coarse(theirs, options, 20))
    state, expected = our_optimizer.state_dict(), their_optimizer.state_dict()
    assert state["param_groups"] == expected["param_groups"] and list(state["state"]) == list(expected["state"])
    for key, values in expected["state"].items():
        assert list(state["state"][key]) == list(values) == ["momentum_buffer"]
        assert close(state["state"][key]["momentum_buffer"], values["momentum_buffer"], precision(dtype))
    assert repr(our_optimizer) == repr(their_optimizer)


@pytest.mark.parametrize("shape", [(6, 4), (40, 60), (100, 30)])
def test_one_direction_is_pytorchs(shape):
    results = []
    for module in (cg, torch):
        p = module.nn.Parameter(module.zeros(*shape))
        p.grad = module.tensor(values(shape, 3), dtype=module.float32)
        module.optim.Muon([p], lr=1.0).step()
        results.append(torch.tensor(p.tolist()))
    # A sum so near to the middle between two numbers that its order decides changes others in the steps after it.
    assert torch.allclose(*results, rtol=0, atol=2.0 ** -6)
    assert (results[0] == results[1]).float().mean() > (0.9 if shape == (6, 4) else 0.2)


def test_numbers_are_rounded_as_to_bfloat16():
    numbers = torch.cat([torch.randn(1000) * 10.0 ** e for e in range(-42, 39, 9)]
                        + [torch.tensor([0.0, 1.00390625, 1.01171875, -1.00390625, 3.4e38, -3.4e38, float("inf"), -float("inf"), float("nan")])])
    ours = torch.tensor(as_bfloat16(cg.tensor(numbers.tolist())).tolist())
    assert torch.equal(ours.nan_to_num(nan=7.0), numbers.bfloat16().float().nan_to_num(nan=7.0)) and ours[-1].isnan()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("options", [dict(), dict(lr=0.5, eps=(1e-2, 1e-3), d=1.0, weight_decay=0.1), dict(beta2_decay=0.0), dict(foreach=True)],
                         ids=str)
def test_adafactor_takes_any_number_of_dimensions(options, dtype):
    ours, our_optimizer = train(cg, "Adafactor", options, 20, dtype)
    theirs, their_optimizer = train(torch, "Adafactor", options, 20, dtype)
    for mine, other in zip(ours, theirs):
        assert close(mine, other, precision(dtype))
    for key, values in their_optimizer.state_dict()["state"].items():
        mine = our_optimizer.state_dict()["state"][key]
        assert list(mine) == list(values)
        for name, value in values.items():
            assert close(mine[name], value, precision(dtype)) and str(mine[name].dtype) == str(value.dtype)


def test_adafactors_epsilon_is_that_of_the_groups_first_type():
    results = []
    for module in (cg, torch):
        params = [module.nn.Parameter(module.ones(2, 3, dtype=t)) for t in (module.float32, module.float64)]
        for p in params:
            p.grad = module.full_like(p, 1e-9)
        optimizer = module.optim.Adafactor(params, lr=0.1)
        optimizer.step()
        results.append([p.tolist() for p in params])
    assert results[0] == results[1]


@pytest.mark.parametrize("name, options", [("Muon", dict(lr=0.1)), ("Adafactor", dict(lr=0.1)), ("Adafactor", dict(lr=1e-3, weight_decay=0.1))])
def test_a_rate_may_be_a_tensor(name, options):
    results = []
    for module in (cg, torch):
        params, optimizer = train(module, name, {**options, "lr": module.tensor(options["lr"])}, 3, "float32")
        results.append([p.tolist() for p in params])
    for ours, theirs in zip(*results):
        assert torch.allclose(torch.tensor(ours), torch.tensor(theirs), atol=3e-3 if name == "Muon" else 1e-6)


@pytest.mark.parametrize("name", ["Muon", "Adafactor"])
def test_a_loaded_state_goes_on_to_the_same_bits(name):
    whole, _ = train(cg, name, dict(lr=0.1), 20)
    half, first = train(cg, name, dict(lr=0.1), 10)
    second = pickle.loads(pickle.dumps(first))
    assert repr(second) == repr(first)
    second = getattr(cg.optim, name)(half, lr=7.0)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    run(cg, second, half, range(10, 20), "float64")
    for a, b in zip(whole, half):
        assert (a == b).all()


@pytest.mark.parametrize("name", ["Muon", "Adafactor"])
def test_the_loss_of_a_closure_is_returned(name):
    p = cg.nn.Parameter(cg.ones(2, 2))
    optimizer = getattr(cg.optim, name)([p], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with cg.no_grad():
        assert optimizer.step(closure).item() == 4.0
    assert (p < 1).all() and optimizer.state[p] != {}


# ---- errors

def error_of(function):
    try:
        function()
    except Exception as error:
        return type(error).__name__, str(error)
    return None


def one(module, *shape):
    p = module.nn.Parameter(module.ones(*shape))
    p.grad = module.ones(*shape)
    return [p]


WRONG = [lambda m: m.optim.Muon(one(m, 2, 2), lr=-1), lambda m: m.optim.Muon(one(m, 2, 2), momentum=-1), lambda m: m.optim.Muon(one(m, 3)),
         lambda m: m.optim.Muon(one(m, 2, 2), weight_decay=-1), lambda m: m.optim.Muon(one(m, 2, 2), adjust_lr_fn="other"),
         lambda m: m.optim.Muon(one(m, 1, 2, 3)), lambda m: m.optim.Muon(one(m, 2, 2), ns_steps=100).step(),
         lambda m: m.optim.Muon(one(m, 2, 2), ns_coefficients=(1.0, 2.0)).step(), lambda m: m.optim.Muon(one(m, 2, 2), lr=m.ones(2)),
         lambda m: m.optim.Adafactor(one(m, 2), lr=m.ones(2)), lambda m: m.optim.Muon([]), lambda m: m.optim.Adafactor(one(m, 0)).step()]


@pytest.mark.parametrize("case", WRONG)
def test_misuse_is_refused_in_pytorchs_words(case):
    assert error_of(lambda: case(cg)) == error_of(lambda: case(torch)) is not None


def test_what_needs_sparse_gradients_says_so():
    with pytest.raises(AttributeError, match="has no attribute 'SparseAdam'") as caught:
        cg.optim.SparseAdam
    assert "convgrad lacks torch.optim.SparseAdam" in caught.value.__notes__[0] and "sparse gradients" in caught.value.__notes__[1]


def test_every_public_name_but_one_is_there():
    assert set(torch.optim.__all__) - set(cg.optim.__all__) == {"SparseAdam"}
    for part in ("lr_scheduler", "swa_utils"):
        assert [n for n in getattr(torch.optim, part).__all__ if not hasattr(getattr(cg.optim, part), n)] == []
    for name in ("Muon", "Adafactor"):
        assert getattr(cg.optim, name).__module__ == "convgrad.optim"


# ---- states from one library to the other

EXCHANGED = [("SGD", dict(lr=0.1, momentum=0.9)), ("Adam", dict(amsgrad=True)), ("AdamW", dict()), ("Adagrad", dict()), ("Adadelta", dict()),
             ("Adamax", dict()), ("NAdam", dict()), ("RMSprop", dict(momentum=0.9, centered=True)), ("RAdam", dict()), ("ASGD", dict()),
             ("Rprop", dict()), ("Adafactor", dict()), ("Muon", dict(lr=0.02))]


@pytest.mark.parametrize("start, end", [(torch, cg), (cg, torch)], ids=["to convgrad", "to PyTorch"])
@pytest.mark.parametrize("name, options", EXCHANGED, ids=[name for name, _ in EXCHANGED])
def test_a_state_goes_on_in_the_other_library(name, options, start, end):
    params, optimizer = train(start, name, options, 10)
    file = io.BytesIO()
    start.save({"optimizer": optimizer.state_dict(), "parameters": [p.detach() for p in params]}, file)
    file.seek(0)
    saved = end.load(file)
    params = [end.nn.Parameter(p) for p in saved["parameters"]]
    optimizer = getattr(end.optim, name)(params, lr=0.5)
    optimizer.load_state_dict(saved["optimizer"])
    run(end, optimizer, params, range(10, 20), "float64")
    whole, _ = train(torch, name, options, 20)
    for mine, other in zip(params, whole):
        assert close(mine, other, coarse(whole, options, 20) if name == "Muon" else 1e-12)


def minimized(module, optimizer, x, steps):
    def closure():
        optimizer.zero_grad()
        loss = ((x - module.tensor([1.0, 2.0, -3.0], dtype=module.float64)) ** 4).sum() + (x[0] * x[1]) ** 2
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)


@pytest.mark.parametrize("start, end", [(torch, cg), (cg, torch)], ids=["to convgrad", "to PyTorch"])
def test_lbfgs_goes_on_in_the_other_library(start, end):
    results = []
    for second in (start, end):
        x = start.nn.Parameter(start.zeros(3, dtype=start.float64))
        optimizer = start.optim.LBFGS([x], lr=0.5, max_iter=4)
        minimized(start, optimizer, x, 2)
        file = io.BytesIO()
        start.save((optimizer.state_dict(), x.detach()), file)
        file.seek(0)
        state, x = second.load(file)
        x = second.nn.Parameter(x)
        optimizer = second.optim.LBFGS([x])
        optimizer.load_state_dict(state)
        minimized(second, optimizer, x, 2)
        results.append(x.tolist())
    assert results[1] == pytest.approx(results[0], rel=1e-9)


# ---- the rule for other parameters

def swapped(module, name, change=None):
    params, optimizer = train(module, name, dict(lr=0.1), 2, "float32")
    before = [p.detach().clone() for p in params]
    own_state, own_list = optimizer.state, optimizer.param_groups[0]["params"]
    others = {str(i): module.zeros_like(p) for i, p in enumerate(params)}
    state = copy.deepcopy(optimizer.state_dict())
    state["param_groups"][0]["lr"] = 0.5
    if change is not None:
        change(state, others)
    with module.optim.swap_in_optimizer_params_and_state(optimizer, others, state):
        for p in others.values():
            p.grad = module.ones_like(p)
        optimizer.step()
    assert optimizer.state is own_state and optimizer.param_groups[0]["params"] is own_list and optimizer.param_groups[0]["lr"] == 0.1
    assert all((a == b).all() for a, b in zip(params, before))
    tensors = [v for s in state["state"].values() for v in s.values() if hasattr(v, "tolist")]
    return [p.tolist() for p in others.values()], [v.tolist() for v in tensors]


@pytest.mark.parametrize("name", ["Adam", "Muon", "Adafactor"])
def test_steps_inside_of_the_block_change_what_was_swapped_in(name):
    for ours, theirs in zip(swapped(cg, name), swapped(torch, name)):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs):
            assert torch.allclose(torch.tensor(a), torch.tensor(b), atol=4e-3 if name == "Muon" else 1e-6)


def without_params(state, others):
    del state["param_groups"][0]["params"]


def set_to(path, value):
    def change(state, others):
        target = state
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = value
    return change


def forget_one(state, others):
    others.popitem()


def no_group(state, others):
    state["param_groups"] = [3]


SWAPS = [set_to(["state"], None), set_to(["param_groups"], ()), set_to(["param_groups"], []), set_to(["state", 0], 3), set_to(["state", 9], {}),
         set_to(["param_groups", 0, "params"], [0]), set_to(["param_groups", 0, "more"], 1), without_params, forget_one, no_group]


@pytest.mark.parametrize("change", SWAPS)
def test_what_does_not_fit_is_refused_in_pytorchs_words(change):
    assert error_of(lambda: swapped(cg, "Adam", change)) == error_of(lambda: swapped(torch, "Adam", change)) is not None


def test_only_what_has_a_state_is_swapped():
    for given in ({}, 3):
        errors = []
        for module in (cg, torch):
            optimizer = module.optim.SGD(one(module, 2), lr=0.1, momentum=0.9)
            if given == 3:
                optimizer.step()

            def swap():
                with module.optim.swap_in_optimizer_params_and_state(optimizer, {}, given):
                    pass

            errors.append(error_of(swap))
        assert errors[0] == errors[1] is not None


def test_it_is_restored_after_an_error():
    optimizer = cg.optim.SGD(one(cg, 2), lr=0.1, momentum=0.9)
    optimizer.step()
    (p,) = own = optimizer.param_groups[0]["params"]
    with warnings.catch_warnings(), pytest.raises(KeyError):
        with cg.optim.swap_in_optimizer_params_and_state(optimizer, {"p": cg.zeros(2)}, optimizer.state_dict()):
            raise KeyError
    assert optimizer.param_groups[0]["params"] is own and list(optimizer.state) == [p]
