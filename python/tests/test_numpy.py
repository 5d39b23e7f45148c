"""Tensors and NumPy's arrays against PyTorch's: memory that is shared, types of results, what is refused and in which words."""
import copy
import ctypes
import math
import os
import pickle
import subprocess
import sys
import warnings
from array import array

import numpy as np
import pytest

import convgrad as cg

torch = pytest.importorskip("torch")

SLOW = "Creating a tensor from a list of numpy.ndarrays is extremely slow"
DTYPES = ["bool", "uint8", "int32", "int64", "float32", "float64"]


@pytest.fixture(scope="module", autouse=True)
def every_warning_is_heard():
    torch.set_warn_always(True)
    yield
    torch.set_warn_always(False)


def plain(value):
    """The same data for both modules, with the kind of everything."""
    if isinstance(value, (cg.Tensor, torch.Tensor)):
        return type(value).__name__, str(value.dtype), tuple(value.shape), value.stride(), value.requires_grad, repr(value.tolist())
    if isinstance(value, (cg.Size, torch.Size)):
        return "Size", list(value)
    if isinstance(value, np.ndarray):
        return "ndarray", str(value.dtype), value.shape, value.strides, value.flags.writeable, repr(value.tolist())
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [plain(v) for v in value]
    return type(value).__name__, words(repr(value))


def words(text):
    return text.replace("convgrad", "torch").split(" (Triggered internally")[0]


def outcome(m, program):
    """What a program gives, or (type, text) of what it raises, and the warnings on the way."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            result = plain(program(m))
        except Exception as error:
            result = type(error).__name__, words(str(error))
    return result, [words(str(w.message)) for w in heard if w.category is not DeprecationWarning and SLOW not in str(w.message)]


def same(program):
    ours, theirs = outcome(cg, program), outcome(torch, program)
    assert ours == theirs
    return theirs


def is_error(result):
    return isinstance(result[0][0], str) and result[0][0].endswith("Error")


def on(*things):
    """The last one, a function, called with those before it."""
    return things[-1](*things[:-1])


def programs(table):
    return pytest.mark.parametrize("program", table.values(), ids=table.keys())


def x(m, dtype="float32"):
    return m.tensor([[0, 1, 2], [3, 4, 5]], dtype=getattr(m, dtype))


# ---- memory

def written(m, make):
    a = np.arange(6.0, dtype="f4").reshape(2, 3)
    t = make(m, a)
    a[0, 0] = 10
    t[1, 1] = 20
    return [a, t]


MEMORY = {
    "from_numpy": lambda m: written(m, lambda m, a: m.from_numpy(a)),
    "as_tensor": lambda m: written(m, lambda m, a: m.as_tensor(a)),
    "as_tensor of another type": lambda m: written(m, lambda m, a: m.as_tensor(a, dtype=m.float64)),
    "asarray": lambda m: written(m, lambda m, a: m.asarray(a)),
    "asarray of another type": lambda m: written(m, lambda m, a: m.asarray(a, dtype=m.int64)),
    "tensor": lambda m: written(m, lambda m, a: m.tensor(a)),
    "from_dlpack": lambda m: written(m, lambda m, a: m.from_dlpack(a)),
    "transposed": lambda m: written(m, lambda m, a: m.from_numpy(a.T).t()),
    "a slice": lambda m: written(m, lambda m, a: m.from_numpy(a[:, ::2]))[1],
    "a broadcast": lambda m: m.from_numpy(np.broadcast_to(np.ones(1), (3, 1)).copy()),
    "and back": lambda m: written(m, lambda m, a: m.from_numpy(m.from_numpy(a).numpy())),
    "numpy of a view": lambda m: on(x(m), lambda t: [t[:, 1].numpy().__setitem__(0, 9), t.t().numpy(), t]),
    "numpy of an expanded one": lambda m: m.ones(1, 2).expand(3, 2).numpy(),
    "numpy and in place": lambda m: on(*on(x(m), lambda t: (t, t.numpy())), lambda t, a: [t.add_(1), a]),
    "numpy stays alive": lambda m: m.arange(5).numpy(),
    "numpy outlives its tensor's resize": lambda m: on(x(m), lambda t: [t.numpy(), t.detach().numpy()]),
    "numpy by force": lambda m: x(m).requires_grad_().numpy(force=True),
    "numpy of a detached one": lambda m: on(x(m).requires_grad_(), lambda t: [t.detach().numpy().__setitem__((0, 0), 7), t]),
    "numpy without gradients around": lambda m: in_no_grad(m, lambda: (x(m).requires_grad_() * 2).numpy()),
    "numpy of a leaf": lambda m: x(m).requires_grad_().numpy(),
    "numpy of a result": lambda m: (x(m).requires_grad_() * 2).numpy(),
    "numpy of a parameter": lambda m: m.nn.Linear(1, 1).weight.numpy(),
    "array of a leaf": lambda m: np.asarray(x(m).requires_grad_()),
    "a zero-dimensional array": lambda m: on(*on(np.array(3.0), lambda a: (a, m.from_numpy(a))), lambda a, t: [t.fill_(5), a]),
    "no array": lambda m: m.from_numpy([1, 2]),
    "a number of NumPy": lambda m: m.from_numpy(np.float32(1)),
}


def in_no_grad(m, call):
    with m.no_grad():
        return call()


@programs(MEMORY)
def test_memory_is_shared_where_pytorch_shares_it(program):
    same(program)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_type_comes_and_goes(dtype):
    a = np.array([[0, 1], [1, 0]], dtype=dtype)
    for make in (lambda m: m.from_numpy(a), lambda m: m.tensor(a), lambda m: m.as_tensor(a), lambda m: m.asarray(a),
        lambda m: m.from_dlpack(a)):
        assert not is_error(same(make))
    same(lambda m: m.tensor(a).numpy())
    same(lambda m: [m.tensor(a.flat[0]), m.as_tensor(a.flat[1]), m.tensor([a.flat[0], a.flat[1]]), m.tensor(list(a))])
    same(lambda m: m.tensor(a, dtype=m.float64))


ARRAYS = {
    "text": np.array(["a"]), "bytes": np.array([b"a"]), "objects": np.array([1, None], dtype=object),
    "dates": np.array(["2020-01-01"], dtype="M8[D]"),
    "spans": np.array([3], dtype="m8[s]"), "fields": np.zeros(2, dtype=[("a", "f4")]), "long doubles": np.zeros(2, dtype="g"),
    "long complex": np.zeros(2, dtype="G"), "swapped": np.arange(3, dtype=">i4"), "swapped floats": np.arange(3, dtype=">f8"),
    "reversed": np.arange(6.0)[::-1], "rows reversed": np.arange(6.0).reshape(2, 3)[::-1],
    "of odd strides": np.zeros(2, dtype=[("a", "u1"), ("b", "f4")])["b"],
    "objects that are numbers": np.array([1, 2], dtype=object), "of nothing": np.array([], dtype=object), "a text": np.array("a"),
    "voids": np.zeros(2, dtype="V3"),
}


@pytest.mark.parametrize("call", [lambda m, a: m.from_numpy(a), lambda m, a: m.tensor(a), lambda m, a: m.as_tensor(a),
                         lambda m, a: m.asarray(a)],
                         ids=["from_numpy", "tensor", "as_tensor", "asarray"])
@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_that_no_tensor_can_be_are_refused_in_pytorchs_words(name, call):
    same(lambda m: call(m, ARRAYS[name]))


def test_read_only_arrays_are_warned_of():
    program = """
