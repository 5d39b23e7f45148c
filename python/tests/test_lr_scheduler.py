"""Schedules against PyTorch's: the rates of forty steps to the bit, states, errors, warnings."""
import math
import warnings

import pytest

import convgrad as cg

torch = pytest.importorskip("torch")


def optimizer_of(module, lr=0.5, momentum=0.9, name="SGD"):
    params = [module.nn.Parameter(module.ones(1)), module.nn.Parameter(module.ones(1))]
    options = {"momentum": momentum} if name == "SGD" else {}
    return getattr(module.optim, name)([{"params": params[:1]}, {"params": params[1:], "lr": 0.05}], lr=lr, **options)


class Halved:
    """A callable object with a state."""

    def __init__(self):
        self.calls = 0

    def __call__(self, epoch):
        self.calls += 1
        return 0.5 ** self.calls


SCHEDULES = {
    "LambdaLR": lambda s, o: s.LambdaLR(o, [lambda e: 0.95 ** e, lambda e: 1 / (1 + e)]),
    "LambdaLR-object": lambda s, o: s.LambdaLR(o, Halved()),
    "MultiplicativeLR": lambda s, o: s.MultiplicativeLR(o, lambda e: 0.97),
    "StepLR": lambda s, o: s.StepLR(o, 7, 0.3),
    "MultiStepLR": lambda s, o: s.MultiStepLR(o, [10, 3, 10], 0.5),
    "ConstantLR": lambda s, o: s.ConstantLR(o, 0.3, 6),
    "LinearLR": lambda s, o: s.LinearLR(o, 0.2, 0.9, 9),
    "ExponentialLR": lambda s, o: s.ExponentialLR(o, 0.93),
    "PolynomialLR": lambda s, o: s.PolynomialLR(o, 11, 1.7),
    "CosineAnnealingLR": lambda s, o: s.CosineAnnealingLR(o, 8, 0.01),
    "CosineAnnealingWarmRestarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 5, 2, 0.01),
    "CyclicLR": lambda s, o: s.CyclicLR(o, 0.01, [0.1, 0.2], 5, 3),
    "CyclicLR-triangular2": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 5, mode="triangular2"),
    "CyclicLR-exp": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 5, mode="exp_range", gamma=0.99),
    "CyclicLR-function": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 5, scale_fn=lambda x: 1 / x, cycle_momentum=False),
    "OneCycleLR": lambda s, o: s.OneCycleLR(o, 0.3, total_steps=45),
    "OneCycleLR-three": lambda s, o: s.OneCycleLR(o, [0.3, 0.1], epochs=9, steps_per_epoch=5, three_phase=True, anneal_strategy="linear"),
    "SequentialLR": lambda s, o: s.SequentialLR(o, [s.LinearLR(o, 0.1), s.ExponentialLR(o, 0.9), s.CosineAnnealingLR(o, 10)], [5, 15]),
    "ChainedScheduler": lambda s, o: s.ChainedScheduler([s.LinearLR(o, 0.1), s.ExponentialLR(o, 0.9)]),
    "SWALR": lambda s, o: (cg if s is cg.optim.lr_scheduler else torch).optim.swa_utils.SWALR(o, [0.2, 0.01], 6),
    "SWALR-linear": lambda s, o: (cg if s is cg.optim.lr_scheduler else torch).optim.swa_utils.SWALR(o, 0.2, 0, "linear"),
}


def history(module, make, steps=40, name="SGD"):
    optimizer = optimizer_of(module, name=name)
    schedule = make(module.optim.lr_scheduler, optimizer)
    seen = []
    for _ in range(steps):
        seen.append([(g["lr"], g.get("momentum"), g.get("betas")) for g in optimizer.param_groups] + [schedule.get_last_lr()])
        optimizer.step()
        schedule.step()
    return seen, optimizer, schedule


@pytest.mark.parametrize("name", SCHEDULES)
def test_forty_rates_equal_pytorchs(name):
    ours, _, our_schedule = history(cg, SCHEDULES[name])
    theirs, _, their_schedule = history(torch, SCHEDULES[name])
    assert ours == theirs
    keys = {k for k in their_schedule.state_dict() if not k.startswith("_wrapped")}
    assert set(our_schedule.state_dict()) == keys


@pytest.mark.parametrize("name", ["CyclicLR", "OneCycleLR"])
def test_betas_go_against_the_rate(name):
    assert history(cg, SCHEDULES[name], name="Adam")[0] == history(torch, SCHEDULES[name], name="Adam")[0]


