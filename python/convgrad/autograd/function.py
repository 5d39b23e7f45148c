"""Custom functions. Like torch.autograd.function."""
from __future__ import annotations

from .. import _C

TYPE_CHECKING = False  # importing typing takes longer than the rest
if TYPE_CHECKING:
    from typing import Any, Callable


class FunctionCtx:
    """What forward leaves for backward. The methods are the ctx's own; they are listed here to be read."""

    def save_for_backward(self, *tensors) -> None:
        """Keeps tensors (inputs and outputs of forward) for backward, where ctx.saved_tensors has them."""
        self.to_save = tensors

    def mark_dirty(self, *args) -> None:
        """Says which inputs forward has changed in place."""
        self.dirty_tensors = args

    def mark_non_differentiable(self, *args) -> None:
        """Says which outputs have no gradient."""
        self.non_differentiable = args

    def set_materialize_grads(self, value: bool) -> None:
        """Whether absent gradients come as zeros (default) or None."""
        self.materialize_grads = value


class BackwardCFunction(_C._FunctionBase, FunctionCtx):
    """The node that stands in the graph for a call: ctx, and the output's grad_fn."""

    def apply(self, *args):
        return self._forward_cls._run_backward(self, *args)


def _apply_with_defaults(cls, *args, **kwargs):
    """apply where setup_context is to see what forward was not given, too: its defaults."""
    import inspect
    bound = inspect.signature(cls.forward).bind(*args, **kwargs)
    bound.apply_defaults()
    return super(Function, cls).apply(*bound.args, **bound.kwargs)


class FunctionMeta(type):
    """Makes, for each custom function, the class of its nodes."""

    def __init__(cls, name, bases, attrs):
        backward = type(name + "Backward", (BackwardCFunction,), {"_forward_cls": cls})
        backward.__module__ = cls.__module__ if name == "Function" else "torch.autograd.function"
        cls._backward_cls = backward
        super().__init__(name, bases, attrs)
        cls._has_setup_context = cls.setup_context is not Function.setup_context if name != "Function" else False
        if cls._has_setup_context and "apply" not in attrs:
            cls.apply = classmethod(_apply_with_defaults)
        own, vjp = cls.backward, cls.vjp
        if name != "Function" and own is not Function.backward and vjp is not Function.vjp:
            def both(ctx, *grads):
                raise RuntimeError("Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only "
                                   "implement one of them.")

            cls._run_backward = staticmethod(both)
        else:
            cls._run_backward = own if name == "Function" or vjp is Function.vjp else vjp


class Function(_C._FunctionBase, FunctionCtx, metaclass=FunctionMeta):
    """A differentiable operation of your own: static methods forward and backward, called by apply.

    Example::

        >>> class Double(torch.autograd.Function):
        ...     @staticmethod
        ...     def forward(ctx, x):
        ...         return x * 2
        ...     @staticmethod
        ...     def backward(ctx, grad_output):
        ...         return grad_output * 2
        >>> x = torch.ones(2, requires_grad=True)
        >>> Double.apply(x).grad_fn.name()
        'DoubleBackward'
    """

    generate_vmap_rule = False

    @classmethod
    def _placed(cls, args: tuple, named: dict) -> tuple:
        """Arguments of apply with those that have names at forward's places for them, as PyTorch puts them."""
        code = cls.forward.__code__
        places = code.co_varnames[0 if cls._has_setup_context else 1:code.co_argcount]
        slots = dict(enumerate(args))
        for name, value in named.items():
            if name not in places:
                raise TypeError(f"forward() got an unexpected keyword argument '{name}'")
            place = places.index(name)
            if place in slots:
                raise TypeError(f"forward() got multiple values for argument '{name}'")
            slots[place] = value
        for place in range(max(slots) + 1):
            if place not in slots:
                raise TypeError(f"forward() missing required argument: '{places[place]}' (position {place})")
        return tuple(slots[place] for place in range(len(slots)))

    def __init__(self, *args, **kwargs):
        import warnings
        warnings.warn(f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should invoke them "
                      "on the class itself. Instantiating an autograd function will raise an error in a future version of PyTorch.",
                      DeprecationWarning, stacklevel=2)

    def __call__(self, *args, **kwargs):
        raise RuntimeError("Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd "
                           "function with static forward method. (Example: https://pytorch.org/docs/stable/autograd.html"
                           "#torch.autograd.Function)")

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        raise NotImplementedError("You must implement either the backward or vjp method for your custom autograd.Function to use it "
                                  "with backward mode AD.")

    vjp = backward

    @staticmethod
    def jvp(ctx: Any, *grad_inputs: Any) -> Any:
        raise NotImplementedError("You must implement the jvp function for custom autograd.Function to use it with forward mode AD.")

    @staticmethod
    def vmap(info, in_dims, *args):
        raise NotImplementedError("To use autograd.Function with vmap, you must either override the vmap staticmethod or set "
                                  "generate_vmap_rule=True.")


def once_differentiable(fn: Callable) -> Callable:
    """Marks a backward that is not differentiable itself: a second derivative through it is an error, not a wrong number."""

    import functools

    @functools.wraps(fn)
    def wrapper(ctx, *args):
        from . import grad_mode
        with grad_mode.no_grad():
            outputs = fn(ctx, *args)
        if not _C.is_grad_enabled():
            return outputs
        if not any(isinstance(arg, _C.Tensor) and arg.requires_grad for arg in args):
            return outputs
        is_tuple = isinstance(outputs, tuple)
        results = outputs if is_tuple else (outputs,)
        refused = _Refuse.apply(*[r.detach().requires_grad_() if r is not None else None for r in results])
        refused = refused if isinstance(refused, tuple) else (refused,)
        return tuple(refused) if is_tuple else refused[0]

    return wrapper


class _Refuse(Function):
    """Outputs whose gradient is an error."""

    @staticmethod
    def forward(ctx, *args):
        out = tuple(None if a is None else a.detach() for a in args)
        return out if len(out) != 1 else out[0]

    @staticmethod
    def backward(ctx, *grads):
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


class InplaceFunction(Function):
    """For functions that take `inplace`."""

    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace
