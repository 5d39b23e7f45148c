"""Functions made of functions: their gradients, and calls of modules with other parameters. Like torch.func, without vmap.

Arguments are differentiated as leaves of their own (or aliases, where they have a history), so that transforms nest. What comes
back has a history only where it depends on something else that requires grad.
"""
from __future__ import annotations

import functools
from typing import Any, Callable, Sequence

from . import _C
from .autograd import grad as _grad
from .autograd.grad_mode import enable_grad
from .utils._pytree import shown, tree_leaves, tree_map, with_leaves

Tensor = _C.Tensor
_f = _C._functions

__all__ = ["functional_call", "grad", "grad_and_value", "hessian", "jacrev", "vjp"]


def functional_call(module: Any, parameter_and_buffer_dicts: dict[str, Tensor] | Sequence[dict[str, Tensor]], args: Any = None,
                    kwargs: dict[str, Any] | None = None, *, tie_weights: bool = True, strict: bool = False) -> Any:
    """module(*args, **kwargs) with these tensors, named as in state_dict(), in place of its own; several dicts count as one.

    Example::

        >>> layer = torch.nn.Linear(1, 1)
        >>> given = {"weight": torch.full((1, 1), 2.), "bias": torch.ones(1)}
        >>> torch.func.functional_call(layer, given, torch.ones(1))
        tensor([3.])
    """
    from .nn.utils import stateless
    given = parameter_and_buffer_dicts
    if not isinstance(given, dict):
        if not isinstance(given, Sequence):
            raise ValueError(f"Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got {type(given)}")
        if not all(isinstance(d, dict) for d in given):
            raise ValueError("Expected all elements of parameter_and_buffer_dicts to be dictionaries")
        names = [name for d in given for name in d]
        repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        if repeated:
            raise ValueError(f"{repeated} appeared in multiple dictionaries; behavior of functional call is ambiguous")
        given = {name: tensor for d in given for name, tensor in d.items()}
    return stateless._functional_call(module, given, args, kwargs, tie_weights=tie_weights, strict=strict)


# ---- arguments

def _place(argnum: Any, count: int) -> int:
    if not isinstance(argnum, int):
        raise RuntimeError(f"argnum must be int, got: {type(argnum)}")
    if not -count <= argnum < count:
        raise RuntimeError(f"Got argnum={argnum}, but only {count} positional inputs")
    return argnum % count


def _places(argnums: Any, count: int) -> int | tuple[int, ...]:
    if not isinstance(argnums, (int, tuple)):
        raise RuntimeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    if isinstance(argnums, int):
        return _place(argnums, count)
    places = tuple(_place(n, count) for n in argnums)
    if len(places) == 0:
        raise RuntimeError("argnums must be non-empty")
    if len(set(places)) != len(places):
        raise RuntimeError(f"argnums elements must be unique, got {places}")
    return places


class _Level:
    """One transform at work: its inputs, and whether its results may have a history."""

    def __init__(self) -> None:
        self.is_recorded = _C.is_grad_enabled()
        self.own: dict[int, Tensor] = {}

    def _input(self, value: Any) -> Tensor:
        if not isinstance(value, Tensor):
            raise ValueError(f"Thing passed to transform API must be Tensor, got {type(value)}")
        if value.requires_grad:
            return value.view_as(value)
        if not value.is_floating_point():
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        leaf = value.detach().requires_grad_()
        self.own[id(leaf)] = leaf
        return leaf

    def inputs(self, args: tuple, places: int | tuple[int, ...] | None) -> tuple[tuple, Any]:
        """The arguments, with inputs at these places (None: all); and these alone."""
        chosen = range(len(args)) if places is None else (places,) if isinstance(places, int) else places
        new = tuple(tree_map(self._input, v) if i in chosen else v for i, v in enumerate(args))
        return new, new if places is None else new[places] if isinstance(places, int) else tuple(new[i] for i in places)

    def results(self, tree: Any) -> Any:
        return tree_map(self._result, tree)

    def _result(self, value: Any) -> Tensor:
        if not isinstance(value, Tensor):
            raise RuntimeError(f"Expected tensors, got unsupported type {type(value)}")
        return value if not value.requires_grad or (self.is_recorded and self._depends_on_others(value)) else value.detach()

    def _depends_on_others(self, value: Tensor) -> bool:
        waiting, seen = [_C._gradient_edge(value)[0]], {}
        while waiting:
            node = waiting.pop()
            if node is None or id(node) in seen:
                continue
            seen[id(node)] = node
            if hasattr(node, "variable") and id(node.variable) not in self.own:
                return True
            waiting.extend(below for below, _ in node.next_functions)
        return False