@pytest.mark.parametrize("name", [n for n in SCHEDULES if n != "CyclicLR-function"])
def test_a_loaded_state_goes_on(name):
    whole = history(cg, SCHEDULES[name])[0]
    _, optimizer, schedule = history(cg, SCHEDULES[name], 20)
    other = optimizer_of(cg)
    again = SCHEDULES[name](cg.optim.lr_scheduler, other)
    again.load_state_dict(schedule.state_dict())
    other.load_state_dict(optimizer.state_dict())
    for expected in whole[20:]:
        assert [(g["lr"], g.get("momentum"), g.get("betas")) for g in other.param_groups] == expected[:2]
        other.step()
        again.step()


@pytest.mark.parametrize("name", ["StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR", "CosineAnnealingLR"])
@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_an_epoch_given_is_computed_directly(name):
    def rates(module):
        optimizer = optimizer_of(module)
        schedule = SCHEDULES[name](module.optim.lr_scheduler, optimizer)
        optimizer.step()
        found = []
        for epoch in (3, 17, 2):
            schedule.step(epoch)
            found.append(schedule.get_last_lr())
        return found

    assert rates(cg) == rates(torch)


def test_fractions_of_epochs_restart_warmly():
    def rates(module):
        schedule = module.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer_of(module), 5, 2)
        found = []
        for epoch in (0.5, 4.9, 5.1, 16.0, 3.0):
            schedule.step(epoch)
            found.append(schedule.get_last_lr())
        return found

    assert rates(cg) == rates(torch)


PLATEAUS = [dict(), dict(mode="max", patience=2, threshold_mode="abs", threshold=0.05), dict(patience=1, cooldown=2, factor=0.5),
            dict(patience=0, min_lr=[0.02, 0.2], factor=0.1)]


@pytest.mark.parametrize("options", PLATEAUS)
def test_plateaus_are_seen_as_pytorch_sees_them(options):
    def rates(module):
        optimizer = optimizer_of(module)
        schedule = module.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
        found = []
        for i in range(40):
            schedule.step(1 / (1 + i) if i < 8 else 0.12 + 0.01 * math.sin(i))
            state = schedule.state_dict()
            found.append((schedule.get_last_lr(), state["best"], state["num_bad_epochs"], state["cooldown_counter"]))
        return found

    assert rates(cg) == rates(torch)


def error_of(function):
    try:
        function()
    except Exception as error:
        return type(error).__name__, str(error)
    return None


WRONG = [
    lambda s, o: s.StepLR(3, 1), lambda s, o: s.LambdaLR(o, [lambda e: 1]), lambda s, o: s.MultiplicativeLR(o, 3),
    lambda s, o: s.ConstantLR(o, 2), lambda s, o: s.LinearLR(o, 0), lambda s, o: s.LinearLR(o, 0.5, 2),
    lambda s, o: s.SequentialLR(o, [], []), lambda s, o: s.SequentialLR(o, [s.StepLR(o, 1)], [3]),
    lambda s, o: s.SequentialLR(o, [s.ReduceLROnPlateau(o)], []), lambda s, o: s.SequentialLR(o, [3], []),
    lambda s, o: s.ChainedScheduler([]), lambda s, o: s.ReduceLROnPlateau(o, factor=1.0), lambda s, o: s.ReduceLROnPlateau(o, mode="x"),
    lambda s, o: s.ReduceLROnPlateau(o, threshold_mode="x"), lambda s, o: s.ReduceLROnPlateau(o, min_lr=[1]), lambda s, o: s.ReduceLROnPlateau(3),
    lambda s, o: s.CyclicLR(o, 0.1, 0.2, mode="x"), lambda s, o: s.CyclicLR(o, [0.1], 0.2), lambda s, o: s.OneCycleLR(o, 0.1),
    lambda s, o: s.OneCycleLR(o, 0.1, total_steps=0), lambda s, o: s.OneCycleLR(o, 0.1, epochs=1.5, steps_per_epoch=2),
    lambda s, o: s.OneCycleLR(o, 0.1, epochs=2, steps_per_epoch=0), lambda s, o: s.OneCycleLR(o, 0.1, 10, pct_start=1),
    lambda s, o: s.OneCycleLR(o, 0.1, 10, anneal_strategy="x"), lambda s, o: s.CosineAnnealingWarmRestarts(o, 0),
    lambda s, o: s.CosineAnnealingWarmRestarts(o, 1, 0), lambda s, o: s.CosineAnnealingWarmRestarts(o, 1, 1, "x"),
    lambda s, o: s.CosineAnnealingWarmRestarts(o, 1).step(-1), lambda s, o: s.StepLR(o, 1, last_epoch=3), lambda s, o: s.LRScheduler(o),
    lambda s, o: [s.OneCycleLR(o, 0.1, 2)] and [x.step() for x in [s.OneCycleLR(o, 0.1, 2)] * 4],
]


