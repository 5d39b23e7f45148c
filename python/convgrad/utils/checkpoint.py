"""Parts of a model whose intermediate results are computed again in backward instead of kept. Like torch.utils.checkpoint.

Without reentrant autograd PyTorch keeps the part's graph and computes what its nodes have saved once more. Here the part becomes
one node: its graph shows which tensors it depends on, is let go of, and made again in backward. Where something differs from
PyTorch by that: the outputs' grad_fn is this node, and the function runs to its end the second time.
"""
from __future__ import annotations

import contextlib
import warnings
from typing import Any, Callable, ContextManager, Iterable, Iterator

from .. import _C
from .. import autograd
from ..autograd.function import Function
from ..autograd.grad_mode import enable_grad, no_grad
from ..random import fork_rng, get_rng_state, set_rng_state
from ._pytree import tree_leaves, tree_map

Tensor = _C.Tensor
_f = _C._functions

__all__ = ["checkpoint", "checkpoint_sequential", "CheckpointError", "CheckpointFunction", "check_backward_validity", "detach_variable",
           "get_device_states", "set_device_states", "noop_context_fn", "set_checkpoint_early_stop", "set_checkpoint_debug_enabled"]

_ADVICE = ("use_reentrant=False is recommended, but if you need to preserve the current default behavior, you can pass use_reentrant=True. "
           "Refer to docs for more details on the differences between the two variants.")


class CheckpointError(RuntimeError):
    """The function has not done the same again in backward."""


@contextlib.contextmanager
def set_checkpoint_debug_enabled(enabled: bool | None) -> Iterator[None]:
    """Changes nothing: there is no log of operations."""
    yield


@contextlib.contextmanager
def set_checkpoint_early_stop(enable: bool) -> Iterator[None]:
    """Changes nothing: the function always runs to its end."""
    yield


def noop_context_fn() -> tuple[ContextManager, ContextManager]:
    return contextlib.nullcontext(), contextlib.nullcontext()


def detach_variable(inputs: tuple) -> tuple:
    """Leaves in the tensors' place, which share their memory."""
    if not isinstance(inputs, tuple):
        raise RuntimeError(f"Only tuple of tensors is supported. Got Unsupported input type: {type(inputs).__name__}")
    return tuple(v.detach().requires_grad_(v.requires_grad) if isinstance(v, Tensor) else v for v in inputs)


def get_device_states(*args: Any) -> tuple[list[int], list[Tensor]]:
    """None: the processor's stream is the only one."""
    return [], []


def set_device_states(devices: Any, states: Any, *, device_type: str | None = None) -> None:
    """Nothing to set."""


def check_backward_validity(inputs: Iterable[Any]) -> None:
    if not any(v.requires_grad for v in inputs if isinstance(v, Tensor)):
        warnings.warn("None of the inputs have requires_grad=True. Gradients will be None", stacklevel=2)


@contextlib.contextmanager
def _stream_at(state: Tensor | None) -> Iterator[None]:
    """The default stream once more as it was then, and afterwards as if nothing had been drawn."""
    with fork_rng(enabled=state is not None):
        if state is not None:
            set_rng_state(state)
        yield


class CheckpointFunction(Function):
    """The reentrant kind: forward records nothing, backward runs the function once more and then its backward."""

    @staticmethod
    def forward(ctx, run_function, preserve_rng_state, *args):
        check_backward_validity(args)
        ctx.run_function = run_function
        ctx.state = get_rng_state() if preserve_rng_state else None
        ctx.places = [i for i, v in enumerate(args) if isinstance(v, Tensor)]
        ctx.inputs = [None if isinstance(v, Tensor) else v for v in args]
        ctx.save_for_backward(*(args[i] for i in ctx.places))
        with no_grad():
            return run_function(*args)

    @staticmethod
    def backward(ctx, *grads):
        if not autograd._is_checkpoint_valid():
            raise RuntimeError("When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` "
                               "parameter to .backward(). To resolve this error, you can either set use_reentrant=False, or call "
                               ".backward() without passing the `inputs` argument.")
        inputs = list(ctx.inputs)
        for i, t in zip(ctx.places, ctx.saved_tensors):
            inputs[i] = t
        detached = detach_variable(tuple(inputs))
        with _stream_at(ctx.state), enable_grad():
            outputs = ctx.run_function(*detached)
        outputs = (outputs,) if isinstance(outputs, Tensor) else outputs
        pairs = [(o, g) for o, g in zip(outputs, grads) if isinstance(o, Tensor) and o.requires_grad]
        if not pairs:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        autograd.backward([o for o, _ in pairs], [g for _, g in pairs])
        return (None, None) + tuple(v.grad if isinstance(v, Tensor) else None for v in detached)


