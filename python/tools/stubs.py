"""Makes python/convgrad/_C.pyi and __init__.pyi of the signatures that the binding holds: PYTHONPATH=build/python python python/tools/stubs.py"""
from __future__ import annotations

import keyword
import pathlib
import re

import convgrad
from convgrad import _C

PACKAGE = pathlib.Path(__file__).resolve().parents[1] / "convgrad"
TYPES = {"Tensor": "Tensor", "TensorList": "Sequence[Tensor]", "Scalar": "Number", "SymInt": "_int", "int64_t": "_int", "double": "_float",
         "bool": "_bool", "SymIntArrayRef": "Sequence[_int]", "IntArrayRef": "Sequence[_int]", "ArrayRef<double>": "Sequence[_float]",
         "ScalarType": "_dtype", "Device": "_device | str | _int", "Layout": "_layout", "MemoryFormat": "_memory_format",
         "Generator": "Generator", "c10::string_view": "str", "PyObject*": "Any", "Storage": "Any",
         "c10::List<::std::optional<Tensor>>": "Sequence[Tensor | None]"}
PAIRS = re.compile(r"(var|std)_mean|\w+_with_indices|adaptive_max_pool\dd")
LISTS = {"split", "chunk", "unbind", "split_with_sizes", "tensor_split", "hsplit", "vsplit", "dsplit", "unsafe_chunk", "unsafe_split",
         "unsafe_split_with_sizes", "broadcast_tensors", "meshgrid"}
PLAIN = {"allclose": "_bool", "equal": "_bool", "dim": "_int", "ndimension": "_int", "numel": "_int", "nelement": "_int", "element_size": "_int",
         "storage_offset": "_int", "data_ptr": "_int", "item": "Number", "unique": "tuple[Tensor, Tensor, Tensor]",
         "unique_consecutive": "tuple[Tensor, Tensor, Tensor]"}
VARIADIC = {"view", "reshape", "permute", "expand", "repeat", "tile", "flip", "zeros", "ones", "empty", "new_zeros", "new_ones", "new_empty"}


def result_of(name: str, fields: str | None) -> str:
    if fields:
        return f"tuple[{', '.join(['Tensor'] * len(fields.split()))}]"
    if PAIRS.fullmatch(name):
        return "tuple[Tensor, Tensor]"
    if name in LISTS:
        return "tuple[Tensor, ...]"
    if name in PLAIN:
        return PLAIN[name]
    return "_bool" if re.match(r"is_(?!in)", name) else "Tensor"


def split_parameters(text: str) -> list[str]:
    parts, depth, at = [], 0, ""
    for c in text:
        depth += c in "{[(<"
        depth -= c in "}])>"
        if c == "," and depth == 0:
            parts.append(at.strip())
            at = ""
        else:
            at += c
    return [p for p in [*parts, at.strip()] if p]


def parameter(text: str) -> str:
    kind, name = text.split("=")[0].rsplit(" ", 1)
    optional = kind.endswith("?") or text.endswith("=None")
    kind = kind.rstrip("?")
    length = re.search(r"\[(\d)\]$", kind)
    shown = TYPES.get(re.sub(r"\[\d\]$", "", kind), "Any")
    if length and "Sequence" in shown and "Tensor" not in shown:
        shown = f"_int | {shown}" if "_int" in shown else shown
    if optional and shown != "Any":
        shown += " | None"
    if keyword.iskeyword(name):
        name += "_"
    return f"{name}: {shown}" + (" = ..." if "=" in text else "")


def function(name: str, signatures: list[str], fields: str | None, method: bool, indent: str, static: bool = False) -> list[str]:
    lines, seen = [], []
    for signature in signatures:
        if "|deprecated" in signature:
            continue
        parts = split_parameters(signature[signature.index("(") + 1:signature.rindex(")")])
        if method:
            parts = [p for p in parts[1:] if not re.fullmatch(r"\S+ out=None", p)]
        shown, star, defaults = [], False, False
        for p in parts:
            if p == "*":
                star = True
                shown.append("*")
                continue
            one = parameter(p)
            defaults |= "= ..." in one
            if defaults and "= ..." not in one and not star:
                one += " = ..."
            shown.append(one)
        if shown and shown[-1] == "*":
            shown.pop()
        text = ", ".join((["self"] if method else []) + shown)
        if text not in seen:
            seen.append(text)
        bare = name.rstrip("_")
        if bare in VARIADIC and any(p.split()[0].startswith(("SymIntArrayRef", "IntArrayRef")) for p in parts[:1]):
            rest = shown[1:]
            more = ", ".join((["self"] if method else []) + ["*sizes: _int"] + [r for r in rest if r != "*"])
            if more not in seen:
                seen.append(more)
    for text in seen:
        if len(seen) > 1:
            lines.append(f"{indent}@overload")
        if static:
            lines.append(f"{indent}@staticmethod")
        lines.append(f"{indent}def {name}({text}) -> {result_of(name.rstrip('_') if name != '_' else name, fields)}: ...")
    return lines