@pytest.mark.parametrize("case", range(len(WRONG)))
@pytest.mark.filterwarnings("ignore:Detected call")
def test_misuse_is_refused_in_pytorchs_words(case):
    def run(module):
        return error_of(lambda: WRONG[case](module.optim.lr_scheduler, optimizer_of(module)))

    assert run(cg) == run(torch) is not None


def warned(function):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        function()
    return [(w.category, str(w.message)) for w in seen]


def wrong_order(module):
    module.optim.lr_scheduler.StepLR(optimizer_of(module), 1).step()


def epoch_given(module):
    optimizer = optimizer_of(module)
    schedule = module.optim.lr_scheduler.StepLR(optimizer, 1)
    optimizer.step()
    schedule.step(3)


def asked_directly(module):
    module.optim.lr_scheduler.StepLR(optimizer_of(module), 1).get_lr()


def step_replaced(module):
    optimizer = optimizer_of(module)
    schedule = module.optim.lr_scheduler.StepLR(optimizer, 1)
    optimizer.step = lambda: None
    schedule.step()


@pytest.mark.parametrize("case", [wrong_order, epoch_given, asked_directly, step_replaced])
def test_warnings_are_pytorchs(case):
    assert warned(lambda: case(cg)) == warned(lambda: case(torch)) != []


def test_a_tensor_keeps_its_place_as_the_rate():
    p = cg.nn.Parameter(cg.ones(1))
    rate = cg.tensor(0.5)
    optimizer = cg.optim.SGD([p], lr=rate)
    schedule = cg.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    optimizer.step()
    schedule.step()
    assert optimizer.param_groups[0]["lr"] is rate and rate.item() == 0.25 and schedule.base_lrs[0].item() == 0.5


def model(module):
    net = module.nn.Sequential(module.nn.Linear(3, 2), module.nn.BatchNorm1d(2))
    for i, p in enumerate(net.parameters()):
        p.data.copy_(module.arange(p.numel(), dtype=module.float32).reshape(p.shape) * 0.1 + i)
    return net


AVERAGES = {
    "default": lambda s: {},
    "ema": lambda s: dict(avg_fn=s.get_ema_avg_fn(0.9)),
    "multi-ema": lambda s: dict(multi_avg_fn=s.get_ema_multi_avg_fn(0.9), use_buffers=True),
    "multi": lambda s: dict(multi_avg_fn=s.get_swa_multi_avg_fn()),
    "own": lambda s: dict(avg_fn=lambda average, now, count: (average + now) / 2),
}


@pytest.mark.parametrize("name", AVERAGES)
def test_averages_of_models_are_pytorchs(name):
    def states(module):
        net = model(module)
        averaged = module.optim.swa_utils.AveragedModel(net, **AVERAGES[name](module.optim.swa_utils))
        for step in range(4):
            with module.no_grad():
                for p in net.parameters():
                    p.mul_(0.9).add_(0.1 * step)
                net[1].running_mean.add_(1)
            averaged.update_parameters(net)
        return {key: value.tolist() for key, value in averaged.state_dict().items()}

    ours, theirs = states(cg), states(torch)
    assert list(ours) == list(theirs)
    for key in theirs:
        assert torch.allclose(torch.tensor(ours[key]), torch.tensor(theirs[key]), rtol=1e-6), key


def test_running_means_are_made_anew():
    def buffers(module):
        net = model(module)
        net.eval()
        batches = [[module.arange(6, dtype=module.float32).reshape(2, 3) * i, 0] for i in range(1, 4)]
        module.optim.swa_utils.update_bn(batches, net)
        return net.training, [b.tolist() for b in net.buffers()], net[1].momentum

    ours, theirs = buffers(cg), buffers(torch)
    assert ours[0] == theirs[0] is False and ours[2] == theirs[2]
    for a, b in zip(ours[1], theirs[1]):
        assert a == pytest.approx(b, rel=1e-5)