# ---- without reentrant autograd

def _tensors_in(tree: Any) -> list[Tensor]:
    """Each tensor once."""
    return list({id(v): v for v in tree_leaves(tree) if isinstance(v, Tensor)}.values())


class _Border:
    """What lies between the nodes behind some outputs and those of some inputs: the edges from the former to the latter.

    first: the number from which on nodes are a part's own. Where an edge leads to a leaf that is no input, the leaf is one of
    `leaves`; where it leads to another result from outside, the border is not closed.
    """

    def __init__(self, outputs: list[Tensor], inputs: list, first: int) -> None:
        self.first = first
        self.leaves: list[Tensor] = []
        self.is_closed = True
        self.produced: list[Tensor] = []  # the outputs that have been made inside
        self._edges: dict[int, tuple[Any, list[tuple[int, int]]]] = {}  # of each node at the border: input number and place
        edges = [(i, _C._gradient_edge(t)) for i, t in enumerate(inputs) if t is not None and t.requires_grad]
        self._held = [edge for _, edge in edges]  # a node's object is the same as long as it is held
        self._places = {(id(node), number): i for i, (node, number) in edges}
        self._count = len(inputs)
        self._reached: set[int] = set()  # places
        seen: dict[int, Any] = {}
        waiting = []
        for out in outputs:
            node, number = _C._gradient_edge(out)
            if (id(node), number) not in self._places and self._is_inside(node):
                self.produced.append(out)
                waiting.append(node)
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen[id(node)] = node
            for k, (below, number) in enumerate(node.next_functions):
                if below is None:
                    continue
                place = self._place_of(below, number)
                if place is not None:
                    self._reached.add(place)
                    self._edges.setdefault(id(node), (node, []))[1].append((k, place))
                elif self._is_inside(below):
                    waiting.append(below)
                else:
                    self.is_closed = False

    def _is_inside(self, node: Any) -> bool:
        return not hasattr(node, "variable") and node._sequence_nr() >= self.first

    def _place_of(self, node: Any, number: int) -> int | None:
        place = self._places.get((id(node), number))
        if place is None and hasattr(node, "variable"):
            place = self._count + len(self.leaves)
            self._held.append((node, number))
            self._places[id(node), number] = place
            self.leaves.append(node.variable)
        return place

    def gradients(self, inputs: list, weights: Iterable, create_graph: bool, retain_graph: bool | None) -> list[Tensor | None]:
        """Of `produced`, for each of the inputs and leaves; what lies outside does not see them."""
        sums: list[Tensor | None] = [None] * (len(inputs) + len(self.leaves))
        pairs = [(o, g) for o, g in zip(self.produced, weights) if g is not None]
        wanted = tuple(t for i, t in enumerate([*inputs, *self.leaves]) if i in self._reached)
        if pairs and wanted:
            handles = [node.register_hook(_caught(gone, sums)) for node, gone in self._edges.values()]
            try:
                # an input with a history has nodes behind it that must stay as they are
                retain_graph = retain_graph or any(not t.is_leaf for t in wanted) or None
                _C._grad(tuple(o for o, _ in pairs), wanted, tuple(g for _, g in pairs), retain_graph, create_graph, True)
            finally:
                for handle in handles:
                    handle.remove()
        return sums


class _Part:
    """A part of the model: the function, its arguments without their tensors, and the state of the stream."""

    def __init__(self, function: Callable, args: tuple, kwargs: dict, preserve: bool, context: ContextManager, is_checked: bool) -> None:
        self.function = function
        self.state = get_rng_state() if preserve else None
        self.context = context
        self.is_checked = is_checked
        self.tensors = _tensors_in((args, kwargs))
        places = {id(t): i for i, t in enumerate(self.tensors)}
        self.args, self.kwargs = tree_map(lambda v: _Slot(places[id(v)]) if isinstance(v, Tensor) else v, (args, kwargs))
        self.forms: list[dict[str, Any]] = []

    def run_again(self, tensors: list[Tensor], originals: tuple[Tensor, ...]) -> _Border:
        """The function called with these tensors: its outputs and the border of their graph."""
        args, kwargs = tree_map(lambda v: tensors[v.place] if isinstance(v, _Slot) else v, (self.args, self.kwargs))
        with _stream_at(self.state), enable_grad(), self.context:
            first = _next_number()
            outputs = [t for t in _tensors_in(self.function(*args, **kwargs)) if t.requires_grad]
        border = _Border(outputs, [*tensors, *originals], first)  # the function may reach an argument without its help, too
        self._check(border.produced)
        return border

    def _check(self, outputs: list[Tensor]) -> None:
        forms = [_form(t) for t in outputs]
        if len(forms) != len(self.forms):
            raise CheckpointError("torch.utils.checkpoint: A different number of tensors was saved during the original forward and "
                                  f"recomputation.\nNumber of tensors saved during forward: {len(self.forms)}\nNumber of tensors saved "
                                  f"during recomputation: {len(forms)}.\n")
        different = [(i, a, b) for i, (a, b) in enumerate(zip(self.forms, forms)) if a != b]
        if different and self.is_checked:
            shown = "".join(f"tensor at position {i}:\nsaved metadata: {a}\nrecomputed metadata: {b}\n" for i, a, b in different)
            raise CheckpointError("torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than during "
                                  f"the forward pass.\n{shown}")


class _Slot:
    """An argument's place, while it is kept elsewhere."""

    def __init__(self, place: int) -> None:
        self.place = place


def _form(t: Tensor) -> dict[str, Any]:
    return {"shape": t.shape, "dtype": t.dtype, "device": t.device}


def _next_number() -> int:
    """Nodes made from now on have larger numbers."""
    return (_f.empty(0, requires_grad=True) * 1).grad_fn._sequence_nr()


class _Recomputed(Function):
    """The node of a part. Its inputs: the arguments' tensors and the leaves that the function reaches otherwise."""

    @staticmethod
    def forward(ctx, part: _Part, outputs: list[Tensor], leaves: list[Tensor], *tensors):
        ctx.part, ctx.leaves = part, leaves
        count = len(tensors) - len(leaves)
        # something to save in any case: a second backward is an error
        ctx.save_for_backward(*tensors[:count], _f.empty(0))
        ctx.set_materialize_grads(False)
        return tuple(t.detach() for t in outputs)

    @staticmethod
    def backward(ctx, *grads):
        part = ctx.part
        saved = ctx.saved_tensors[:-1]
        inputs = [t.detach().requires_grad_() if t.requires_grad else t for t in saved]
        border = part.run_again(inputs, saved)
        count = len(inputs)
        results = _gradients(border, [*inputs, *saved], [*saved, *saved], grads)
        of_leaves = {id(t): g for t, g in zip(border.leaves, results[2 * count:])}
        return (None, None, None, *map(_sum, results[:count], results[count:2 * count]), *(of_leaves.get(id(t)) for t in ctx.leaves))


def _sum(a: Tensor | None, b: Tensor | None) -> Tensor | None:
    return b if a is None else a if b is None else a + b


class _Linked(Function):
    """Gradients with a history of their own, that of stand-ins, as results of the tensors that these stand for."""

    @staticmethod
    def forward(ctx, border: _Border, stand_ins: list, tensors: list, *inputs):
        ctx.border, ctx.stand_ins, ctx.tensors = border, stand_ins, tensors
        ctx.set_materialize_grads(False)
        return tuple(t.detach() for t in border.produced)

    @staticmethod
    def backward(ctx, *grads):
        return (None, None, None, *_gradients(ctx.border, ctx.stand_ins, ctx.tensors, grads, retain_graph=True))


def _gradients(border: _Border, stand_ins: list, tensors: Iterable, grads: tuple, retain_graph: bool | None = None) -> list[Tensor | None]:
    """Of what is produced within the border, for each of the stand-ins and the border's leaves."""
    again = _C.is_grad_enabled()
    if not again:
        return border.gradients(stand_ins, grads, False, retain_graph)
    # Gradients of these gradients are wanted, too: they are made of stand-ins, whose place the tensors take then.
    weights = [None if g is None else g.detach().requires_grad_(g.requires_grad) for g in grads]
    results = border.gradients(stand_ins, weights, True, retain_graph)
    stand_ins, tensors = [*stand_ins, *weights], [*tensors, *grads]
    beyond = _Border([t for t in results if t is not None and t.requires_grad], stand_ins, border.first)
    instead = {id(old): new for old, new in zip(stand_ins, tensors) if old is not None}
    if beyond.produced:
        made = _Linked.apply(beyond, stand_ins, tensors, *tensors, *beyond.leaves)
        instead.update({id(old): new for old, new in zip(beyond.produced, made)})
    return [instead.get(id(t), t) for t in results]


