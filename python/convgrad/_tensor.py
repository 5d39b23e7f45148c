"""What Tensor has besides its operations: methods that only Python needs. Like torch._tensor."""
from __future__ import annotations

from . import _C

TYPE_CHECKING = False  # importing typing takes longer than the rest
if TYPE_CHECKING:
    from typing import Any

Tensor = _C.Tensor
_LEGACY = {_C.float32: "FloatTensor", _C.float64: "DoubleTensor", _C.int64: "LongTensor", _C.int32: "IntTensor",
           _C.uint8: "ByteTensor", _C.bool: "BoolTensor"}


def _dtype_from(name: Any):
    """A dtype from what .type() takes: a dtype, "torch.FloatTensor", a class FloatTensor."""
    if isinstance(name, _C.dtype):
        return name
    if isinstance(name, type):
        found = getattr(name, "dtype", None)
        if isinstance(found, _C.dtype):
            return found
        name = f"torch.{name.__name__}" if name is not Tensor else "torch.Tensor"
    if name == "torch.Tensor":
        return _C.get_default_dtype()
    for dtype, legacy in _LEGACY.items():
        if name == f"torch.{legacy}":
            return dtype
    raise ValueError(f"invalid type: '{name}'")


def type_(self, dtype=None, non_blocking=False, **kwargs):
    """The type's name, "torch.FloatTensor"; with an argument the tensor converted to it."""
    if dtype is None:
        return "torch." + _LEGACY[self.dtype]
    return self.to(_dtype_from(dtype))


def __deepcopy__(self, memo):
    import copy
    if id(self) in memo:
        return memo[id(self)]
    if not self.is_leaf:
        raise RuntimeError("Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you "
                           "were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see "
                           "https://github.com/pytorch/pytorch/pull/103001")
    with _no_grad():
        new = self.detach().clone()
        if type(self) is not Tensor:
            new = _C._make_subclass(type(self), new, False)
    new.requires_grad = self.requires_grad
    if self.grad is not None:
        new.grad = self.grad.__deepcopy__(memo)
    memo[id(self)] = new
    new.__dict__.update(copy.deepcopy(self.__dict__, memo))
    return new


def __reduce_ex__(self, protocol):
    from collections import OrderedDict

    from . import _utils
    t = self.detach()
    packed = t if t.is_contiguous() else t.contiguous()
    elements = (_utils._rebuild_elements, (_C._to_bytes(packed), self.dtype, packed.numel()))
    state = dict(self.__dict__)
    args = (_Pickled(elements), tuple(packed.shape), packed.stride(), 0, self.requires_grad, OrderedDict(), state)
    if type(self) is not Tensor:
        return _utils._rebuild_subclass, (type(self), self.as_subclass(Tensor), state)
    return _utils._rebuild_tensor, args


class _Pickled:
    """Elements on their way into a pickle."""

    def __init__(self, how):
        self.how = how

    def __reduce__(self):
        return self.how


def __format__(self, format_spec):
    if self.dim() == 0 and type(self) is Tensor:
        return self.item().__format__(format_spec)
    return object.__format__(self, format_spec)


def __array__(self, dtype=None, copy=None):
    array = self.numpy()
    if copy:
        return array.astype(array.dtype if dtype is None else dtype)
    if dtype is None or array.dtype == dtype:
        return array
    if copy is False:
        raise ValueError(f"Unable to avoid copy while creating an array of {dtype} from a tensor of {self.dtype}")
    return array.astype(dtype)


def __array_wrap__(self, array, context=None, return_scalar=False):
    if array.dtype == bool:
        array = array.astype("uint8")
    return _C.from_numpy(array)


def __reversed__(self):
    return self if self.dim() == 0 else self.flip(0)


def __rpow__(self, other):
    return _C._functions.pow(other, self)


def norm(self, p="fro", dim=None, keepdim=False, dtype=None):
    from .functional import norm as function
    return function(self, p, dim, keepdim, dtype=dtype)


def split(self, split_size, dim=0):
    if isinstance(split_size, (tuple, list)):
        return _C._functions.split_with_sizes(self, split_size, dim)
    return _C._functions.split(self, split_size, dim)


def unique(self, sorted=True, return_inverse=False, return_counts=False, dim=None):
    from .functional import unique as function
    return function(self, sorted=sorted, return_inverse=return_inverse, return_counts=return_counts, dim=dim)


def multinomial(self, num_samples, replacement=False, *, generator=None):
    from .functional import multinomial as function
    return function(self, num_samples, replacement, generator=generator)


def new(self, *args, **kwargs):
    return _C._legacy_tensor(self.dtype, *args)


def resize_as_(self, the_template, *, memory_format=None):
    return self.resize_(the_template.shape)


def unique_consecutive(self, return_inverse=False, return_counts=False, dim=None):
    from .functional import unique_consecutive as function
    return function(self, return_inverse=return_inverse, return_counts=return_counts, dim=dim)