HEAD = """# Made by python/tools/stubs.py of the signatures that the binding holds.
from __future__ import annotations

from builtins import bool as _bool, float as _float, int as _int
from typing import Any, Callable, Iterator, Sequence, overload

Number = _bool | _int | _float

"""
CLASSES = """class dtype:
    is_floating_point: _bool
    is_complex: _bool
    is_signed: _bool
    itemsize: _int

class layout: ...
class memory_format: ...

class device:
    type: str
    index: _int | None
    def __init__(self, type: str | device | _int, index: _int = ...) -> None: ...

class Size(tuple[_int, ...]):
    def numel(self) -> _int: ...

class Generator:
    def __init__(self, device: device | str | None = ...) -> None: ...
    def manual_seed(self, seed: _int) -> Generator: ...
    def seed(self) -> _int: ...
    def initial_seed(self) -> _int: ...
    def get_state(self) -> Tensor: ...
    def set_state(self, state: Tensor) -> Generator: ...

_dtype = dtype
_device = device
_layout = layout
_memory_format = memory_format

class Tensor:
    grad: Tensor | None
    data: Tensor
    requires_grad: _bool
    names: Any
    def __init__(self, *args: Any) -> None: ...
    @property
    def shape(self) -> Size: ...
    @property
    def dtype(self) -> _dtype: ...
    @property
    def device(self) -> _device: ...
    @property
    def layout(self) -> _layout: ...
    @property
    def ndim(self) -> _int: ...
    @property
    def T(self) -> Tensor: ...
    @property
    def mT(self) -> Tensor: ...
    @property
    def is_leaf(self) -> _bool: ...
    @property
    def grad_fn(self) -> Any: ...
    @property
    def itemsize(self) -> _int: ...
    @property
    def nbytes(self) -> _int: ...
    @overload
    def size(self) -> Size: ...
    @overload
    def size(self, dim: _int) -> _int: ...
    def stride(self, dim: _int = ...) -> Any: ...
    def backward(self, gradient: Tensor | None = ..., retain_graph: _bool | None = ..., create_graph: _bool = ...,
                 inputs: Any = ...) -> None: ...
    def numpy(self, *, force: _bool = ...) -> Any: ...
    def tolist(self) -> Any: ...
    def type(self, dtype: Any = ..., non_blocking: _bool = ...) -> Any: ...
    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> Any: ...
    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> Any: ...
    def requires_grad_(self, requires_grad: _bool = ...) -> Tensor: ...
    def retain_grad(self) -> None: ...
    def resize_(self, *size: Any) -> Tensor: ...
    def as_subclass(self, cls: Any) -> Any: ...
    def new_tensor(self, data: Any, *, dtype: Any = ..., device: Any = ..., requires_grad: _bool = ...) -> Tensor: ...
    def unique(self, sorted: _bool = ..., return_inverse: _bool = ..., return_counts: _bool = ..., dim: _int | None = ...) -> Any: ...
    def __len__(self) -> _int: ...
    def __iter__(self) -> Iterator[Tensor]: ...
    def __getitem__(self, index: Any) -> Tensor: ...
    def __setitem__(self, index: Any, value: Any) -> None: ...
    def __bool__(self) -> _bool: ...
    def __int__(self) -> _int: ...
    def __float__(self) -> _float: ...
    def __index__(self) -> _int: ...
    def __neg__(self) -> Tensor: ...
    def __pos__(self) -> Tensor: ...
    def __abs__(self) -> Tensor: ...
    def __invert__(self) -> Tensor: ...
    def __array__(self, dtype: Any = ..., copy: Any = ...) -> Any: ...
"""
OPERATORS = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"]


def operators() -> list[str]:
    lines = []
    for name in OPERATORS:
        for form in ("", "r", "i"):
            lines.append(f"    def __{form}{name}__(self, other: Any) -> Tensor: ...")
    for name in ("eq", "ne"):
        lines.append(f"    def __{name}__(self, other: Any) -> Tensor: ...  # type: ignore[override]")
    for name in ("lt", "le", "gt", "ge"):
        lines.append(f"    def __{name}__(self, other: Any) -> Tensor: ...")
    return lines