def _caught(gone: list[tuple[int, int]], sums: list[Tensor | None]) -> Callable:
    """A hook that takes the gradients which would leave the part, before they reach (and call the hooks of) what lies outside."""
    def hook(grad_inputs, _):
        passed = list(grad_inputs)
        for k, place in gone:
            g, passed[k] = passed[k], None
            if g is not None:
                sums[place] = _sum(sums[place], g)
        return tuple(passed)

    return hook


def _without_reentrant(function: Callable, args: tuple, kwargs: dict, preserve: bool, context_fn: Callable, determinism_check: str) -> Any:
    if determinism_check not in ("default", "none"):
        raise ValueError(f"determinism_check should be one of ['default', 'none'], but got {determinism_check}")
    forward_context, recompute_context = context_fn()
    if not _C.is_grad_enabled():
        return function(*args, **kwargs)
    part = _Part(function, args, kwargs, preserve, recompute_context, determinism_check == "default")
    versions = [t._version for t in part.tensors]
    first = _next_number()
    with forward_context:
        result = function(*args, **kwargs)
    border = _Border([t for t in _tensors_in(result) if t.requires_grad], part.tensors, first)
    # What cannot be made again from the arguments (they have changed, or others are used) stays as it was recorded.
    if not border.produced or not border.is_closed or versions != [t._version for t in part.tensors]:
        return result
    part.forms = [_form(t) for t in border.produced]
    tensors, part.tensors = part.tensors, []
    made = _Recomputed.apply(part, border.produced, border.leaves, *tensors, *border.leaves)
    instead = {id(old): new for old, new in zip(border.produced, made)}
    return tree_map(lambda v: instead.get(id(v), v), result)


def checkpoint(function: Callable, *args: Any, use_reentrant: bool | None = None, context_fn: Callable = noop_context_fn,
               determinism_check: str = "default", debug: bool = False, early_stop: bool = True, **kwargs: Any) -> Any:
    """function(*args, **kwargs), which runs once more in backward, so that its intermediate results need not be kept until then.

    use_reentrant=False: everything works as without; True: gradients by backward() alone, of arguments that are tensors.
    preserve_rng_state=False: random numbers of the second run are others.

    Example::

        >>> from convgrad.utils.checkpoint import checkpoint
        >>> x = torch.ones(2, requires_grad=True)
        >>> checkpoint(lambda x: x.exp().log(), x, use_reentrant=False).sum().backward()
        >>> x.grad
        tensor([1., 1.])
    """
    if use_reentrant is None:
        warnings.warn("torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, calling "
                      f"checkpoint without use_reentrant will raise an exception. {_ADVICE}", stacklevel=2)
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs and use_reentrant:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    if use_reentrant:
        if context_fn is not noop_context_fn or debug is not False:
            raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
        return CheckpointFunction.apply(function, preserve, *args)
    if debug and context_fn is not noop_context_fn:
        raise ValueError("debug=True is incompatible with non-default context_fn")
    return _without_reentrant(function, args, kwargs, preserve, context_fn, determinism_check)


def checkpoint_sequential(functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, **kwargs: Any) -> Any:
    """The functions of a Sequential (or list) one after the other, in so many parts, all but the last computed again in backward."""
    if use_reentrant is None:
        warnings.warn("torch.utils.checkpoint.checkpoint_sequential: the use_reentrant parameter should be passed explicitly. In version "
                      f"2.9 we will raise an exception if use_reentrant is not passed. {_ADVICE}", stacklevel=2)
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    from ..nn import Sequential
    if isinstance(functions, Sequential):
        functions = list(functions.children())

    def part_of(chosen: list) -> Callable:
        def forward(input):
            for f in chosen:
                input = f(input)
            return input

        return forward

    size = len(functions) // segments
    done = 0
    for start in range(0, size * (segments - 1), size):
        done = start + size
        input = checkpoint(part_of(functions[start:done]), input, use_reentrant=use_reentrant, preserve_rng_state=preserve)
    return part_of(functions[done:])(input)


def __getattr__(name: str):
    from .._support import missing
    raise missing("torch.utils.checkpoint", name, globals())