def _repr_html_(self):
    from ._html import repr_html
    return repr_html(self)


def as_subclass(self, cls):
    """The same memory and history as an object of a derived class."""
    if not issubclass(cls, Tensor):
        raise TypeError("Creating a Tensor subclass from a class that does not inherit from Tensor is not possible. Make sure your class "
                        "inherits from Tensor.")
    alias = self.view_as(self)
    if cls is not Tensor:
        alias.__class__ = cls
    return alias


def is_shared(self):
    return False


def share_memory_(self):
    return self


def pin_memory(self, device=None):
    raise RuntimeError("Cannot access accelerator device when none is available.")


def is_pinned(self, device=None):
    return False


def cuda(self, device=None, non_blocking=False, memory_format=None):
    """Refused as by a PyTorch built for the processor alone."""
    raise AssertionError("Torch not compiled with CUDA enabled")


def get_device(self):
    return -1


def is_inference(self):
    return False


def kron(self, other):
    from .functional import _checked
    from .functional import kron as function
    return function(self, _checked("kron", other, "other"))


def _element_of(dtype):
    """What makes of a function's result an element, or complains as PyTorch."""
    import math
    import operator
    if dtype == _C.bool:
        return bool
    if dtype.is_floating_point:
        return lambda value: math.ldexp(value, 0)  # any real number, but no text
    return lambda value: operator.index(math.trunc(value) if isinstance(value, float) else value)


def _put_elements(name: str, self, others: dict, function):
    """self's elements become function(its element, those of the others…), one after the other."""
    if self.requires_grad or any(t.requires_grad for t in others.values()):
        raise RuntimeError(f"Can't call {name}() on Variable that requires grad. Use var.detach().{name}() instead.")
    for place, t in others.items():
        if t.dtype != self.dtype:
            raise TypeError(f"{name}: expected {self.type()} for {place} (got {t.type()})")
    columns = [t.reshape(-1).tolist() for t in (self, *(t.expand(self.shape) for t in others.values()))]
    convert, done = _element_of(self.dtype), []
    try:
        for row in zip(*columns):
            done.append(convert(function(*row)))
    finally:  # what came before an error stays
        new = _C.tensor(done + columns[0][len(done):], dtype=self.dtype).reshape(self.shape)
        self.data.copy_(new)  # .data: no version counts it
    return self


def apply_(self, callable):
    """Every element becomes callable(element); slow."""
    return _put_elements("apply_", self, {}, callable)


def map_(self, other, callable):
    """Every element becomes callable(element, other's element); slow."""
    from .functional import _checked
    return _put_elements("map_", self, {"'other'": _checked("map_", other, "other")}, callable)


def map2_(self, x, y, callable):
    """Every element becomes callable(element, x's element, y's element); slow."""
    from .functional import _checked
    others = {"argument 'x'": _checked("map2_", x, "x"), "argument 'y'": _checked("map2_", y, "y", 2)}
    return _put_elements("map2_", self, others, callable)


def _lacking(name: str, dtype: str):
    def method(self, *args, **kwargs):
        raise NotImplementedError(f"convgrad has no tensors of torch.{dtype}; the nearest is {'float()' if 'float' in dtype or dtype == 'half' else 'int()'}")

    method.__name__ = name
    return method


def _no_grad():
    from .autograd.grad_mode import no_grad
    return no_grad()


class _Storage:
    """As much of a tensor's storage as programs ask for."""

    def __init__(self, tensor):
        self._tensor = tensor

    def data_ptr(self):
        return self._tensor.data_ptr() - self._tensor.storage_offset() * self._tensor.element_size()

    def nbytes(self):
        return _C._storage_bytes(self._tensor)

    size = nbytes

    def __len__(self):
        return self.nbytes()


def untyped_storage(self):
    return _Storage(self)


def install() -> None:
    """Puts the methods on the type."""
    methods = {
        "type": type_, "__deepcopy__": __deepcopy__, "__reduce_ex__": __reduce_ex__, "__format__": __format__, "__array__": __array__,
        "__array_wrap__": __array_wrap__, "__reversed__": __reversed__, "norm": norm, "split": split, "unique": unique, "unique_consecutive": unique_consecutive, "resize_as_": resize_as_, "new": new, "multinomial": multinomial, "_repr_html_": _repr_html_,
        "as_subclass": as_subclass, "is_shared": is_shared, "share_memory_": share_memory_, "pin_memory": pin_memory,
        "is_pinned": is_pinned, "is_inference": is_inference, "kron": kron, "apply_": apply_, "map_": map_, "map2_": map2_, "cuda": cuda, "get_device": get_device, "untyped_storage": untyped_storage,
        "half": _lacking("half", "float16"), "bfloat16": _lacking("bfloat16", "bfloat16"), "short": _lacking("short", "int16"),
        "char": _lacking("char", "int8"),
    }
    for name, method in methods.items():
        setattr(Tensor, name, method)
    Tensor.__array_priority__ = 1000
    Tensor._backward_hooks = None