def binding(signatures: dict) -> str:
    lines = [HEAD + CLASSES.rstrip()]
    taken = set(re.findall(r"def (\w+)", CLASSES))
    for name, (list_of, fields) in signatures["Tensor"].items():
        if name not in taken:
            lines += function(name, list_of, fields, True, "    ")
    for name in ("norm", "split", "half", "bfloat16", "short", "char", "cuda", "is_shared", "share_memory_", "untyped_storage", "new",
                 "resize_as_", "unique_consecutive", "get_device", "is_pinned", "pin_memory", "is_inference", "kron", "apply_", "map_", "map2_"):
        if name not in signatures["Tensor"]:
            lines.append(f"    def {name}(self, *args: Any, **kwargs: Any) -> Any: ...")
    lines += operators()
    for place, title in (("torch", "_functions"), ("nn", "_nn"), ("linalg", "_linalg"), ("special", "_special")):
        lines += ["", f"class {title}:"]
        for name, (list_of, fields) in signatures[place].items():
            shown = re.sub(r"^(linalg|special)_", "", name)
            lines += function(shown, list_of, fields, False, "    ", static=True)
    dtypes = [name for name in dir(_C) if isinstance(getattr(_C, name), _C.dtype)]
    lines += ["", *(f"{name}: _dtype" for name in dtypes), "",
              "def __getattr__(name: str) -> Any: ...", ""]
    return "\n".join(lines)


SUBMODULES = ["amp", "autograd", "backends", "compat", "cuda", "distributions", "func", "linalg", "nn", "optim", "random", "serialization",
              "special", "utils", "version", "vision"]


def package(signatures: dict) -> str:
    names = sorted(name for name in dir(convgrad) if not name.startswith("_"))
    done = {*SUBMODULES, "annotations", "functional"}
    lines = [HEAD.rstrip().replace("Number = _bool | _int | _float", ""), "from ._C import (Number as Number, Generator as Generator, Size as Size, "
             "Tensor as Tensor, device as device, dtype as dtype, layout as layout, memory_format as memory_format)",
             "from ._C import device as _device, dtype as _dtype, layout as _layout, memory_format as _memory_format",
             *(f"from . import {name} as {name}" for name in SUBMODULES),
             "from .autograd.grad_mode import enable_grad as enable_grad, inference_mode as inference_mode, no_grad as no_grad, "
             "set_grad_enabled as set_grad_enabled",
             "from .serialization import load as load, save as save",
             "from .random import get_rng_state as get_rng_state, initial_seed as initial_seed, manual_seed as manual_seed, seed as seed, "
             "set_rng_state as set_rng_state",
             "from ._install import install_as_torch as install_as_torch", ""]
    done |= {"Generator", "Size", "Tensor", "device", "dtype", "layout", "memory_format", "enable_grad", "inference_mode", "no_grad",
             "set_grad_enabled", "load", "save", "get_rng_state", "initial_seed", "manual_seed", "seed", "set_rng_state", "install_as_torch"}
    lines += ["def tensor(data: Any, *, dtype: _dtype | None = ..., device: Any = ..., requires_grad: _bool = ..., pin_memory: _bool = ...) "
              "-> Tensor: ...",
              "def as_tensor(data: Any, dtype: _dtype | None = ..., device: Any = ...) -> Tensor: ...",
              "def from_numpy(array: Any) -> Tensor: ..."]
    done |= {"tensor", "as_tensor", "from_numpy"}
    from convgrad import functional
    for name in functional.__all__:
        lines.append(f"def {name}(*args: Any, **kwargs: Any) -> Any: ...")
        done.add(name)
    for name, (list_of, fields) in signatures["torch"].items():
        if name not in done:
            lines += function(name, list_of, fields, False, "")
            done.add(name)
    for name in names:
        if name in done:
            continue
        value = getattr(convgrad, name)
        kind = "_dtype" if isinstance(value, _C.dtype) else "_float" if isinstance(value, float) else "Any"
        lines.append(f"{name}: {kind}")
    return "\n".join([*lines, "__version__: str", ""])


def main() -> None:
    signatures = _C._signatures()
    (PACKAGE / "_C.pyi").write_text(binding(signatures), encoding="utf-8")
    (PACKAGE / "__init__.pyi").write_text(package(signatures), encoding="utf-8")
    (PACKAGE / "py.typed").write_text("", encoding="utf-8")


if __name__ == "__main__":
    main()
