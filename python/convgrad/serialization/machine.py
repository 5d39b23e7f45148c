"""A machine that reads pickles and calls nothing but what is on a list.

Every operand, every element of the stack and every length is checked before it is used; nothing is imported.
"""
from __future__ import annotations

import pickle
import struct
from collections import Counter, OrderedDict
from typing import Any, Callable, Mapping

MAX_MARKS = 10_000
_KEY_DEPTH, _KEY_SIZE = 16, 10_000


class Machine:
    """Reads one pickle after the other from `data`.

    find(module, name): what stands for a global, or UnpicklingError. calls: what a global may be called as, by identity.
    classes: those that may be made without arguments to __init__ and given attributes. storage(id): of persistent ids.
    """

    def __init__(self, data: bytes, find: Callable[[str, str], Any], calls: Mapping[int, Callable], classes: Mapping[int, type],
                 storage: Callable[[Any], Any], position: int = 0, encoding: str = "utf-8") -> None:
        self.data = data
        self.position = position
        self.find = find
        self.calls = calls
        self.classes = classes
        self.storage = storage
        self.encoding = encoding

    # ---- bytes

    def error(self, what: str) -> pickle.UnpicklingError:
        return pickle.UnpicklingError(f"{what} (at byte {self.at} of the pickle)")

    def take(self, count: int) -> bytes:
        if count < 0 or count > len(self.data) - self.position:
            raise self.error("the pickle is cut short")
        self.position += count
        return self.data[self.position - count:self.position]

    def number(self, form: str) -> int:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def line(self) -> bytes:
        end = self.data.find(b"\n", self.position)
        if end < 0:
            raise self.error("the pickle is cut short")
        return self.take(end + 1 - self.position)[:-1]

    # ---- the stack

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        if len(self.stack) <= (self.marks[-1] if self.marks else 0):
            raise self.error("the pickle takes more from its stack than there is")
        return self.stack.pop()

    def top(self) -> Any:
        value = self.pop()
        self.stack.append(value)
        return value

    def pop_mark(self) -> list:
        if not self.marks:
            raise self.error("the pickle has no mark where it needs one")
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def load(self) -> Any:
        """The next pickle's value. UnpicklingError, with the place, for all that is no pickle of allowed things."""
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}
        while True:
            self.at = self.position
            code = self.take(1)[0]
            if code == pickle.STOP[0]:
                value = self.pop()
                if self.stack or self.marks:
                    raise self.error("the pickle ends with more than one value")
                return value
            if code == pickle.BINPERSID[0]:
                self.push(self.storage(self.pop()))  # its errors are the caller's
                continue
            operation = _OPERATIONS.get(code)
            if operation is None:
                raise self.error(f"Unsupported operand {code}")
            try:
                operation(self)
            except (ValueError, OverflowError, UnicodeError, TypeError, AttributeError, LookupError, struct.error) as error:
                raise self.error(f"{type(error).__name__}: {error}") from error

    # ---- globals, calls, attributes

    def global_(self, module: Any, name: Any) -> None:
        if type(module) is not str or type(name) is not str:
            raise self.error("a global's name is no text")
        self.push(self.find(module, name))

    def call(self, function: Any, args: Any) -> Any:
        allowed = self.calls.get(id(function))
        if allowed is None:
            raise self.error(f"Trying to call reduce for unrecognized function {function}")
        if type(args) is not tuple:
            raise self.error("the arguments of a call are no tuple")
        return allowed(*args)

    def new(self, kind: Any, args: Any, names: Any = None) -> Any:
        if id(kind) not in self.classes:
            raise self.error(f"Can only create new object for nn.Parameter or classes allowlisted via `add_safe_globals` but got {kind}")
        if type(args) is not tuple or (names is not None and type(names) is not dict):
            raise self.error("the arguments of a new object are no tuple")
        return kind.__new__(kind, *args, **(names or {}))

    def build(self, object: Any, state: Any) -> None:
        if type(object) is OrderedDict:
            if type(state) is not dict or not all(type(key) is str for key in state):
                raise self.error("the attributes of an OrderedDict are no dict")
            object.__dict__.update(state)
            return
        if id(type(object)) not in self.classes:
            raise self.error("Can only build Tensor, Parameter, OrderedDict or types allowlisted via `add_safe_globals`, but got "
                             f"{type(object)}")
        if hasattr(object, "__setstate__"):
            object.__setstate__(state)
            return
        slots = None
        if isinstance(state, tuple) and len(state) == 2:
            state, slots = state
        if state:
            object.__dict__.update(state)
        for key, value in (slots or {}).items():
            setattr(object, key, value)

    def set_items(self, target: Any, items: list) -> None:
        if type(target) not in (dict, OrderedDict, Counter):
            raise self.error(f"Can only SETITEM for dict, collections.OrderedDict, collections.Counter, but got {type(target)}")
        if len(items) % 2:
            raise self.error("a key has no value")
        for key, value in zip(items[::2], items[1::2]):
            check_key(key)
            target[key] = value

    def extend(self, target: Any, items: list) -> None:
        if type(target) is not list:
            raise self.error(f"Can only append to lists, but got {type(target)}")
        target.extend(items)

    def add_items(self, target: Any, items: list) -> None:
        if type(target) is not set:
            raise self.error(f"Can only add to sets, but got {type(target)}")
        for item in items:
            check_key(item)
            target.add(item)

    def recall(self, number: int) -> None:
        if number not in self.memo:
            raise self.error(f"Memo value not found at index {number}")
        self.push(self.memo[number])

    def remember(self, number: int) -> None:
        if number < 0:
            raise self.error("negative argument")
        self.memo[number] = self.top()

    def protocol(self) -> None:
        number = self.take(1)[0]
        if number > 5:
            raise self.error(f"unsupported pickle protocol: {number}")

    def mark(self) -> None:
        if len(self.marks) >= MAX_MARKS:
            raise self.error(f"the pickle is nested more than {MAX_MARKS} deep")
        self.marks.append(len(self.stack))

    def text(self, length: int) -> None:
        self.push(self.take(length).decode("utf-8", "surrogatepass"))

    def old_text(self, length: int) -> None:
        data = self.take(length)
        self.push(data if self.encoding == "bytes" else data.decode(self.encoding))

    def tuple_of(self, count: int) -> None:
        items = [self.pop() for _ in range(count)]
        self.push(tuple(reversed(items)))

    def unmark(self) -> None:
        if self.marks and self.marks[-1] == len(self.stack):
            self.marks.pop()
        else:
            self.pop()

    def frozen(self) -> None:
        items = self.pop_mark()
        for item in items:
            check_key(item)
        self.push(frozenset(items))

    def dict_(self) -> None:
        items = self.pop_mark()
        made: dict = {}
        self.set_items(made, items)
        self.push(made)

    def set_item(self) -> None:
        value, key = self.pop(), self.pop()
        self.set_items(self.top(), [key, value])

    def append(self) -> None:
        item = self.pop()
        self.extend(self.top(), [item])

    def reduce(self) -> None:
        args = self.pop()
        self.push(self.call(self.pop(), args))

    def new_object(self) -> None:
        args = self.pop()
        self.push(self.new(self.pop(), args))

    def new_object_ex(self) -> None:
        names, args = self.pop(), self.pop()
        self.push(self.new(self.pop(), args, names))

    def give_state(self) -> None:
        state = self.pop()
        self.build(self.top(), state)

    def global_of_lines(self) -> None:
        module = self.line().decode("utf-8")
        self.global_(module, self.line().decode("utf-8"))

    def global_of_stack(self) -> None:
        name, module = self.pop(), self.pop()
        self.global_(module, name)

    def integer_line(self) -> None:
        line = self.line()
        self.push({b"00": False, b"01": True}[line] if line in (b"00", b"01") else int(line, 0))

    def long_line(self) -> None:
        line = self.line()
        self.push(int(line[:-1] if line.endswith(b"L") else line, 0))

    def quoted_line(self) -> None:
        line = self.line()
        if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in (b"'", b'"') or b"\\" in line:
            raise self.error("a text is not quoted")
        self.push(line[1:-1] if self.encoding == "bytes" else line[1:-1].decode(self.encoding))