def _gradients(outputs: list, inputs: list, weights: list | None = None, retain_graph: bool | None = None,
               create_graph: bool = True) -> list[Tensor]:
    """With zeros where an output does not depend on an input."""
    pairs = [(o, w) for o, w in zip(outputs, weights or [None] * len(outputs)) if o.requires_grad]
    if not pairs or not inputs:
        return [_f.zeros_like(x) for x in inputs]
    found = _grad([o for o, _ in pairs], inputs, [w for _, w in pairs], retain_graph, create_graph, allow_unused=True)
    return [_f.zeros_like(x) if g is None else g for g, x in zip(found, inputs)]


def _with_aux(output: Any, has_aux: bool, call: str) -> tuple[Any, Any]:
    if not has_aux:
        return output, None
    if not (isinstance(output, tuple) and len(output) == 2):
        raise RuntimeError(f"{call}: output of function f should be a tuple: (output, aux) if has_aux is True")
    return output


# ---- transforms

def grad_and_value(func: Callable, argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable:
    """A function that gives the gradients of func, whose result is one number, and that result.

    Example::

        >>> torch.func.grad_and_value(lambda x: x ** 2)(torch.tensor(3.))
        (tensor(6.), tensor(9.))
    """
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        level = _Level()
        with enable_grad():
            args, wanted = level.inputs(args, _places(argnums, len(args)))
            output, aux = _with_aux(func(*args, **kwargs), has_aux, "grad_and_value(f)(*args)")
            if not isinstance(output, Tensor):
                raise RuntimeError(f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(output)}")
            if output.dim() != 0:
                raise RuntimeError("grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with "
                                   f"{output.dim()} dims. Maybe you wanted to use the vjp or jacrev APIs instead?")
            found = level.results(with_leaves(wanted, _gradients([output], tree_leaves(wanted))))
            output = level.results(output)
            return (found, (output, level.results(aux))) if has_aux else (found, output)

    return wrapper


def grad(func: Callable, argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable:
    """A function that gives the gradients of func, whose result is one number, for the arguments at argnums.

    Example::

        >>> cube = lambda x: x ** 3
        >>> torch.func.grad(torch.func.grad(cube))(torch.tensor(2.))
        tensor(12.)
    """
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        found, rest = both(*args, **kwargs)
        return (found, rest[1]) if has_aux else found

    return wrapper


def _vjp(func: Callable, args: tuple, places: int | tuple[int, ...] | None, has_aux: bool):
    """The level, the outputs as they are recorded, what was differentiated for, aux, and the function that multiplies."""
    level = _Level()
    with enable_grad():
        args, wanted = level.inputs(args, places)
        outputs, aux = _with_aux(func(*args), has_aux, "vjp(f, *primals)")
        flat = tree_leaves(outputs)
        if not flat or (len(flat) == 1 and flat[0] is None):
            raise RuntimeError(f"vjp(f, *primals): Expected f to be a function that has non-empty output (got output = {flat})")
        for out in flat:
            if not isinstance(out, Tensor):
                raise RuntimeError(f"vjp(f, *primals): expected f(*primals) to return only tensors, got unsupported type {type(out)}")
        for out in flat:
            if not out.is_floating_point():
                raise RuntimeError("vjp(f, ...): All outputs of f must be floating-point or complex Tensors, got Tensor with dtype "
                                   f"{out.dtype}")
        aux = level.results(aux) if has_aux else None

    def product(cotangents: list, retain_graph: bool = True, create_graph: bool | None = None) -> list[Tensor]:
        create_graph = _C.is_grad_enabled() if create_graph is None else create_graph
        return _gradients(flat, tree_leaves(wanted), cotangents, retain_graph, create_graph)

    return level, outputs, wanted, aux, product


def vjp(func: Callable, *primals: Any, has_aux: bool = False) -> tuple:
    """func(*primals), and a function that multiplies cotangents with its Jacobians: a tuple, one product for each of primals.

    Example::

        >>> output, product = torch.func.vjp(torch.exp, torch.zeros(2))
        >>> product(torch.tensor([1., 2.]))
        (tensor([1., 2.]),)
    """
    level, outputs, wanted, aux, product = _vjp(func, primals, None, has_aux)

    def wrapper(cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None) -> Any:
        if shown(outputs) != shown(cotangents):
            raise RuntimeError("Expected pytree structure of cotangents to be the same as pytree structure of outputs to the function. "
                               f"cotangents: {shown(cotangents)}, primal output: {shown(outputs)}")
        return level.results(with_leaves(wanted, product(tree_leaves(cotangents), retain_graph, create_graph)))

    results = level.results(outputs)
    return (results, wrapper, aux) if has_aux else (results, wrapper)


def jacrev(func: Callable, argnums: int | tuple[int, ...] = 0, *, has_aux: bool = False, chunk_size: int | None = None) -> Callable:
    """A function that gives func's Jacobian for the arguments at argnums: [output's sizes…, argument's sizes…].

    Example::

        >>> torch.func.jacrev(torch.sin)(torch.zeros(2))
        tensor([[1., 0.],
                [0., 1.]])
    """
    if not (chunk_size is None or chunk_size > 0):
        raise ValueError("jacrev: `chunk_size` should be greater than 0.")

    @functools.wraps(func)
    def wrapper(*args):
        level, outputs, wanted, aux, product = _vjp(func, args, _places(argnums, len(args)), has_aux)
        flat, inputs = tree_leaves(outputs), tree_leaves(wanted)
        result = level.results(with_leaves(outputs, [with_leaves(wanted, _rows(flat, i, inputs, product)) for i in range(len(flat))]))
        return (result, aux) if has_aux else result

    return wrapper


def _rows(outputs: list[Tensor], which: int, inputs: list[Tensor], product: Callable) -> list[Tensor]:
    """One output's Jacobian for each input."""
    out = outputs[which]
    rows: list[list[Tensor]] = [[] for _ in inputs]
    for j in range(out.numel()):
        cotangents = [_f.zeros_like(o.detach(), memory_format=_C.contiguous_format) for o in outputs]
        cotangents[which].view(-1)[j] = 1
        for row, g in zip(rows, product(cotangents)):
            row.append(g)
    return [(_f.stack(row) if row else x.new_zeros(0)).view(out.shape + x.shape) for row, x in zip(rows, inputs)]


def hessian(func: Callable, argnums: int | tuple[int, ...] = 0) -> Callable:
    """A function that gives func's second derivatives."""
    return jacrev(jacrev(func, argnums), argnums)


_NEAREST = {"vmap": "a loop, and torch.stack of its results", "jacfwd": "torch.func.jacrev", "jvp": "torch.autograd.functional.jvp",
            "linearize": "torch.autograd.functional.jvp", "stack_module_state": "torch.stack of the modules' parameters"}


def __getattr__(name: str):
    if name in _NEAREST:
        raise AttributeError(f"convgrad has no torch.func.{name}; the nearest is {_NEAREST[name]}")
    from ._support import missing
    raise missing("torch.func", name, globals())
