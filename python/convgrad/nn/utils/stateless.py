"""A module called with other parameters than its own. Like torch.nn.utils.stateless, torch.func.functional_call."""
from __future__ import annotations

import contextlib
import warnings
from typing import Any, Iterator

from ... import _C
from ..modules.module import Module

Tensor = _C.Tensor


def functional_call(module: Module, parameters_and_buffers: dict[str, Tensor], args: Any = None, kwargs: dict[str, Any] | None = None, *,
                    tie_weights: bool = True, strict: bool = False) -> Any:
    """The old place of torch.func.functional_call."""
    warnings.warn("`torch.nn.utils.stateless.functional_call` is deprecated as of PyTorch 2.0 and will be removed in a future version of "
                  "PyTorch. Please use `torch.func.functional_call` instead which is a drop-in replacement.", FutureWarning, stacklevel=2)
    return _functional_call(module, parameters_and_buffers, args, kwargs, tie_weights=tie_weights, strict=strict)


def _functional_call(module: Module, parameters_and_buffers: dict[str, Tensor], args: Any = None, kwargs: dict[str, Any] | None = None, *,
                     tie_weights: bool = True, strict: bool = False) -> Any:
    """module(*args, **kwargs) with these tensors, named as in state_dict(), in place of its own; gradients reach them.

    tie_weights: tensors that share one parameter share the one given. strict: all must be given, and no other
    (RuntimeError). What forward assigns to a buffer is found in parameters_and_buffers afterwards.
    """
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    with _with_tensors(module, parameters_and_buffers, tie_weights, strict):
        return module(*args, **(kwargs or {}))


@contextlib.contextmanager
def _with_tensors(module: Module, given: dict[str, Tensor], tie_weights: bool, strict: bool) -> Iterator[None]:
    wanted = _tied(module, given) if tie_weights else dict(given)
    if strict:
        _check_keys(module, wanted)
    before: dict[str, Any] = {}
    try:
        for name, tensor in wanted.items():
            before[name] = _swap(module, name, tensor)
        yield
    finally:
        after = {name: _swap(module, name, tensor) for name, tensor in before.items()}
        given.update({name: after[name] for name in given if name in after})


def _swap(module: Module, path: str, tensor: Any) -> Any:
    """Puts a tensor at a place, whatever its class, and returns what was there."""
    owner_path, _, name = path.rpartition(".")
    owner = module.get_submodule(owner_path)
    for place in (owner._parameters, owner._buffers):
        if name in place:
            held, place[name] = place[name], tensor
            return held
    held = getattr(owner, name)
    setattr(owner, name, tensor)
    return held


def _named(module: Module) -> dict[str, Tensor]:
    return {**dict(module.named_parameters(remove_duplicate=False)), **dict(module.named_buffers(remove_duplicate=False))}


def _tied(module: Module, given: dict[str, Tensor]) -> dict[str, Tensor]:
    names_of: dict[int, set[str]] = {}
    named = _named(module)
    for name, tensor in named.items():
        names_of.setdefault(id(tensor), set()).add(name)
    wanted = dict(given)
    for name in given:
        if name not in named:
            continue
        names = names_of[id(named[name])]
        if len({id(given[n]) for n in names if n in given}) > 1:
            raise ValueError(f"functional_call got multiple values for keys {sorted(names)}, which are tied. Consider using tie_weights=False")
        wanted.update({n: given[name] for n in names})
    return wanted


def _check_keys(module: Module, wanted: dict[str, Tensor]) -> None:
    named = _named(module)
    problems = []
    for what, names in (("Unexpected", [n for n in wanted if n not in named]), ("Missing", [n for n in named if n not in wanted])):
        if names:
            problems.append(f"{what} key(s): {', '.join(map(repr, sorted(names)))}.")
    if problems:
        raise RuntimeError("Error(s) in reparametrizing for {}:\n\t{}".format(module._get_name(), "\n\t".join(problems)))