def check_key(key: Any, depth: int = 0, seen: list[int] | None = None) -> None:
    """TypeError for keys that take long to hash, or cannot be: texts, numbers and small tuples of them can."""
    seen = [0] if seen is None else seen
    seen[0] += 1
    if depth > _KEY_DEPTH or seen[0] > _KEY_SIZE:
        raise TypeError("a key is nested too deep, or too large")
    if type(key) is tuple:
        for part in key:
            check_key(part, depth + 1, seen)
    elif type(key).__hash__ is None or isinstance(key, frozenset):
        raise TypeError(f"unhashable type: '{type(key).__name__}'")


def _signed(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)


_OPERATIONS: dict[int, Callable[[Machine], Any]] = {code[0]: operation for code, operation in {
    pickle.PROTO: Machine.protocol, pickle.FRAME: lambda m: m.number("<Q"), pickle.MARK: Machine.mark,
    pickle.POP: Machine.unmark, pickle.POP_MARK: lambda m: m.pop_mark(), pickle.DUP: lambda m: m.push(m.top()),
    # numbers
    pickle.NONE: lambda m: m.push(None), pickle.NEWTRUE: lambda m: m.push(True), pickle.NEWFALSE: lambda m: m.push(False),
    pickle.INT: Machine.integer_line, pickle.LONG: Machine.long_line, pickle.FLOAT: lambda m: m.push(float(m.line())),
    pickle.BININT: lambda m: m.push(m.number("<i")), pickle.BININT1: lambda m: m.push(m.number("<B")),
    pickle.BININT2: lambda m: m.push(m.number("<H")), pickle.BINFLOAT: lambda m: m.push(m.number(">d")),
    pickle.LONG1: lambda m: m.push(_signed(m.take(m.number("<B")))), pickle.LONG4: lambda m: m.push(_signed(m.take(m.number("<i")))),
    # texts and bytes
    pickle.STRING: Machine.quoted_line, pickle.BINSTRING: lambda m: m.old_text(m.number("<i")),
    pickle.SHORT_BINSTRING: lambda m: m.old_text(m.number("<B")),
    pickle.UNICODE: lambda m: m.push(m.line().decode("raw-unicode-escape")), pickle.BINUNICODE: lambda m: m.text(m.number("<I")),
    pickle.SHORT_BINUNICODE: lambda m: m.text(m.number("<B")), pickle.BINUNICODE8: lambda m: m.text(m.number("<Q")),
    pickle.BINBYTES: lambda m: m.push(m.take(m.number("<I"))), pickle.SHORT_BINBYTES: lambda m: m.push(m.take(m.number("<B"))),
    pickle.BINBYTES8: lambda m: m.push(m.take(m.number("<Q"))), pickle.BYTEARRAY8: lambda m: m.push(bytearray(m.take(m.number("<Q")))),
    # containers
    pickle.EMPTY_LIST: lambda m: m.push([]), pickle.EMPTY_TUPLE: lambda m: m.push(()), pickle.EMPTY_DICT: lambda m: m.push({}),
    pickle.EMPTY_SET: lambda m: m.push(set()), pickle.LIST: lambda m: m.push(m.pop_mark()), pickle.TUPLE: lambda m: m.push(tuple(m.pop_mark())),
    pickle.DICT: Machine.dict_, pickle.TUPLE1: lambda m: m.tuple_of(1), pickle.TUPLE2: lambda m: m.tuple_of(2),
    pickle.TUPLE3: lambda m: m.tuple_of(3), pickle.APPEND: Machine.append,
    pickle.APPENDS: lambda m: (lambda items: m.extend(m.top(), items))(m.pop_mark()), pickle.SETITEM: Machine.set_item,
    pickle.SETITEMS: lambda m: (lambda items: m.set_items(m.top(), items))(m.pop_mark()),
    pickle.ADDITEMS: lambda m: (lambda items: m.add_items(m.top(), items))(m.pop_mark()), pickle.FROZENSET: Machine.frozen,
    # the memo
    pickle.GET: lambda m: m.recall(int(m.line())), pickle.BINGET: lambda m: m.recall(m.number("<B")),
    pickle.LONG_BINGET: lambda m: m.recall(m.number("<I")), pickle.PUT: lambda m: m.remember(int(m.line())),
    pickle.BINPUT: lambda m: m.remember(m.number("<B")), pickle.LONG_BINPUT: lambda m: m.remember(m.number("<I")),
    pickle.MEMOIZE: lambda m: m.remember(len(m.memo)),
    # objects
    pickle.GLOBAL: Machine.global_of_lines, pickle.STACK_GLOBAL: Machine.global_of_stack, pickle.REDUCE: Machine.reduce,
    pickle.BUILD: Machine.give_state, pickle.NEWOBJ: Machine.new_object, pickle.NEWOBJ_EX: Machine.new_object_ex,
}.items()}