import warnings, sys, importlib, numpy as np
m = importlib.import_module(sys.argv[1])
for name in ("from_numpy", "as_tensor", "asarray", "tensor", "from_dlpack"):
    a = np.arange(3.0)
    a.flags.writeable = False
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            getattr(m, "set_warn_always", bool)(True)
            t = getattr(m, name)(a)
            t[0] = 5
            print(name, t.tolist(), a.tolist())
        except Exception as error:
            print(name, type(error).__name__, error)
    print([str(w.message).split(" (Triggered")[0] for w in heard])
"""
    told = [subprocess.run([sys.executable, "-c", program, module], capture_output=True, text=True, timeout=60,
                           env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}) for module in ("convgrad", "torch")]
    assert told[0].stdout == told[1].stdout != "", told[0].stderr


def test_arrays_made_of_a_tensor_keep_its_memory_alive():
    for m in (cg, torch):
        t = m.arange(1000)
        a, b = t.numpy(), np.asarray(t[10:])
        del t
        assert a.sum() == 499500 and b[0] == 10


# ---- NumPy's functions and operators

ASKED = {
    "asarray": lambda m: np.asarray(x(m)),
    "array": lambda m: on(x(m), lambda t: [np.array(t).__setitem__(0, 9), t]),
    "array of another type": lambda m: np.asarray(x(m), dtype="i2"),
    "asarray copied": lambda m: on(x(m), lambda t: [np.asarray(t, copy=True).__setitem__(0, 9), t]),
    "__array__": lambda m: [x(m).__array__(), x(m).__array__("f8"), x(m).__array__(np.float32)],
    "array of a list of tensors": lambda m: np.array([m.tensor(1.0), m.tensor(2.0)]),
    "array of a list of vectors": lambda m: np.array([m.ones(2), m.zeros(2)]),
    "array of bool": lambda m: np.asarray(x(m, "bool")),
    "sum": lambda m: np.sum(x(m)),
    "sum of a dimension": lambda m: np.sum(x(m), axis=0),
    "mean": lambda m: np.mean(x(m)),
    "max": lambda m: np.max(x(m)),
    "argmax": lambda m: np.argmax(x(m)),
    "argmax of a dimension": lambda m: np.argmax(x(m), axis=1),
    "sqrt": lambda m: np.sqrt(x(m)),
    "exp of integers": lambda m: np.exp(x(m, "int64")),
    "add": lambda m: np.add(x(m), 1),
    "add of both kinds": lambda m: np.add(x(m), np.ones(3)),
    "comparison": lambda m: np.greater(x(m), 2),
    "isnan": lambda m: np.isnan(x(m)),
    "concatenate": lambda m: np.concatenate([x(m), x(m)]),
    "stack": lambda m: np.stack([x(m), x(m)]),
    "dot": lambda m: np.dot(x(m), x(m).t()),
    "matmul": lambda m: np.matmul(x(m), np.ones((3, 2), dtype="f4")),
    "transpose": lambda m: np.transpose(x(m)),
    "reshape": lambda m: np.reshape(x(m), (3, 2)),
    "squeeze": lambda m: np.squeeze(m.ones(1, 2)),
    "where": lambda m: np.where(x(m) > 2, x(m), 0),
    "clip": lambda m: np.clip(x(m), 1, 3),
    "shape and size": lambda m: [np.shape(x(m)), np.ndim(x(m))],
    "allclose": lambda m: [bool(np.allclose(x(m), x(m).numpy())), bool(np.array_equal(x(m), x(m)))],
    "testing": lambda m: np.testing.assert_allclose(x(m), x(m).numpy()),
    "linspace of tensors": lambda m: np.linspace(m.tensor(0.0), m.tensor(1.0), 3),
    "an array indexed by a tensor": lambda m: np.arange(5)[m.tensor([1, 3])],
    "an array indexed by a number": lambda m: np.arange(5)[m.tensor(2)],
    "an array masked by a tensor": lambda m: np.arange(3)[m.tensor([True, False, True])],
    "an array that takes a tensor": lambda m: on(np.zeros(3), lambda a: [a.__setitem__(slice(0, 2), m.ones(2)), a]),
    "an array plus a tensor in place": lambda m: on(np.zeros(3), lambda a: a.__iadd__(m.ones(3))),
    "float and int": lambda m: [float(m.tensor(2.5)), int(m.tensor(2.5)), complex(m.tensor(2.5)), bool(m.tensor(0.0)),
        round(m.tensor(2.567), 1)],
    "out": lambda m: np.add(np.ones(3), 1, out=m.zeros(3)),
    "a ufunc of a number": lambda m: [np.sqrt(m.tensor(2.0, dtype=m.float64)), np.add(m.tensor(2, dtype=m.int32), np.int32(1)),
        np.isnan(m.tensor(1.0))],
    "a ufunc of a leaf": lambda m: np.sqrt(m.ones(2, requires_grad=True)),
    "a ufunc's reduce": lambda m: np.add.reduce(x(m)),
    "random choice": lambda m: np.random.RandomState(0).choice(m.arange(5), 2),
    "frombuffer": lambda m: np.frombuffer(x(m).numpy().tobytes(), dtype="f4"),
    "copyto": lambda m: on(np.zeros(2), lambda a: [np.copyto(a, m.ones(2)), a]),
    "asarray of NumPy's other constructors": lambda m: [np.ascontiguousarray(x(m).t()), np.atleast_1d(m.tensor(1)), np.ones_like(x(m))],
}


@programs(ASKED)
def test_numpys_functions_take_tensors_as_they_take_pytorchs(program):
    same(program)


NUMBERS = {"float32": np.float32(2.5), "float64": np.float64(2.5), "int64": np.int64(3), "int32": np.int32(3), "uint8": np.uint8(3),
           "float16": np.float16(2.5), "int8": np.int8(3)}
ROWS = {"a zero-dimensional array": np.array(2.5), "an array": np.array([1.0, 2.0, 3.0]), "an array of integers": np.array([1, 2, 3]),
        "an array of float32": np.array([[1], [2]], dtype="f4")}
OPERATORS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a ** b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b,
    "&": lambda a, b: a & b, "|": lambda a, b: a | b, "@": lambda a, b: a @ b,
}


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("dtype", ["float32", "int64", "bool"])
def test_operators_between_tensors_and_numpys_numbers_give_pytorchs_types(dtype, operator):
    for number in NUMBERS.values():
        same(lambda m: OPERATORS[operator](x(m, dtype), number))
        same(lambda m: OPERATORS[operator](number, x(m, dtype)))


@pytest.mark.parametrize("operator", sorted(set(OPERATORS) - {"!="}))
@pytest.mark.parametrize("row", ROWS)
def test_operators_between_tensors_and_arrays_give_pytorchs_types(row, operator):
    for dtype in ("float32", "int64", "bool"):
        same(lambda m: OPERATORS[operator](x(m, dtype), ROWS[row]))
        same(lambda m: OPERATORS[operator](ROWS[row], x(m, dtype)))


def test_unlike_in_pytorch_arrays_are_compared_for_inequality_too():
    for ours in (x(cg) != x(torch).numpy(), x(torch).numpy() != x(cg)):
        assert ours.dtype == cg.bool and not ours.any()


ASARRAY = {
    "a copy": lambda m: m.asarray(np.ones(2), copy=True), "a copy of another type": lambda m: m.asarray(np.ones(2), dtype=m.float32, copy=True),
    "never a copy": lambda m: m.asarray(np.ones(2), copy=False), "a list never copied": lambda m: m.asarray([1], copy=False),
    "another type never copied": lambda m: m.asarray(np.ones(2), dtype=m.int64, copy=False),
    "a number never copied": lambda m: m.asarray(np.float32(1), copy=False), "a leaf": lambda m: m.asarray(np.ones(2), requires_grad=True),
    "a leaf of integers": lambda m: m.asarray([1], requires_grad=True), "a leaf as it is": lambda m: m.asarray(m.ones(2, requires_grad=True)),
    "no leaf": lambda m: m.asarray(m.ones(2, requires_grad=True), requires_grad=False), "an object": lambda m: m.asarray(object()),
}


@programs(ASARRAY)
def test_asarray_copies_and_requires_gradients_as_asked(program):
    ours, theirs = outcome(cg, program)[0], outcome(torch, program)[0]
    assert ours == theirs


@pytest.mark.parametrize("value", [*NUMBERS.values(), np.bool_(True), np.uint64(2 ** 63)], ids=lambda v: type(v).__name__)
def test_numpys_numbers_are_assigned_where_pytorch_takes_them(value):
    for index in (0, slice(1, 3), np.array([True, False, True])):
        same(lambda m: on(m.zeros(3), lambda t: [t.__setitem__(index, value), t]))


SHIFTS = {"by a float": lambda t: t << 1.5, "masks": lambda t: (t > 1) << 1, "by a truth": lambda t: t << True, "back": lambda t: t >> 1,
          "by floats": lambda t: t << t.float(), "bytes by integers": lambda t: t.byte() << t, "a number": lambda t: 3 << t}


@pytest.mark.parametrize("name", SHIFTS)
def test_shifts_have_the_type_of_both_sides(name):
    same(lambda m: SHIFTS[name](m.tensor([1, 2])))


ARGUMENTS = {
    "fill_": lambda m, v: m.zeros(2, 3).fill_(v), "add_": lambda m, v: m.zeros(2, 3).add_(v), "add": lambda m, v: m.add(x(m), v),
    "full": lambda m, v: m.full((2,), v), "clamp": lambda m, v: x(m).clamp(min=v), "zeros": lambda m, v: m.zeros(v),
    "sum": lambda m, v: x(m).sum(v),
    "a slice": lambda m, v: x(m)[:v], "arange": lambda m, v: m.arange(v), "pow": lambda m, v: x(m).pow(v),
    "where": lambda m, v: m.where(x(m) > 2, v, 0.0),
    "Size": lambda m, v: m.Size([v]), "isclose": lambda m, v: m.isclose(x(m), v), "equal": lambda m, v: m.equal(x(m), v),
    "maximum": lambda m, v: m.maximum(x(m), v), "linspace": lambda m, v: m.linspace(0, v, 3), "conv2d": lambda m, v: m.nn.functional.conv2d(
        m.ones(1, 1, 9, 9), m.ones(1, 1, 2, 2), stride=v), "dropout": lambda m, v: m.nn.functional.dropout(x(m), v, training=False),
}


@pytest.mark.parametrize("call", ARGUMENTS)
@pytest.mark.parametrize("number", NUMBERS)
def test_numpys_numbers_are_arguments_as_for_pytorch(number, call):
    same(lambda m: ARGUMENTS[call](m, NUMBERS[number]))


# ---- indexing with NumPy

INDICES = {
    "an array": np.array([1, 0]), "a mask": np.array([True, False]),
    "a matrix of masks": np.array([[True, False, True], [False, True, False]]),
    "an array of int32": np.array([1, 1], dtype="i4"), "a number": np.int64(1), "a byte": np.uint8(1),
    "a truth": np.bool_(True), "an array of none": np.array([], dtype=int), "floats": np.array([1.0]),
    "two arrays": (np.array([0, 1]), np.array([2, 1])),
    "an array and a slice": (slice(None), np.array([0, 2])), "a number and an array": (np.int64(0), np.array([1])),
    "a slice of numbers": slice(np.int64(0), np.int64(1)),
    "a zero-dimensional array": np.array(1), "an array out of range": np.array([5]),
    "a mask that does not fit": np.array([True, False, True]),
    "None and an array": (None, np.array([1])), "dots and an array": (..., np.array([1])),
    "an array of objects": np.array([1, 0], dtype=object),
    "a negative array": np.array([-1, -2]), "a reversed array": np.arange(2)[::-1], "a range": range(2),
    "an array of text": np.array(["a"]),
}


@pytest.mark.parametrize("name", INDICES)
def test_indices_of_numpy_choose_and_set_what_they_do_in_pytorch(name):
    index = INDICES[name]

    def assigned(m, value):
        t = x(m)
        t[index] = value(m)
        return t

    same(lambda m: x(m)[index])
    for value in (lambda m: 9, lambda m: np.float64(9.5), lambda m: m.tensor(9.0), lambda m: np.array(9.0)):
        same(lambda m: assigned(m, value))


SET = {
    "a row by an array": lambda t, m: t.__setitem__(0, np.array([7.0, 8.0, 9.0])),
    "all by a row": lambda t, m: t.__setitem__(slice(None), np.array([7, 8, 9])),
    "a column by a list": lambda t, m: t.__setitem__((slice(None), 0), [7, 8]),
    "masked by an array": lambda t, m: t.__setitem__(t > 3, np.array([7.0, 8.0])),
    "masked by a number": lambda t, m: t.__setitem__(t > 3, np.float32(7)),
    "of a size that does not fit": lambda t, m: t.__setitem__(0, np.array([7.0, 8.0])),
    "a text": lambda t, m: t.__setitem__(0, "a"),
    "nothing": lambda t, m: t.__setitem__(0, None),
    "a reversed array": lambda t, m: t.__setitem__(0, np.arange(3.0)[::-1]),
    "an array of objects": lambda t, m: t.__setitem__(0, np.array([1, 2, 3], dtype=object)),
    "a nested list": lambda t, m: t.__setitem__(slice(None), [[1, 2, 3], [4, 5, 6]]),
}


@programs(SET)
def test_what_numpy_has_is_set_as_in_pytorch(program):
    for dtype in ("float32", "int64"):
        same(lambda m: on(x(m, dtype), lambda t: [program(t, m), t]))


# ---- Python's protocols

def iterated(m, t):
    first, *rest = t
    return [first, rest, len(t), [row.sum().item() for row in t], list(zip(t, range(2))), list(reversed(t)), list(enumerate(t))]


PROTOCOLS = {
    "tolist": lambda m: [x(m, d).tolist() for d in DTYPES] + [m.tensor(2).tolist(), m.zeros(0).tolist(), m.zeros(2, 0).tolist()],
    "item": lambda m: [m.tensor([[3]], dtype=getattr(m, d)).item() for d in DTYPES],
    "item of several": lambda m: x(m).item(),
    "item of none": lambda m: m.zeros(0).item(),
    "float of several": lambda m: float(x(m)),
    "int of infinity": lambda m: int(m.tensor(float("inf"))),
    "index of a float": lambda m: range(5)[m.tensor(2.0)],
    "index of a number": lambda m: [range(5)[m.tensor(2)], [1, 2, 3][m.tensor(1)], list(range(m.tensor(3))), "ab" * m.tensor(2),
        hex(m.tensor(255))],
    "index of several": lambda m: range(5)[x(m)],
    "iteration": lambda m: iterated(m, x(m)),
    "iteration over nothing": lambda m: [list(m.zeros(0)), list(m.zeros(0, 3)), [t.shape for t in m.zeros(2, 0)]],
    "iteration over a number": lambda m: list(m.tensor(1)),
    "len": lambda m: [len(x(m)), len(m.zeros(0))],
    "len of a number": lambda m: len(m.tensor(1)),
    "in": lambda m: [3 in x(m), 9 in x(m), m.tensor(3) in x(m), np.int64(3) in x(m), True in m.tensor([False])],
    "a text in": lambda m: "a" in x(m),
    "bool": lambda m: [bool(m.tensor(0)), bool(m.tensor([2.0])), bool(m.tensor([[False]])), not m.tensor(1)],
    "bool of several": lambda m: bool(x(m)),
    "bool of none": lambda m: bool(m.zeros(0)),
    "a comparison as a condition": lambda m: 1 if x(m) == x(m) else 0,
    "a chain of comparisons": lambda m: 0 < x(m) < 3,
    "hash and eq": lambda m: on(x(m), lambda t: [hash(t) == hash(t), t in {t}, len({t, t.clone()})]),
    "a list's index": lambda m: [1, m.tensor(2)].index(2),
    "min and max": lambda m: [max(m.tensor([1, 3, 2])), min(m.tensor(2), m.tensor(1)), sum(m.tensor([1, 2])), sorted(m.tensor([3, 1, 2])),
        any(m.tensor([0, 1])), all(m.tensor([1, 0]))],
    "abs, round, divmod": lambda m: [abs(m.tensor(-2)), round(m.tensor(2.7)), pow(m.tensor(2), 3), -m.tensor(1), +m.tensor(1),
        ~m.tensor(1)],
    "divmod": lambda m: divmod(m.tensor(7), 2),
    "format": lambda m: [f"{m.tensor(1.5):.3f}", f"{m.tensor(3):>4}", f"{m.tensor([1.0])}", "%d" % m.tensor(3), "%.1f" % m.tensor(2.25),
        str(m.tensor(1))],
    "format of several": lambda m: f"{x(m):.2f}",
    "floor and ceil": lambda m: math.floor(m.tensor(2.5)),
    "sqrt of math": lambda m: [math.sqrt(m.tensor(4.0)), math.isnan(m.tensor(1.0))],
    "memoryview": lambda m: memoryview(x(m)),
    "bytes": lambda m: bytes(m.tensor([1, 2], dtype=m.uint8)),
    "bytearray of numpy": lambda m: bytearray(m.tensor([1, 2], dtype=m.uint8).numpy()),
    "tensor of bytes": lambda m: [m.tensor(bytearray(b"ab"), dtype=m.uint8), m.tensor(list(b"ab"))],
    "tensor of bytes as they are": lambda m: m.tensor(b"ab"),
    "tensor of an array": lambda m: [m.tensor(array("f", [1.5, 2])), m.tensor(array("i", [1, 2])), m.as_tensor(array("b", [1]))],
    "asarray of a buffer": lambda m: m.asarray(bytearray(b"\x01\x02"), dtype=m.uint8),
    "asarray of an array": lambda m: m.asarray(array("f", [1.5, 2])),
    "tensor of a range": lambda m: [m.tensor(range(3)), m.tensor((1, 2.0)), m.tensor([m.tensor(1), 2]), m.tensor([[m.tensor(1.5)]])],
    "tensor of a tensor": lambda m: [m.tensor(x(m)), m.as_tensor(x(m), dtype=m.int64)],
    "tensor of a generator": lambda m: m.tensor(i for i in range(3)),
    "tensor of a set": lambda m: m.tensor({1, 2}),
    "tensor of a leaf": lambda m: [m.tensor(m.ones(1, requires_grad=True)), m.as_tensor(m.ones(1, requires_grad=True))],
    "tensor of mixed numbers": lambda m: [m.tensor([1, np.float64(2)]), m.tensor([np.int32(1), 2]), m.tensor([True, np.int64(2)]),
        m.tensor([np.float32(1.5)]), m.tensor((np.bool_(True),))],
    "tensor of NumPy's lists": lambda m: m.tensor([np.ones(2), np.zeros(2)]),
    "tensor of ragged arrays": lambda m: m.tensor([np.ones(2), np.zeros(3)]),
    "the array interface of ctypes": lambda m: m.asarray((ctypes.c_float * 2)(1, 2)),
}


@programs(PROTOCOLS)
def test_pythons_protocols_give_what_pytorch_gives(program):
    same(program)


def test_what_has_an_array_interface_is_taken_as_an_array():
    class Holder:
        def __init__(self):
            self.array = np.arange(3.0)
            self.__array_interface__ = self.array.__array_interface__

    class Asked:
        def __array__(self, dtype=None, copy=None):
            return np.arange(3.0)

    for kind in (Holder, Asked):
        for call in (lambda m: m.tensor(kind()), lambda m: m.as_tensor(kind()), lambda m: m.asarray(kind())):
            same(call)


# ---- DLPack

def test_dlpack_goes_both_ways_without_a_copy():
    for make, take in ((np.zeros, cg.from_dlpack), (torch.zeros, cg.from_dlpack), (cg.zeros, np.from_dlpack), (cg.zeros, torch.from_dlpack),
        (cg.zeros, cg.from_dlpack)):
        source = make(3)
        target = take(source)
        target[1] = 5
        assert source.tolist() == [0, 5, 0] == target.tolist()


@pytest.mark.parametrize("dtype", DTYPES)
def test_dlpack_keeps_types_shapes_and_strides(dtype):
    t = x(cg, dtype)
    for view in (t, t.t(), t[:, ::2], t[1], t[0, 0], t[:0]):
        there, array = torch.from_dlpack(view), np.from_dlpack(view)
        back = cg.from_dlpack(there)
        assert plain(there) == plain(view) == plain(back) and array.tolist() == view.tolist() and str(array.dtype) == dtype
        assert there.data_ptr() == view.data_ptr() == back.data_ptr()


DLPACK = {
    "the device": lambda m: [int(v) for v in m.ones(1).__dlpack_device__()],
    "a leaf": lambda m: m.ones(1, requires_grad=True).__dlpack__(),
    "a capsule": lambda m: on(m.ones(2), lambda t: m.from_dlpack(m.utils.dlpack.to_dlpack(t))),
    "a capsule twice": lambda m: on(m.utils.dlpack.to_dlpack(m.ones(2)), lambda c: [m.from_dlpack(c), m.from_dlpack(c)]),
    "an array of a type that no tensor has": lambda m: m.from_dlpack(np.zeros(2, dtype="G")),
    "a swapped array": lambda m: m.from_dlpack(np.zeros(2, dtype=">f4")),
    "copied": lambda m: on(*on(np.zeros(2), lambda a: (a, m.from_dlpack(a, copy=True))), lambda a, t: [t.fill_(1), a]),
    "to the processor": lambda m: m.from_dlpack(np.zeros(2), device="cpu"),
}


@programs(DLPACK)
def test_dlpack_says_what_pytorchs_says(program):
    same(program)


# ---- the old constructors, attributes and names

LEGACY = {
    "Tensor of a list": lambda m: [m.Tensor([0]), m.Tensor([[1, 2]]), m.Tensor((1, 2)), m.Tensor(np.arange(2.0, dtype="f4"))],
    "Tensor of sizes": lambda m: [m.Tensor(2, 3).shape, m.Tensor().shape, m.Tensor(m.Size([2])).shape, m.Tensor(0)],
    "Tensor of a number": lambda m: m.Tensor(2.5),
    "Tensor of an array of doubles": lambda m: m.Tensor(np.arange(2.0)),
    "Tensor of a tensor": lambda m: on(m.ones(2), lambda t: m.Tensor(t).data_ptr() == t.data_ptr()),
    "constructors by type": lambda m: [getattr(m, n)([1, 0]) for n in ("FloatTensor", "DoubleTensor", "IntTensor", "LongTensor",
        "ByteTensor", "BoolTensor")],
    "constructors by size": lambda m: [m.FloatTensor(2, 3).shape, m.LongTensor(4).shape, m.ByteTensor().dtype],
    "a long of floats": lambda m: m.LongTensor([1.5]),
    "a constructor of a float": lambda m: m.FloatTensor(1.5),
    "a constructor of a text": lambda m: m.FloatTensor("a"),
    "a long of an array": lambda m: m.LongTensor(np.array([1, 2])),
    "a float of an array of integers": lambda m: m.FloatTensor(np.array([1, 2])),
    "isinstance": lambda m: [isinstance(m.ones(1), m.FloatTensor), isinstance(m.ones(1), m.LongTensor),
                             isinstance(m.ones(1).double(), m.DoubleTensor),
                             isinstance(np.ones(1), m.FloatTensor), isinstance(m.nn.Parameter(m.ones(1)), m.FloatTensor)],
    "type": lambda m: [x(m).type(), x(m).type(m.int64), x(m).type("torch.DoubleTensor"), x(m).type(m.LongTensor),
        x(m).type(m.float32, non_blocking=True)],
    "type of nonsense": lambda m: x(m).type("torch.Nothing"),
    "type_as": lambda m: x(m).type_as(m.ones(1, dtype=m.int64)),
    "new": lambda m: [x(m).new([1, 2]), x(m).new(2, 3).shape, x(m, "int64").new_tensor([1.5]), x(m).new_zeros(2), x(m).new_full((1,), 3),
                      x(m).new_ones((2,), dtype=m.int32),
                      x(m).new_empty((2, 3)).shape],
    "data": lambda m: on(m.ones(2, requires_grad=True), lambda t: [t.data.mul_(2), t, t.data.requires_grad,
        t.data.data_ptr() == t.data_ptr()]),
    "data set": lambda m: on(m.ones(2, requires_grad=True), lambda t: [setattr(t, "data", m.zeros(3)), t, t.is_leaf]),
    "data set to an array": lambda m: setattr(m.ones(2), "data", np.ones(2)),
    "data of another type": lambda m: on(m.ones(2), lambda t: [setattr(t, "data", m.zeros(3, dtype=m.float64)), t]),
    "T and friends": lambda m: [x(m).T, x(m).mT, m.ones(3).T, m.ones(2, 3, 4).mT.shape, x(m).H],
    "T of three dimensions": lambda m: m.ones(2, 3, 4).T,
    "mT of a vector": lambda m: m.ones(3).mT,
    "H of three dimensions": lambda m: m.ones(2, 3, 4).H,
    "names of NumPy": lambda m: [x(m).argmax(axis=1), x(m).sum(axis=0, keepdims=True), m.mean(x(m), axis=1), m.cat([x(m), x(m)], axis=1),
                                 m.stack((x(m), x(m)), axis=2).shape,
                                 m.concatenate((x(m), x(m))), x(m).squeeze(axis=0).shape, m.softmax(x(m), axis=0).shape, x(m).max(axis=1),
                                 m.std(x(m), axis=0)],
    "sizes by names": lambda m: [m.zeros(size=(2,)), m.ones(size=[1, 2]), m.full(size=(2,), fill_value=1.5), m.add(input=x(m), other=1)],
    "names that do not go together": lambda m: x(m).sum(axis=0, dim=0),
    "allclose": lambda m: [m.allclose(x(m), x(m) + 1e-9), m.allclose(x(m), x(m) + 1, atol=2), x(m).allclose(x(m)),
        m.allclose(m.tensor([float("nan")]), m.tensor([float("nan")]), equal_nan=True)],
    "allclose of types that differ": lambda m: m.allclose(x(m), x(m, "float64")),
    "allclose with an array": lambda m: m.allclose(x(m), x(m).numpy()),
    "equal": lambda m: [m.equal(x(m), x(m)), x(m).equal(x(m)[:1]), m.equal(x(m), x(m).clone())],
    "properties": lambda m: [x(m).ndim, x(m).size(), x(m).size(0), x(m).shape, x(m).nbytes, x(m).itemsize, x(m).element_size(),
                             x(m).nelement(), x(m).is_cuda, x(m).layout,
                             x(m).device, x(m).storage_offset(), x(m).is_sparse, x(m).names, x(m).output_nr, x(m).grad_fn,
                             x(m).retains_grad, x(m)._version],
    "sizes of NumPy's": lambda m: [x(m).shape == (2, 3), x(m).shape == [2, 3], x(m).dtype == np.float32, np.zeros(x(m).shape).shape,
        x(m).reshape(np.zeros((3, 2)).shape).shape],
    "types of NumPy's": lambda m: m.zeros(2, dtype=np.float32),
    "a type of Python's": lambda m: [m.zeros(2, dtype=float), m.zeros(2, dtype=int), m.ones(2, dtype=bool), m.tensor([1], dtype=float)],
    "types": lambda m: [repr(m.float32), m.float is m.float32, m.long is m.int64, m.float32.is_floating_point, m.int64.is_signed,
                        m.float64.itemsize, str(m.get_default_dtype()),
                        m.result_type(x(m), 1.5), m.promote_types(m.int32, m.float32), m.can_cast(m.float64, m.int32),
                        m.finfo(m.float32).eps, m.iinfo(m.int32).max],
}


@programs(LEGACY)
def test_old_constructors_attributes_and_names_are_pytorchs(program):
    same(program)


SIZES = {
    "sums": lambda m: [x(m).shape + (4,), x(m).shape + m.Size([1]), x(m).shape[:1] + x(m).shape[1:], (1,) + tuple(x(m).shape),
        (4,) + x(m).shape],
    "products": lambda m: [x(m).shape * 2, 2 * x(m).shape],
    "slices and items": lambda m: [x(m).shape[0], x(m).shape[-1], x(m).shape[::-1], x(m).shape[1:], x(m).shape.index(3),
        x(m).shape.count(2)],
    "numel": lambda m: [x(m).shape.numel(), m.Size([]).numel(), m.Size([0, 5]).numel()],
    "printed": lambda m: [str(x(m).shape), repr(m.Size([])), f"{x(m).shape}"],
    "unpacked": lambda m: [on(*x(m).shape, lambda a, b: a * b), [*x(m).shape], list(map(str, x(m).shape)), max(x(m).shape)],
    "compared and hashed": lambda m: [x(m).shape == m.Size([2, 3]), x(m).shape < (3,), hash(x(m).shape) == hash((2, 3)),
        {x(m).shape: 1}[(2, 3)]],
    "made": lambda m: [m.Size((1, 2)), m.Size(range(3)), m.Size([m.tensor(2)]), m.Size(np.array([1, 2])), m.Size()],
    "made of text": lambda m: m.Size(["a"]),
    "made of floats": lambda m: m.Size([1.5]),
    "made of a number": lambda m: m.Size(3),
    "pickled": lambda m: [pickle.loads(pickle.dumps(x(m).shape)), copy.deepcopy(x(m).shape)],
    "an index that is none": lambda m: x(m).shape["a"],
    "an index out of range": lambda m: x(m).shape[2],
    "a dimension out of range": lambda m: x(m).size(2),
    "set": lambda m: x(m).shape.__setitem__(0, 1),
}


@programs(SIZES)
def test_sizes_are_tuples_as_pytorchs(program):
    same(program)


def subclass(m):
    class Named(m.Tensor):
        def double_sum(self):
            return self.sum().item() * 2

    return Named


SUBCLASSES = {
    "as_subclass": lambda m: on(x(m).as_subclass(subclass(m)),
        lambda t: [isinstance(t, m.Tensor), t.double_sum(), type(t).__name__, t.tolist()]),
    "made of a list": lambda m: on(subclass(m)([1, 2]), lambda t: [type(t).__name__, t.tolist(), t.dtype]),
    "made of a tensor": lambda m: type(subclass(m)(m.ones(2))).__name__,
    "an attribute": lambda m: on(x(m).as_subclass(subclass(m)), lambda t: [setattr(t, "note", 3), t.note, t[0].shape]),
    "an attribute of a tensor": lambda m: on(x(m), lambda t: [setattr(t, "note", 3), t.note, hasattr(t.clone(), "note"), t.__dict__]),
    "an attribute that is not there": lambda m: x(m).note,
    "back again": lambda m: type(x(m).as_subclass(subclass(m)).as_subclass(m.Tensor)).__name__,
    "of what is no class": lambda m: x(m).as_subclass(int),
    "gradients": lambda m: on(m.ones(2, requires_grad=True), lambda t: [t.as_subclass(subclass(m)).sum().backward(), t.grad]),
}


@programs(SUBCLASSES)
def test_subclasses_of_tensors_and_their_attributes(program):
    same(program)
