"""An optimizer's rule applied to other parameters and another state. Like torch.optim.swap_in_optimizer_params_and_state."""
from __future__ import annotations

import contextlib
from collections import defaultdict
from typing import Any, Iterator

from .. import _C
from .optimizer import Optimizer

Tensor = _C.Tensor
_WE = "swap_in_optimizer_params_and_state requires "


@contextlib.contextmanager
def swap_in_optimizer_params_and_state(optimizer: Optimizer, swapin_parameters: dict[str, Tensor],
                                       swapin_optim_state: dict[str, Any]) -> Iterator[None]:
    """Inside of the block the optimizer has other parameters and another state; afterwards its own again.

    swapin_parameters: tensors in the order of its parameters. swapin_optim_state: as optimizer.state_dict(), whose options
    hold inside of the block, too; steps change its tensors, and nothing else of it.

    Errors: RuntimeError for an optimizer without a state, and for what does not fit its groups.
    Like torch.optim.swap_in_optimizer_params_and_state.

    Example::

        >>> optimizer = torch.optim.Adam(net.parameters())
        >>> loss.backward()
        >>> optimizer.step()
        >>> copies = {name: p.clone() for name, p in net.named_parameters()}
        >>> with torch.optim.swap_in_optimizer_params_and_state(optimizer, copies, optimizer.state_dict()):
        ...     optimizer.step()  # of the copies
    """
    state, groups = _checked(optimizer, list(swapin_parameters.values()), swapin_optim_state)
    before = optimizer.state, [dict(group) for group in optimizer.param_groups]
    other: defaultdict[Tensor, Any] = defaultdict(dict)
    try:
        for group, (options, params) in zip(optimizer.param_groups, groups):
            group.update({**options, "params": params})
            for p, number in zip(params, options["params"]):
                other[p] = dict(state.get(number, {}))
        optimizer.state = other
        yield
    finally:
        for group, own in zip(optimizer.param_groups, before[1]):
            group.clear()
            group.update(own)
        optimizer.state = before[0]


def _checked(optimizer: Optimizer, params: list[Tensor], given: Any) -> tuple[dict, list[tuple[dict[str, Any], list[Tensor]]]]:
    """The state by numbers; each group's options and parameters."""
    if not optimizer.state:
        raise RuntimeError(_WE + "initialized optimizer state.")
    if not isinstance(given, dict):
        raise RuntimeError(_WE + "a DCP-style optimizer state_dict.")
    state = given.get("state")
    _check_state(state)
    groups = given.get("param_groups")
    if not isinstance(groups, list):
        raise RuntimeError(f"{_WE}swapin_optim_state['param_groups'] to be a list of param-group dicts, got {type(groups).__name__}.")
    if len(optimizer.param_groups) != len(groups):
        raise RuntimeError("swapin_optim_state has a different number of parameter groups than the live optimizer.")
    result, numbers, start = [], set(), 0
    for i, (own, group) in enumerate(zip(optimizer.param_groups, groups)):
        _check_group(i, own, group)
        numbers.update(group["params"])
        end = start + len(group["params"])
        if end > len(params):
            raise RuntimeError(_WE + "the explicit parameter state to match optimizer.param_groups ordering.")
        result.append((group, params[start:end]))
        start = end
    extra = [key for key in state if key not in numbers]
    if extra:
        raise RuntimeError(f"{_WE}swapin_optim_state['state'] to be keyed only by packed parameter ids from param_groups[*]['params']; "
                           f"got extra keys {extra!r}.")
    return state, result


def _check_state(state: Any) -> None:
    if not isinstance(state, dict):
        raise RuntimeError(f"{_WE}swapin_optim_state['state'] to be a dict mapping packed parameter ids to per-param state dicts, got "
                           f"{type(state).__name__}.")
    if any(isinstance(key, Tensor) for key in state):
        raise RuntimeError(_WE + "optimizer.state_dict()-style state keyed by packed parameter ids.")
    if any(isinstance(key, int) and not isinstance(value, dict) for key, value in state.items()):
        raise RuntimeError(_WE + "per-parameter optimizer state entries to be dictionaries.")


def _check_group(i: int, own: dict[str, Any], group: Any) -> None:
    if not isinstance(group, dict):
        raise RuntimeError(_WE + "each optimizer param group to be a dictionary.")
    numbers = group.get("params")
    if not isinstance(numbers, list) or not all(isinstance(n, int) for n in numbers):
        raise RuntimeError(_WE + "optimizer.state_dict()-style param_groups[*]['params'] entries keyed by packed parameter ids.")
    if len(own["params"]) != len(numbers):
        raise RuntimeError(f"swapin_optim_state param group {i} has a different number of params than the live optimizer param group.")
    theirs, ours = [k for k in group if k not in own], [k for k in own if k not in group]
    if theirs or ours:
        raise RuntimeError(f"{_WE}optimizer.state_dict()-style param group keys to exactly match the live optimizer group keys for group {i}. "
                           f"Keys only in swap-in: {theirs}. Keys only in live: {ours}.")
