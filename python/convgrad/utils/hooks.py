"""Handles of hooks, and the hooks of modules in backward. Like torch.utils.hooks."""
from __future__ import annotations

import functools
import warnings
import weakref
from collections import OrderedDict
from typing import Any

from .. import _C


class RemovableHandle:
    """Ends a hook: handle.remove()."""

    id: int
    next_id: int = 0

    def __init__(self, hooks_dict: Any, *, extra_dict: Any = None) -> None:
        self.hooks_dict_ref = weakref.ref(hooks_dict)
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1
        extra = () if extra_dict is None else (extra_dict,) if isinstance(extra_dict, OrderedDict) else tuple(extra_dict)
        self.extra_dict_ref = tuple(weakref.ref(d) for d in extra)

    def remove(self) -> None:
        for ref in (self.hooks_dict_ref, *self.extra_dict_ref):
            held = ref()
            if held is not None and self.id in held:
                del held[self.id]

    def __getstate__(self):
        return self.hooks_dict_ref(), self.id, tuple(ref() for ref in self.extra_dict_ref)

    def __setstate__(self, state) -> None:
        held, self.id, extra = state
        self.hooks_dict_ref = weakref.ref(OrderedDict() if held is None else held)
        RemovableHandle.next_id = max(RemovableHandle.next_id, self.id + 1)
        self.extra_dict_ref = tuple(weakref.ref(d) for d in extra)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, type: Any, value: Any, tb: Any) -> None:
        self.remove()


def unserializable_hook(f):
    f.__torch_unserializable__ = True
    return f


def warn_if_has_hooks(tensor):
    if getattr(tensor, "_backward_hooks", None):
        warnings.warn(f"backward hook {next(iter(tensor._backward_hooks.values()))!r} on tensor will not be serialized.", stacklevel=2)


class BackwardHook:
    """Calls a module's hooks when the gradients of its outputs, and then of its inputs, are known."""

    def __init__(self, module, user_hooks, user_pre_hooks):
        self.user_hooks = user_hooks
        self.user_pre_hooks = user_pre_hooks
        self.module = module
        self.grad_outputs = None
        self.n_outputs = -1
        self.output_tensors_index = None
        self.n_inputs = -1
        self.input_tensors_index = None

    def _spread(self, indices, values, size):
        out = [None] * size
        for i, value in zip(indices, values):
            out[i] = value
        return tuple(out)

    def _set_user_hook(self, grad_fn):
        def hook(grad_input, _):
            if self.grad_outputs is None:
                return None
            result = self._spread(self.input_tensors_index, grad_input, self.n_inputs)
            for user_hook in self.user_hooks:
                out = user_hook(self.module, result, self.grad_outputs)
                if out is None:
                    continue
                if len(out) != len(result):
                    raise RuntimeError(f"Backward hook returned an invalid number of grad_input, got {len(out)}, but expected {len(result)}")
                result = out
            self.grad_outputs = None
            return tuple(result[i] for i in self.input_tensors_index)

        grad_fn.register_hook(hook)

    def _apply_on_tensors(self, fn, args):
        indices = [i for i, arg in enumerate(args) if isinstance(arg, _C.Tensor)]
        tensors = [args[i] for i in indices]
        requires_grad = any(t.requires_grad for t in tensors)
        if not (requires_grad and _C.is_grad_enabled()):
            return args, None
        from ..nn.modules._functions import BackwardHookFunction
        new_tensors = BackwardHookFunction.apply(*tensors)
        if len(new_tensors) == 0:
            raise RuntimeError("Cannot set Module backward hook for a Module with no input Tensors.")
        grad_fns = [t.grad_fn for t in new_tensors if t.grad_fn is not None and t.grad_fn.name() == "BackwardHookFunctionBackward"]
        if len(grad_fns) == 0:
            raise RuntimeError("Error while setting up backward hooks. Please open an issue with a code sample to reproduce this.")
        fn(grad_fns[0])
        out = list(args)
        for i, value in zip(indices, new_tensors):
            out[i] = value
        if type(args) is tuple:
            return tuple(out), indices
        return type(args)(*out), indices

    def setup_input_hook(self, args):
        def fn(grad_fn):
            self._set_user_hook(grad_fn)

        result, indices = self._apply_on_tensors(fn, args)
        self.n_inputs = len(args)
        self.input_tensors_index = indices
        return result

    def setup_output_hook(self, args):
        def fn(grad_fn):
            def hook(_, grad_output):
                self.grad_outputs = self._spread(self.output_tensors_index, grad_output, self.n_outputs)
                if self.user_pre_hooks:
                    expected = len(self.grad_outputs)
                    for user_pre_hook in self.user_pre_hooks:
                        out = user_pre_hook(self.module, self.grad_outputs)
                        if out is None:
                            continue
                        if len(out) != expected:
                            raise RuntimeError("Backward pre hook returned an invalid number of grad_output, "
                                               f"got {len(out)}, but expected {expected}")
                        self.grad_outputs = out
                local = self.grad_outputs
                # Without an input that requires grad nobody else will call the hooks.
                if self.input_tensors_index is None:
                    warnings.warn("Full backward hook is firing when gradients are computed with respect to module outputs since no "
                                  "inputs require gradients. See https://docs.pytorch.org/docs/main/generated/torch.nn.Module.html"
                                  "#torch.nn.Module.register_full_backward_hook for more details.", stacklevel=5)
                    inputs = self._spread([], [], self.n_inputs)
                    for user_hook in self.user_hooks:
                        out = user_hook(self.module, inputs, self.grad_outputs)
                        if out is not None and not (isinstance(out, tuple) and all(o is None for o in out)):
                            raise RuntimeError("Backward hook for Modules where no input requires gradient should always return None "
                                               "or None for all gradients.")
                    self.grad_outputs = None
                if local is not None:
                    return tuple(local[i] for i in self.output_tensors_index)

            grad_fn.register_hook(hook)

        is_tuple = True
        if not isinstance(args, tuple):
            args = (args,)
            is_tuple = False
        result, indices = self._apply_on_tensors(fn, args)
        self.n_outputs = len(args)
        self.output_tensors_index = indices
        return result if is_tuple else result[0]


def register_on_last_operation(module, user_hooks, args, result) -> None:
    """Backward hooks of the old kind: on the operation that made the (first) output, with a warning where that is not all of it."""
    first = result
    while not isinstance(first, _C.Tensor):
        first = next(v for v in first.values() if isinstance(v, _C.Tensor)) if isinstance(first, dict) else first[0]
    node = first.grad_fn
    if node is None:
        return
    for hook in user_hooks:
        node.register_hook(functools.partial(hook, module))
    text = _not_seen(args, result, node)
    if text is not None:
        warnings.warn(text, FutureWarning, stacklevel=4)


def _not_seen(args, result, node) -> str | None:
    instead = " Please use register_full_backward_hook to get the documented behavior."
    only_tensors = lambda values: isinstance(values, tuple) and all(isinstance(v, _C.Tensor) for v in values)
    outputs = (result,) if isinstance(result, _C.Tensor) else result
    if not only_tensors(outputs):
        return ("Using non-full backward hooks on a Module that does not return a single Tensor or a tuple of Tensors is deprecated and "
                "will be removed in future versions. This hook will be missing some of the grad_output." + instead)
    if not only_tensors(args):
        return ("Using non-full backward hooks on a Module that does not take as input a single Tensor or a tuple of Tensors is deprecated "
                "and will be removed in future versions. This hook will be missing some of the grad_input." + instead)
    nodes = {output.grad_fn for output in outputs if output.grad_fn is not None}
    if len(nodes) == 0 or (len(nodes) == 1 and node not in nodes):
        return ("Using a non-full backward hook when outputs are nested in python data structure is deprecated and will be removed in "
                "future versions. This hook will be missing some grad_output.")
    if len(nodes) > 1:
        return ("Using a non-full backward hook when outputs are generated by different autograd Nodes is deprecated and will be removed "
                "in future versions. This hook will be missing some grad_output." + instead)
    if {arg.grad_fn for arg in args if arg.grad_fn is not None} != {before for before, _ in node.next_functions}:
        return ("Using a non-full backward hook when the forward contains multiple autograd Nodes is deprecated and will be removed in "
                "future versions. This hook will be missing some grad_input." + instead)
    return None
