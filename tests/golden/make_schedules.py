"""Writes schedules.json: the rates of PyTorch's learning-rate schedules at random settings, their states and refusals.

Run with torch 2.13.
"""

import json
import random
import warnings
from pathlib import Path

import torch
from torch.optim import SGD, Adam, lr_scheduler

warnings.simplefilter("ignore")
random.seed(7)


def r(low, high, digits=4):
    return round(random.uniform(low, high), digits)


SETTINGS = {
    "StepLR": lambda: dict(step_size=random.randint(1, 9), gamma=r(0.1, 0.95)),
    "MultiStepLR": lambda: dict(milestones=random.choices(range(1, 25), k=4), gamma=r(0.1, 0.9)),
    "ConstantLR": lambda: dict(factor=r(0.1, 1), total_iters=random.randint(0, 12)),
    "LinearLR": lambda: dict(start_factor=r(0.01, 1), end_factor=r(0, 1), total_iters=random.randint(1, 25)),
    "ExponentialLR": lambda: dict(gamma=r(0.5, 1)),
    "CosineAnnealingLR": lambda: dict(T_max=random.randint(1, 25), eta_min=r(0, 0.01)),
    "OneCycleLR": lambda: dict(max_lr=random.choice([r(0.1, 1), [r(0.1, 1), r(0.1, 1)]]),
                               total_steps=random.randint(30, 50), pct_start=r(0.1, 0.45),
                               anneal_strategy=random.choice(["cos", "linear"]), cycle_momentum=random.random() < 0.8,
                               base_momentum=r(0.7, 0.85), max_momentum=r(0.9, 0.99), div_factor=r(5, 30),
                               final_div_factor=r(10, 1e4), three_phase=random.random() < 0.5),
    "LambdaLR": lambda: dict(decay=r(0.8, 0.99)),
}  # fmt: skip
CLOSED = ["StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "CosineAnnealingLR"]


def optimizer_of(kind):
    p, q = torch.zeros(1), torch.zeros(1)
    groups = [{"params": [p]}, {"params": [q], "lr": 0.037}]
    return SGD(groups, lr=0.1, momentum=0.9) if kind == "SGD" else Adam(groups, lr=0.1)


def make(name, optimizer, options):
    if name == "LambdaLR":
        return lr_scheduler.LambdaLR(optimizer, lambda epoch: options["decay"] ** epoch)
    return getattr(lr_scheduler, name)(optimizer, **options)


def rates(optimizer):
    return [float(g["lr"]) for g in optimizer.param_groups]


def momenta(optimizer):
    return [g["betas"][0] if "betas" in g else g["momentum"] for g in optimizer.param_groups]


def numbers(state):
    out = {}
    for key, value in state.items():
        if key == "milestones":
            value = sorted(value.elements())
        if key in ("_is_initial", "_get_lr_called_within_step") or isinstance(value, (str, dict)) or value is None:
            continue
        if isinstance(value, list) and value and not isinstance(value[0], (int, float)):
            continue
        out[key] = [float(v) for v in (value if isinstance(value, list) else [value])]
    return out


def run(name, kind, options, steps=28):
    optimizer = optimizer_of(kind)
    schedule = make(name, optimizer, options)
    lrs, moments = [rates(optimizer)], [momenta(optimizer)]
    for _ in range(steps):
        schedule.step()
        lrs.append(rates(optimizer))
        moments.append(momenta(optimizer))
    entry = {"name": name, "optimizer": kind, "options": options, "lr": lrs, "state": numbers(schedule.state_dict())}
    if name == "OneCycleLR":
        entry["momentum"] = moments
    if name in CLOSED:
        schedule.step(5)
        entry["closed"] = rates(optimizer)
    return entry


def sequence(parts, milestones, steps=28):
    optimizer = optimizer_of("SGD")
    schedule = lr_scheduler.SequentialLR(optimizer, [make(n, optimizer, o) for n, o in parts], milestones)
    lrs = [rates(optimizer)]
    for _ in range(steps):
        schedule.step()
        lrs.append(rates(optimizer))
    return {"parts": parts, "milestones": milestones, "lr": lrs, "state": numbers(schedule.state_dict())}


def plateau(options, metrics):
    optimizer = optimizer_of("SGD")
    schedule = lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    lrs = []
    for m in metrics:
        schedule.step(m)
        lrs.append(rates(optimizer))
    names = ("min_lrs", "last_epoch", "_last_lr", "best", "cooldown_counter", "num_bad_epochs")
    state = {k: v for k, v in numbers(schedule.state_dict()).items() if k in names}
    return {"options": options, "metrics": metrics, "lr": lrs, "state": state}


REFUSED = [
    ("ConstantLR", dict(factor=1.5)), ("ConstantLR", dict(factor=-0.5)), ("LinearLR", dict(start_factor=0.0)),
    ("LinearLR", dict(start_factor=1.5)), ("LinearLR", dict(end_factor=-0.5)), ("OneCycleLR", dict(max_lr=0.1)),
    ("OneCycleLR", dict(max_lr=0.1, total_steps=0)), ("OneCycleLR", dict(max_lr=0.1, epochs=0, steps_per_epoch=2)),
    ("OneCycleLR", dict(max_lr=0.1, epochs=2, steps_per_epoch=-1)),
    ("OneCycleLR", dict(max_lr=0.1, total_steps=10, pct_start=1.5)),
    ("OneCycleLR", dict(max_lr=0.1, total_steps=10, anneal_strategy="step")),
    ("OneCycleLR", dict(max_lr=[0.1, 0.2, 0.3], total_steps=10)),
    ("OneCycleLR", dict(max_lr=0.1, total_steps=10, max_momentum=[0.1, 0.2, 0.3])),
    ("StepLR", dict(step_size=3, last_epoch=4)), ("ReduceLROnPlateau", dict(factor=1.0)),
    ("ReduceLROnPlateau", dict(mode="least")), ("ReduceLROnPlateau", dict(threshold_mode="share")),
    ("ReduceLROnPlateau", dict(min_lr=[0.1])),
]  # fmt: skip


def refused(name, options):
    try:
        make(name, optimizer_of("SGD"), options)
    except (ValueError, KeyError) as e:
        return {"name": name, "options": options, "text": e.args[0]}


def main():
    loss = [1.0, 0.9, 0.95, 0.9, 0.91, 0.5, 0.49999, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.4, 0.4, 0.4, 0.4, 1e30, 0.4]
    document = {
        "schedules": [run(name, kind, make_options()) for name, make_options in SETTINGS.items()
                      for kind in ("SGD", "SGD", "Adam", "Adam")],
        "sequences": [
            sequence([("LinearLR", dict(start_factor=0.1, total_iters=5)), ("CosineAnnealingLR", dict(T_max=20))], [5]),
            sequence([("ConstantLR", dict(factor=0.1, total_iters=2)), ("ExponentialLR", dict(gamma=0.9)),
                      ("StepLR", dict(step_size=3, gamma=0.5))], [4, 11]),
        ],
        "plateaus": [
            plateau(dict(patience=2), loss), plateau(dict(mode="max", patience=1, factor=0.5, cooldown=2), loss),
            plateau(dict(threshold_mode="abs", threshold=0.05, patience=0, min_lr=[0.02, 1e-3]), loss),
            plateau(dict(mode="max", threshold_mode="abs", threshold=0.1, patience=1, min_lr=1e-3), loss),
        ],
        "refused": [refused(*case) for case in REFUSED],
    }  # fmt: skip
    text = json.dumps(document, sort_keys=True).replace('}, {"', '},\n{"')
    Path(__file__).with_name("schedules.json").write_text(text + "\n")


main()
