"""nn.Module as users write it, against PyTorch's: what it owns, saves, loads, calls, copies and refuses, in the same words."""
import copy
import io
import pickle
import warnings
from collections import OrderedDict

import numpy as np
import pytest

import convgrad as cg

torch = pytest.importorskip("torch")


def plain(value):
    """The same data for both modules."""
    if isinstance(value, (cg.Tensor, torch.Tensor)):
        return type(value).__name__, str(value.dtype), tuple(value.shape), value.requires_grad, value.detach().tolist()
    if isinstance(value, dict):
        return [(k, plain(v)) for k, v in value.items()]
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value if isinstance(value, (int, float, bytes, type(None))) else words(value if isinstance(value, str) else repr(value))


def words(text):
    for ours, theirs in (("convgrad", "torch"), ("OurNet", "Net"), ("TheirNet", "Net")):
        text = text.replace(ours, theirs)
    return text.split(" (Triggered internally")[0]


def outcome(m, program):
    """What a program gives, or (type, text) of what it raises, and the warnings on the way."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            m.manual_seed(0)
            result = plain(program(m))
        except Exception as error:
            result = type(error).__name__, words(str(error))
    return result, [(w.category.__name__, words(str(w.message))) for w in heard]


def same(program):
    ours, theirs = outcome(cg, program), outcome(torch, program)
    assert ours == theirs
    return theirs


def on(*things):
    """The last one, a function, called with those before it."""
    return things[-1](*things[:-1])


def programs(table):
    return pytest.mark.parametrize("program", table.values(), ids=table.keys())


def is_error(result):
    return isinstance(result[0], tuple) and result[0][0].endswith("Error")


class Body:
    """A network as in a user's file: layers, a parameter of its own, buffers, a shared layer, a plain attribute."""

    def __init__(self, width=3):
        super().__init__()
        m = self.m
        self.first = m.nn.Linear(2, width)
        self.scale = m.nn.Parameter(m.full((width,), 2.0))
        self.register_buffer("seen", m.zeros((), dtype=m.int64))
        self.register_buffer("scratch", m.ones(2), persistent=False)
        self.block = m.nn.Sequential(OrderedDict(norm=m.nn.BatchNorm1d(width), act=m.nn.ReLU()))
        self.shared = self.first
        self.register_parameter("nothing", None)
        self.register_buffer("empty", None)
        self.last = m.nn.ModuleList([m.nn.Linear(width, 1, bias=False), m.nn.Identity()])
        self.note = "x"

    def forward(self, x, *, times=1):
        self.seen += 1
        return self.last[0](self.block(self.first(x)) * self.scale) * times


class OurNet(Body, cg.nn.Module):
    m = cg


class TheirNet(Body, torch.nn.Module):
    m = torch


def net(m, *arguments):
    return (OurNet if m is cg else TheirNet)(*arguments)


def bare(m, forward=None, **attributes):
    """A module of a class of its own, with these attributes."""
    class Bare(m.nn.Module):
        pass

    if forward is not None:
        Bare.forward = forward
    module = Bare()
    for name, value in attributes.items():
        setattr(module, name, value)
    return module


# ---- what it owns

def members(m, **options):
    n = net(m)
    return [[name for name, _ in each(**options)] for each in (n.named_parameters, n.named_buffers, n.named_modules)]


OWNED = {
    "names": lambda m: members(m),
    "names with a prefix": lambda m: members(m, prefix="net"),
    "names with duplicates": lambda m: members(m, remove_duplicate=False),
    "own names alone": lambda m: [[k for k, _ in net(m).named_parameters(recurse=False)],
        [k for k, _ in net(m).named_buffers(recurse=False)]],
    "children": lambda m: [[k for k, _ in net(m).named_children()], [type(c).__name__ for c in net(m).children()]],
    "modules": lambda m: [words(type(c).__name__) for c in net(m).modules()],
    "parameters": lambda m: list(net(m).parameters()),
    "buffers": lambda m: list(net(m).buffers()),
    "printed": lambda m: repr(net(m)),
    "dir": lambda m: [k for k in dir(net(m)) if k in ("first", "scale", "seen", "note", "block", "forward")],
    "dir of a sequence": lambda m: [k for k in dir(m.nn.Sequential(m.nn.ReLU())) if k.isdigit()],
    "deleted": lambda m: on(net(m), lambda n: [[delattr(n, k) for k in ("scale", "seen", "block", "note")], members_of(n),
        hasattr(n, "note")]),
    "deleted twice": lambda m: on(net(m), lambda n: [delattr(n, "scale"), delattr(n, "scale")]),
    "apply goes from below": lambda m: on([], lambda seen: [net(m).apply(lambda c: seen.append(words(type(c).__name__))) and None, seen]),
    "a parameter of None": lambda m: [net(m).nothing, "nothing" in dict(net(m).named_parameters())],
    "a parameter becomes a buffer": lambda m: on(bare(m, a=m.nn.Parameter(m.ones(1))),
        lambda b: [delattr(b, "a"), b.register_buffer("a", m.ones(1)), members_of(b)]),
    "a buffer becomes a parameter": lambda m: on(bare(m, a=m.nn.Buffer(m.ones(1))),
        lambda b: [setattr(b, "a", m.nn.Parameter(m.ones(1))), members_of(b)]),
    "an attribute becomes a module": lambda m: on(bare(m, a=3), lambda b: [setattr(b, "a", m.nn.ReLU()), members_of(b), "a" in b.__dict__]),
    "a module becomes None": lambda m: on(bare(m, a=m.nn.ReLU()),
        lambda b: [setattr(b, "a", None), repr(b), list(b.named_modules())[1:], list(b.state_dict())]),
    "a buffer takes a tensor": lambda m: on(bare(m, a=m.nn.Buffer(m.ones(1))),
        lambda b: [setattr(b, "a", m.zeros(3)), members_of(b), b.state_dict()]),
    "a buffer that is not kept": lambda m: on(bare(m, a=m.nn.Buffer(m.ones(1), persistent=False)),
        lambda b: [setattr(b, "a", m.zeros(3)), list(b.buffers()), b.state_dict()]),
    "buffers say what they are": lambda m: [isinstance(m.nn.Buffer(m.ones(1)), m.nn.Buffer), isinstance(m.ones(1), m.nn.Buffer),
                                            repr(m.nn.Buffer(m.ones(2))),
                                            type(m.nn.Buffer(m.ones(1)) + 1).__name__, m.nn.Buffer().shape],
    "parameters say what they are": lambda m: [m.nn.Parameter(), m.nn.Parameter(m.ones(2), requires_grad=False),
                                               m.nn.Parameter(m.nn.Parameter(m.ones(1))),
                                               isinstance(m.nn.Parameter(m.ones(1)), m.Tensor),
                                               type(m.nn.Parameter(m.ones(1)) * 2).__name__,
                                               repr(m.nn.Parameter(m.ones(2)))],
    "a parameter shares memory with what it was made of": lambda m: on(m.ones(2), lambda t: [m.nn.Parameter(t).data.mul_(2), t]),
    "arguments of the base": lambda m: type("N", (m.nn.Module,), {"__init__": lambda self: m.nn.Module.__init__(self, 1)})(),
    "names of the base": lambda m: type("N", (m.nn.Module,), {"__init__": lambda self: m.nn.Module.__init__(self, width=1)})(),
}


def members_of(n):
    return [[k for k, _ in n.named_parameters()], [k for k, _ in n.named_buffers()], [k for k, _ in n.named_modules()]]


@programs(OWNED)
def test_it_owns_what_pytorchs_owns(program):
    same(program)


def before_init(m, value):
    class Early(m.nn.Module):
        def __init__(self):
            self.a = value

    return Early()


def get_parameter(m, path):
    return net(m).get_parameter(path)


REFUSED = {
    "no such attribute": lambda m: bare(m).weights,
    "no such attribute of a layer": lambda m: m.nn.Linear(1, 1).wieght,
    "a tensor over a parameter": lambda m: setattr(net(m), "scale", m.ones(3)),
    "a number over a parameter": lambda m: setattr(net(m), "scale", 3.0),
    "a module over a parameter": lambda m: setattr(net(m), "scale", m.nn.ReLU()),
    "a number over a module": lambda m: setattr(net(m), "first", 3),
    "a tensor over a module": lambda m: setattr(net(m), "first", m.ones(1)),
    "a number over a buffer": lambda m: setattr(net(m), "seen", 3),
    "a module over a buffer's name": lambda m: net(m).add_module("seen", m.nn.ReLU()),
    "a parameter before init": lambda m: before_init(m, m.nn.Parameter(m.ones(1))),
    "a module before init": lambda m: before_init(m, m.nn.ReLU()),
    "a buffer before init": lambda m: m.nn.Module.register_buffer(m.nn.Module.__new__(m.nn.Module), "a", None),
    "register a parameter before init": lambda m: m.nn.Module.register_parameter(m.nn.Module.__new__(m.nn.Module), "a", None),
    "register a parameter with a dot": lambda m: bare(m).register_parameter("a.b", None),
    "register a parameter without a name": lambda m: bare(m).register_parameter("", None),
    "register a parameter by a number": lambda m: bare(m).register_parameter(3, None),
    "register a parameter twice": lambda m: net(m).register_parameter("note", m.nn.Parameter(m.ones(1))),
    "register a tensor as a parameter": lambda m: bare(m).register_parameter("a", m.ones(1)),
    "register a number as a parameter": lambda m: bare(m).register_parameter("a", 3),
    "register a buffer with a dot": lambda m: bare(m).register_buffer("a.b", None),
    "register a buffer without a name": lambda m: bare(m).register_buffer("", None),
    "register a buffer by a number": lambda m: bare(m).register_buffer(None, None),
    "register a buffer twice": lambda m: net(m).register_buffer("note", None),
    "register a number as a buffer": lambda m: bare(m).register_buffer("a", 3),
    "register a number as a module": lambda m: bare(m).add_module("a", 3),
    "register a class as a module": lambda m: bare(m).register_module("a", m.nn.ReLU),
    "register a module with a dot": lambda m: bare(m).add_module("a.b", m.nn.ReLU()),
    "register a module without a name": lambda m: bare(m).add_module("", m.nn.ReLU()),
    "register a module by a number": lambda m: bare(m).add_module(3, m.nn.ReLU()),
    "register a module twice": lambda m: net(m).add_module("note", m.nn.ReLU()),
    "a parameter of a number": lambda m: m.nn.Parameter(3.0),
    "a parameter of integers": lambda m: m.nn.Parameter(m.ones(2, dtype=m.int64)),
    "delete what is not there": lambda m: delattr(bare(m), "a"),
    "no forward": lambda m: bare(m)(m.ones(1)),
    "too many arguments": lambda m: m.nn.ReLU()(1, 2, 3),
    "train with a number": lambda m: net(m).train(1),
    "to an integer type": lambda m: net(m).to(m.int64),
    "to nothing known": lambda m: net(m).to("nowhere"),
    "cuda": lambda m: net(m).cuda(),
    "extra state that is not there": lambda m: bare(m).get_extra_state(),
    "extra state that is not taken": lambda m: bare(m).set_extra_state(1),
    "a submodule that is not there": lambda m: m.nn.Sequential(m.nn.ReLU()).get_submodule("0.weight"),
    "a submodule of a submodule": lambda m: m.nn.Sequential(m.nn.ReLU()).get_submodule("1"),
    "a submodule that is a tensor": lambda m: m.nn.Sequential(m.nn.Linear(1, 1)).get_submodule("0.weight.data"),
    "a parameter that is not there": lambda m: m.nn.Sequential(m.nn.Linear(1, 1)).get_parameter("0.wieght"),
    "a parameter that is a module": lambda m: m.nn.Sequential(m.nn.Linear(1, 1)).get_parameter("0"),
    "a parameter that is a buffer": lambda m: get_parameter(m, "seen"),
    "a parameter of nothing": lambda m: get_parameter(m, "nowhere.seen"),
    "a buffer that is not there": lambda m: m.nn.BatchNorm1d(1).get_buffer("mean"),
    "a buffer that is a parameter": lambda m: net(m).get_buffer("scale"),
    "set a submodule without a name": lambda m: net(m).set_submodule("", m.nn.ReLU()),
    "set a submodule to a number": lambda m: net(m).set_submodule("first", 3),
    "set a submodule that is not there": lambda m: m.nn.Sequential().set_submodule("a", m.nn.ReLU(), strict=True),
    "set a submodule over a parameter": lambda m: net(m).set_submodule("scale", m.nn.ReLU()),
}


@programs(REFUSED)
def test_misuse_is_refused_in_pytorchs_words(program):
    assert is_error(same(program))


PATHS = {
    "a submodule": lambda m: [net(m).get_submodule("block.norm"), net(m).get_submodule("last.0"),
        words(net(m).get_submodule("")._get_name())],
    "a parameter": lambda m: [get_parameter(m, "block.norm.weight"), get_parameter(m, "scale")],
    "a buffer": lambda m: [net(m).get_buffer("block.norm.running_var"), net(m).get_buffer("scratch"), net(m).get_buffer("empty")],
    "a submodule set": lambda m: on(net(m), lambda n: [n.set_submodule("block.act", m.nn.Tanh()), n.set_submodule("new", m.nn.ReLU()),
        repr(n)]),
}


@programs(PATHS)
def test_paths_lead_where_pytorchs_lead(program):
    assert not is_error(same(program))


# ---- modes, types, gradients

def after_backward(m):
    n = bare_linear(m)
    n(m.ones(4, 2)).sum().backward()
    return n


CHANGED = {
    "train and eval": lambda m: [[c.training for c in n.modules()] for n in (net(m), net(m).eval(), net(m).eval().train())],
    "they return the module": lambda m: on(net(m), lambda n: [f(n) is n for f in (lambda n: n.train(), lambda n: n.eval(),
        lambda n: n.double(), lambda n: n.float(), lambda n: n.to("cpu"), lambda n: n.cpu(), lambda n: n.requires_grad_(False),
        lambda n: n.apply(lambda c: None), lambda n: n.share_memory(), lambda n: n.type(m.float64))]),
    "requires_grad_": lambda m: [p.requires_grad for p in net(m).requires_grad_(False).parameters()],
    "a part frozen": lambda m: on(net(m), lambda n: [n.first.requires_grad_(False) and None, [p.requires_grad for p in n.parameters()]]),
    "double": lambda m: [list(net(m).double().parameters()), list(net(m).double().buffers())],
    "to a type by name": lambda m: list(net(m).to(dtype=m.float64).state_dict().values()),
    "to a tensor's": lambda m: list(net(m).to(m.ones(1, dtype=m.float64)).state_dict().values()),
    "to a device and a type": lambda m: list(net(m).to(m.device("cpu"), m.float64, non_blocking=True).state_dict().values()),
    "type by name": lambda m: list(net(m).type("torch.DoubleTensor").parameters()),
    "gradients change along": lambda m: [p.grad for p in after_backward(m).double().parameters()],
    "parameters stay the same objects": lambda m: on(net(m),
        lambda n: [a is b for a, b in zip(list(n.parameters()), n.double().parameters())]),
    "buffers become others": lambda m: on(net(m), lambda n: on(n.seen,
        lambda b: [b is n.double().seen, b is n.seen, n.scratch.dtype == m.float64])),
    "memory formats": lambda m: m.nn.Conv2d(3, 2, 3).to(memory_format=m.channels_last).weight.stride(),
    "to_empty": lambda m: [p.shape for p in net(m).to_empty(device="cpu").parameters()],
    "zero_grad": lambda m: on(after_backward(m), lambda n: [n.zero_grad(), [p.grad for p in n.parameters()]]),
    "zero_grad to zeros": lambda m: on(after_backward(m), lambda n: [n.zero_grad(set_to_none=False), [p.grad for p in n.parameters()]]),
    "zero_grad of a graph": lambda m: on(bare_linear(m),
        lambda n: [setattr(n.scale, "grad", n.scale * 2), n.zero_grad(False), n.scale.grad]),
    "one device": lambda m: [m.cuda.is_available(), m.cuda.device_count(), m.device("cpu"), str(m.device("cpu", 0)),
                             m.device("cpu") == "cpu",
                             m.device("cuda:1").index, m.nn.Linear(1, 1, device="cpu").weight.device],
    "a loop over devices": lambda m: [p.device.type for p in net(m).to(m.device("cuda" if m.cuda.is_available() else "cpu")).parameters()],
    "a card asked for": lambda m: m.ones(1, device="cuda"),
    "a layer on a card": lambda m: m.nn.Linear(1, 1).to("cuda"),
}


def bare_linear(m):
    n = bare(m, lambda self, x: self.lin(x) ** 2 * self.scale, lin=m.nn.Linear(2, 3), scale=m.nn.Parameter(m.ones(3)))
    for p in n.parameters():
        m.nn.init.constant_(p, 0.5)
    return n


@programs(CHANGED)
def test_modes_types_and_gradients_change_as_pytorchs(program):
    same(program)


def test_half_precision_is_refused_by_name():
    for change in (lambda n: n.half(), lambda n: n.to(cg.float16), lambda n: n.bfloat16()):
        kind, text = outcome(cg, lambda m: change(net(m)))[0]
        assert kind in ("NotImplementedError", "AttributeError") and "16" in text


def test_one_device_runs_data_parallel_as_the_module_itself():
    def program(m):
        n = net(m).eval()
        spread = m.nn.DataParallel(n)
        return [spread(m.ones(2, 2), times=3), n(m.ones(2, 2)) * 3, list(spread.state_dict()), spread.module is n, spread.device_ids,
                repr(spread).split("(")[0]]

    assert not is_error(same(program))


def test_compiled_modules_give_what_they_gave():
    n = net(cg).eval()
    x = cg.ones(2, 2)
    expected = n(x).tolist()
    assert cg.compile(n)(x).tolist() == cg.compile(n, mode="max-autotune", fullgraph=True)(x).tolist() == expected
    assert n.compile() is None and n(x).tolist() == expected

    @cg.compile
    def doubled(a):
        return a * 2

    assert doubled(x).tolist() == [[2, 2], [2, 2]] and cg.compile(dynamic=True)(lambda a: a + 1)(x).tolist() == [[2, 2], [2, 2]]


# ---- states

class Extra:
    def get_extra_state(self):
        return {"epoch": 3}

    def set_extra_state(self, state):
        self.epoch = state["epoch"]


def extra(m):
    return type("WithExtra", (Extra, m.nn.Module), {})()


def kept(m, state):
    return [type(state).__name__, state, getattr(state, "_metadata", None)]


STATES = {
    "a state": lambda m: kept(m, net(m).state_dict()),
    "with a prefix": lambda m: kept(m, net(m).state_dict(prefix="net.")),
    "with a destination": lambda m: kept(m, net(m).state_dict(destination={"a": 1}, prefix="net.")),
    "by position": lambda m: kept(m, m.nn.Linear(1, 2).state_dict({}, "a.", True)),
    "keep_vars": lambda m: on(m.nn.Linear(1, 2), lambda n: [[k, v.requires_grad,
        v is getattr(n, k)] for k, v in n.state_dict(keep_vars=True).items()]),
    "values share memory": lambda m: on(m.nn.Linear(1, 2), lambda n: [n.state_dict()["bias"].zero_(), n.bias]),
    "of all norms": lambda m: [kept(m, n.state_dict()) for n in (m.nn.BatchNorm2d(2), m.nn.InstanceNorm1d(2, affine=True),
        m.nn.GroupNorm(1, 2), m.nn.LayerNorm(2))],
    "extra state": lambda m: kept(m, extra(m).state_dict()),
    "extra state is loaded": lambda m: on(extra(m), lambda n: [n.load_state_dict({"_extra_state": {"epoch": 7}}), n.epoch]),
    "extra state is missing": lambda m: extra(m).load_state_dict({}),
    "extra state is not expected": lambda m: m.nn.ReLU().load_state_dict({"_extra_state": 1}),
    "loaded": lambda m: on(net(m), lambda n: [n.load_state_dict(net(m).state_dict()), n.state_dict()]),
    "a key too few": lambda m: m.nn.Linear(1, 2).load_state_dict({"weight": m.ones(2, 1)}),
    "a key too many": lambda m: m.nn.Linear(1, 2).load_state_dict({"weight": m.ones(2, 1), "bias": m.ones(2), "a.b": 1, "c": 2}),
    "another prefix": lambda m: m.nn.Sequential(m.nn.Linear(1, 2)).load_state_dict(m.nn.Linear(1, 2).state_dict(prefix="module.0.")),
    "another shape": lambda m: m.nn.Linear(1, 2).load_state_dict({"weight": m.ones(1, 2), "bias": m.ones(3)}),
    "all at once": lambda m: m.nn.Sequential(m.nn.Linear(1, 2),
        m.nn.BatchNorm1d(2)).load_state_dict({"0.weight": m.ones(3), "1.weight": 3, "2.x": 1}),
    "an array": lambda m: m.nn.Linear(1, 2).load_state_dict({"weight": np.ones((2, 1)), "bias": m.ones(2)}),
    "not strict": lambda m: m.nn.Linear(1, 2).load_state_dict({"weight": m.ones(2, 1), "c": 2}, strict=False),
    "not strict of another shape": lambda m: m.nn.Linear(1, 2).load_state_dict({"weight": m.ones(2, 2)}, strict=False),
    "all keys match": lambda m: repr(m.nn.ReLU().load_state_dict({})),
    "missing keys print": lambda m: str(m.nn.Linear(1, 1).load_state_dict({}, strict=False)),
    "no dictionary": lambda m: m.nn.ReLU().load_state_dict([1]),
    "another type is converted": lambda m: on(m.nn.Linear(1, 2),
        lambda n: [n.load_state_dict({"weight": m.ones(2, 1, dtype=m.int64), "bias": m.ones(2, dtype=m.float64)}), n.weight, n.bias]),
    "one element for none": lambda m: on(bare(m, a=m.nn.Parameter(m.zeros(()))), lambda b: [b.load_state_dict({"a": m.ones(1)}), b.a]),
    "two elements for none": lambda m: on(bare(m, a=m.nn.Parameter(m.zeros(()))), lambda b: [b.load_state_dict({"a": m.ones(2)}), b.a]),
    "batches were not counted once": lambda m: on(m.nn.BatchNorm1d(2),
        lambda n: [n.load_state_dict({k: v for k, v in m.nn.BatchNorm1d(2).state_dict().items() if "num" not in k}),
        n.num_batches_tracked]),
    "assign": lambda m: on(m.nn.Linear(1, 2), {"weight": m.ones(2, 1, dtype=m.float64), "bias": m.zeros(2)},
        lambda n, s: [n.load_state_dict(s, assign=True), n.weight, n.weight.data_ptr() == s["weight"].data_ptr(), n.bias.requires_grad]),
    "assign of parameters": lambda m: on(m.nn.Linear(1, 2).requires_grad_(False), m.nn.Parameter(m.ones(2, 1)),
        lambda n, p: [n.load_state_dict({"weight": p, "bias": m.zeros(2)}, assign=True), n.weight is p, p.requires_grad]),
    "assign of buffers": lambda m: on(m.nn.BatchNorm1d(2), m.zeros(2, requires_grad=True),
        lambda n, b: [n.load_state_dict({**n.state_dict(), "running_mean": b}, assign=True), n.running_mean is b, b.requires_grad]),
    "assign of another shape": lambda m: m.nn.Linear(1, 2).load_state_dict({"weight": m.ones(1, 2), "bias": m.zeros(2)}, assign=True),
}


@programs(STATES)
def test_states_are_saved_and_loaded_as_pytorchs(program):
    same(program)


def test_states_go_to_pytorch_and_back_through_numpy():
    ours, theirs = net(cg), net(torch)
    theirs.load_state_dict({k: torch.from_numpy(v.numpy()) for k, v in ours.state_dict().items()})
    x = np.random.default_rng(0).normal(size=(5, 2)).astype("f4")
    np.testing.assert_allclose(ours(cg.from_numpy(x)).detach().numpy(), theirs(torch.from_numpy(x)).detach().numpy(), rtol=1e-4)
    fresh = net(cg)
    fresh.load_state_dict({k: cg.tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    assert fresh.seen.item() == 1
    np.testing.assert_allclose(fresh.eval()(cg.from_numpy(x)).detach().numpy(), theirs.eval()(torch.from_numpy(x)).detach().numpy(),
        rtol=1e-4)


@pytest.mark.parametrize("here, there", [(cg, torch), (torch, cg)], ids=["ours to theirs", "theirs to ours"])
def test_states_go_through_files_with_their_versions(here, there):
    here.manual_seed(1)
    source, file = net(here), io.BytesIO()
    here.save({"model": source.state_dict(), "epoch": 3}, file)
    file.seek(0)
    loaded = there.load(file)
    target = net(there)
    assert str(target.load_state_dict(loaded["model"])) == "<All keys matched successfully>" and loaded["epoch"] == 3
    assert loaded["model"]._metadata == source.state_dict()._metadata
    assert plain(target.state_dict()) == plain(source.state_dict())


# ---- hooks

def add_one(module, args, output):
    return output + 1


def hooked(m, *registrations, module=None, call=lambda n, m: n(m.ones(1, 2))):
    """What a linear layer gives while these hooks are there, and after they are removed."""
    n = module or m.nn.Linear(2, 2)
    m.nn.init.ones_(n.weight)
    m.nn.init.zeros_(n.bias)
    handles = [r(n) for r in registrations]
    out = [call(n, m)]
    for handle in handles:
        handle.remove()
    return out + [call(n, m)]


def logged(m, register, **options):
    """A hook that notes its arguments."""
    seen = []
    out = hooked(m, lambda n: getattr(n, register)(lambda module, *rest: seen.append(rest) and None, **options))
    return [out, seen]


def keywords(m):
    seen = []
    n = net(m).eval()
    n.register_forward_pre_hook(lambda module, args, kwargs: (args, {"times": kwargs["times"] + 1}), with_kwargs=True)
    n.register_forward_hook(lambda module, args, kwargs, out: seen.append(kwargs) or out * 2, with_kwargs=True)
    return [n(m.ones(1, 2), times=2), seen]


def failing(m, **options):
    seen = []
    n = bare(m, lambda self, x: 1 / 0)
    n.register_forward_hook(lambda *a: seen.append([len(a), a[-1]]), **options)
    n.register_forward_hook(lambda *a: seen.append("second"))
    try:
        n(m.ones(1))
    except ZeroDivisionError:
        return seen


def failing_hook(m):
    n = bare(m, lambda self, x: 1 / 0)
    n.register_forward_hook(lambda *a: {}["key"], always_call=True)
    n(m.ones(1))


def gradients(m, register, hook, make=lambda m: m.nn.Linear(2, 2), x=None, **options):
    n = make(m)
    for p in n.parameters():
        m.nn.init.constant_(p, 0.5)
    seen = []
    handle = getattr(n, register)(lambda module, *given: (seen.append(plain(given)), hook(*given))[1], **options)
    x = m.ones(3, 2, requires_grad=True) if x is None else x(m)
    n(x).pow(2).sum().backward()
    first = None if x.grad is None else x.grad.clone()
    handle.remove()
    n(x).pow(2).sum().backward()
    return [seen, first, x.grad, [p.grad for p in n.parameters()]]


def order(m, **options):
    seen = []
    n = m.nn.Linear(2, 2)
    for i in range(3):
        n.register_forward_pre_hook(lambda *a, i=i: seen.append(f"before {i}"), **(options if i == 2 else {}))
        n.register_forward_hook(lambda *a, i=i: seen.append(f"after {i}"), **(options if i == 2 else {}))
        n.register_full_backward_hook(lambda *a, i=i: seen.append(f"back {i}"), **(options if i == 2 else {}))
        n.register_full_backward_pre_hook(lambda *a, i=i: seen.append(f"before back {i}"), **(options if i == 2 else {}))
    n(m.ones(1, 2, requires_grad=True)).sum().backward()
    return seen


def everywhere(m, register, hook, **options):
    handle = getattr(m.nn.modules.module, register)(hook, **options)
    n = m.nn.Sequential(m.nn.Linear(2, 2), m.nn.ReLU())
    for p in n.parameters():
        m.nn.init.ones_(p)
    x = m.ones(1, 2, requires_grad=True)
    try:
        y = n(x)
        y.sum().backward()
        return [y, x.grad]
    finally:
        handle.remove()


HOOKS = {
    "forward hooks see": lambda m: logged(m, "register_forward_hook"),
    "forward pre-hooks see": lambda m: logged(m, "register_forward_pre_hook"),
    "forward hooks with kwargs see": lambda m: logged(m, "register_forward_hook", with_kwargs=True),
    "forward pre-hooks with kwargs see": lambda m: logged(m, "register_forward_pre_hook", with_kwargs=True),
    "an output is replaced": lambda m: hooked(m, lambda n: n.register_forward_hook(add_one),
        lambda n: n.register_forward_hook(lambda n, a, y: y * 10)),
    "an input is replaced": lambda m: hooked(m, lambda n: n.register_forward_pre_hook(lambda n, args: args[0] * 3)),
    "inputs are replaced": lambda m: hooked(m, lambda n: n.register_forward_pre_hook(lambda n, args: (args[0] * 3,))),
    "keywords are replaced": keywords,
    "a pre-hook with kwargs that returns nonsense": lambda m: hooked(m,
        lambda n: n.register_forward_pre_hook(lambda n, a, k: 3, with_kwargs=True)),
    "the order": order,
    "the order, the last one first": lambda m: order(m, prepend=True),
    "a handle as a context": lambda m: on(m.nn.ReLU(), lambda n: [[n(m.ones(1)) for _ in [n.register_forward_hook(add_one).__enter__()]],
        n(m.ones(1))]),
    "a handle removed twice": lambda m: on(m.nn.ReLU().register_forward_hook(add_one), lambda h: [h.remove(), h.remove()]),
    "always called": lambda m: [failing(m, always_call=True), failing(m), failing(m, always_call=True, with_kwargs=True)],
    "always called and failing": failing_hook,
    "gradients are seen": lambda m: gradients(m, "register_full_backward_hook", lambda i, o: None),
    "gradients of inputs are replaced": lambda m: gradients(m, "register_full_backward_hook", lambda i, o: (i[0] * 10,)),
    "gradients of outputs are replaced": lambda m: gradients(m, "register_full_backward_pre_hook", lambda o: (o[0] * 10,)),
    "too many gradients": lambda m: gradients(m, "register_full_backward_hook", lambda i, o: (i[0], i[0])),
    "a bare gradient": lambda m: gradients(m, "register_full_backward_hook", lambda i, o: i[0]),
    "too many gradients of outputs": lambda m: gradients(m, "register_full_backward_pre_hook", lambda o: (o[0], o[0])),
    "an input without gradient": lambda m: gradients(m, "register_full_backward_hook", lambda i, o: None, x=lambda m: m.ones(3, 2)),
    "an input without gradient, replaced": lambda m: gradients(m, "register_full_backward_hook", lambda i, o: (o[0],),
        x=lambda m: m.ones(3, 2)),
    "nothing in its place": lambda m: gradients(m, "register_full_backward_hook", lambda i, o: (None,), x=lambda m: m.ones(3, 2)),
    "old hooks of a layer without parameters": lambda m: gradients(m, "register_backward_hook", lambda i, o: None,
        make=lambda m: m.nn.ReLU()),
    "old hooks replace": lambda m: gradients(m, "register_backward_hook", lambda i, o: (i[0] * 10,), make=lambda m: m.nn.LeakyReLU(0.5)),
    "old hooks of a linear layer": lambda m: gradients(m, "register_backward_hook", lambda i, o: None),
    "old hooks of two operations": lambda m: gradients(m, "register_backward_hook", lambda i, o: None,
        make=lambda m: m.nn.Sequential(m.nn.ReLU(), m.nn.Hardtanh(0, 4))),
    "both kinds of hooks": lambda m: on(m.nn.ReLU(), lambda n: [n.register_backward_hook(print) and None,
        n.register_full_backward_hook(print)]),
    "both kinds of hooks, the other way": lambda m: on(m.nn.ReLU(),
        lambda n: [n.register_full_backward_hook(print) and None, n.register_backward_hook(print)]),
    "an output that is no tensor": lambda m: on(bare(m, lambda self, x: {"a": x * 2}),
        lambda n: [n.register_full_backward_hook(lambda *a: None) and None, n(m.ones(1, requires_grad=True))]),
    "hooks of every module": lambda m: everywhere(m, "register_module_forward_hook", add_one),
    "pre-hooks of every module": lambda m: everywhere(m, "register_module_forward_pre_hook", lambda n, a: (a[0] * 2,)),
    "backward hooks of every module": lambda m: everywhere(m, "register_module_full_backward_hook", lambda n, i, o: (i[0] * 2,)),
    "backward pre-hooks of every module": lambda m: everywhere(m, "register_module_full_backward_pre_hook", lambda n, o: (o[0] * 2,)),
    "keywords in hooks of every module": lambda m: everywhere(m, "register_module_forward_hook", lambda n, a, k, y: y + len(k),
        with_kwargs=True),
}


@programs(HOOKS)
def test_hooks_are_called_as_pytorchs(program):
    same(program)


def state_hooks(m, register, hook):
    n = m.nn.Sequential(m.nn.Linear(1, 1))
    handle = getattr(n, register)(hook)
    state = n.state_dict()
    handle.remove()
    return [state, n.state_dict()]


def load_hooks(m, register, hook, given=None, strict=True):
    n = m.nn.Sequential(m.nn.Linear(1, 1))
    seen = []
    handle = getattr(n, register)(lambda *a: (seen.append([w if isinstance(w, (str, list, bool)) else type(w).__name__ for w in a]),
        hook(*a))[1])
    state = n.state_dict() if given is None else given
    return [n.load_state_dict(state, strict), seen, n[0].bias, handle.remove(),
        n.load_state_dict(m.nn.Sequential(m.nn.Linear(1, 1)).state_dict()), len(seen)]


STATE_HOOKS = {
    "after saving": lambda m: state_hooks(m, "register_state_dict_post_hook",
        lambda n, state, prefix, meta: state.update(note=[prefix, meta])),
    "after saving, returned": lambda m: state_hooks(m, "register_state_dict_post_hook", lambda n, state, prefix, meta: 3),
    "after saving, private": lambda m: state_hooks(m, "_register_state_dict_hook", lambda n, state, prefix, meta: {"other": 1}),
    "before saving": lambda m: state_hooks(m, "register_state_dict_pre_hook",
        lambda n, prefix, keep: n[0].bias.data.fill_(len(prefix) + keep + 7)),
    "before loading": lambda m: load_hooks(m, "register_load_state_dict_pre_hook",
        lambda n, state, prefix, *rest: state.update({"0.bias": m.zeros(1)})),
    "before loading, private": lambda m: load_hooks(m, "_register_load_state_dict_pre_hook",
        lambda state, prefix, *rest: state.pop("0.bias"), strict=False),
    "after loading": lambda m: load_hooks(m, "register_load_state_dict_post_hook", lambda n, keys: keys.missing_keys.clear(),
        given={"0.weight": m.ones(1, 1)}),
    "after loading, returned": lambda m: load_hooks(m, "register_load_state_dict_post_hook", lambda n, keys: keys),
}


@programs(STATE_HOOKS)
def test_hooks_of_states_are_called_as_pytorchs(program):
    same(program)


def test_a_function_is_no_private_hook_of_states_after_it_was_a_public_one():
    def program(m):
        def hook(*a):
            pass

        n = m.nn.ReLU()
        n.register_state_dict_post_hook(hook)
        n._register_state_dict_hook(hook)

    assert is_error(same(program))


# ---- copies and pickles

def hook_of_all(module, args, output):
    module.calls = getattr(module, "calls", 0) + 1


COPIES = {"deepcopy": copy.deepcopy, "pickle": lambda n: pickle.loads(pickle.dumps(n)), "copy": copy.copy}


def copied(m, how):
    n = net(m)
    n.first.weight.requires_grad_(False)
    n.register_forward_hook(hook_of_all)
    n(m.ones(4, 2)).sum().backward()
    other = how(n.eval())
    n.scale.data.zero_()
    x = m.ones(2, 2)
    return [other(x), other.shared is other.first, [p.requires_grad for p in other.parameters()], other.calls, n.calls, other.training,
            other.note,
            list(other.state_dict()), [p.grad is None for p in other.parameters()], type(other) is type(n)]


@pytest.mark.parametrize("how", COPIES)
def test_copies_and_pickles_of_ones_own_classes_are_whole(how):
    assert not is_error(same(lambda m: copied(m, COPIES[how])))


@pytest.mark.parametrize("how", ["deepcopy", "pickle"])
def test_copies_keep_hooks_that_loading_calls_with_the_copy(how):
    def program(m):
        n = m.nn.Linear(1, 1)
        n.register_load_state_dict_pre_hook(note_loading)
        other = COPIES[how](n)
        other.load_state_dict(n.state_dict())
        return [hasattr(n, "loaded"), hasattr(other, "loaded")]

    assert not is_error(same(program))


def note_loading(module, *rest):
    module.loaded = True


@pytest.mark.parametrize("how", ["deepcopy", "pickle"])
def test_copies_of_lazy_modules_find_their_sizes_by_themselves(how):
    def program(m):
        n = m.nn.Sequential(m.nn.LazyLinear(2), m.nn.LazyBatchNorm1d(track_running_stats=False))
        other = COPIES[how](n)
        other(m.ones(3, 4))
        return [repr(n), repr(other), n[0].has_uninitialized_params(), len(n[0]._forward_pre_hooks), len(other[0]._forward_pre_hooks),
            other(m.ones(3, 4)).shape]

    assert not is_error(same(program))


# ---- containers

def three(m):
    return m.nn.Sequential(m.nn.Linear(1, 1), m.nn.ReLU(), m.nn.Tanh())


def named(m):
    return m.nn.Sequential(OrderedDict(a=m.nn.Linear(1, 1), b=m.nn.ReLU()))


def several(m):
    return m.nn.ModuleList([m.nn.Linear(1, 1), m.nn.ReLU(), m.nn.ReLU()])


def by_name(m):
    return m.nn.ModuleDict({"lin": m.nn.Linear(1, 1), "act": m.nn.ReLU()})


def values(m):
    return m.nn.ParameterList([m.ones(1), m.nn.Parameter(m.zeros(2), requires_grad=False), 3])


def value_dict(m):
    return m.nn.ParameterDict({"b": m.ones(1), "a": m.nn.Parameter(m.zeros(2)), "n": "text"})


def changed(make, *changes):
    """The container after the changes, and what they gave."""
    def program(m):
        c = make(m)
        given = [change(c, m) for change in changes]
        return [[g is c or repr(g) for g in given], repr(c), list(c.state_dict()), len(c)]

    return program


CONTAINERS = {
    "a slice": changed(three, lambda c, m: c[1:], lambda c, m: c[:-1], lambda c, m: c[::2], lambda c, m: c[5:]),
    "a slice of names": changed(named, lambda c, m: c[1:], lambda c, m: c[:1].a),
    "an index": changed(three, lambda c, m: c[-1], lambda c, m: c[np.int64(1)], lambda c, m: c[True]),
    "an index out of range": changed(three, lambda c, m: c[3]),
    "an index that is none": changed(three, lambda c, m: c["0"]),
    "set": changed(three, lambda c, m: c.__setitem__(-1, m.nn.ELU())),
    "set a number": changed(three, lambda c, m: c.__setitem__(0, 3)),
    "deleted": changed(three, lambda c, m: c.__delitem__(0)),
    "a slice deleted": changed(three, lambda c, m: c.__delitem__(slice(0, 2))),
    "a name deleted": changed(named, lambda c, m: c.__delitem__(0), lambda c, m: delattr(c, "0")),
    "appended": changed(three, lambda c, m: c.append(m.nn.ELU()), lambda c, m: c.extend([m.nn.SELU(), m.nn.CELU()])),
    "appended to names": changed(named, lambda c, m: c.append(m.nn.ELU())),
    "appended nonsense": changed(three, lambda c, m: c.append(lambda x: x)),
    "inserted": changed(three, lambda c, m: c.insert(1, m.nn.ELU()), lambda c, m: c.insert(-1, m.nn.SELU()),
        lambda c, m: c.insert(5, m.nn.CELU())),
    "inserted out of range": changed(three, lambda c, m: c.insert(5, m.nn.ELU())),
    "inserted nonsense": changed(three, lambda c, m: c.insert(0, 3)),
    "inserted among names": changed(named, lambda c, m: c.insert(0, m.nn.ELU())),
    "popped": changed(three, lambda c, m: c.pop(0), lambda c, m: c.pop(-1)),
    "added": changed(three, lambda c, m: c + named(m), lambda c, m: c.__iadd__(named(m))),
    "added nonsense": changed(three, lambda c, m: c + [m.nn.ReLU()]),
    "multiplied": changed(three, lambda c, m: c * 2, lambda c, m: 2 * c[:1], lambda c, m: c.__imul__(2)),
    "multiplied by zero": changed(three, lambda c, m: c * 0),
    "multiplied by a float": changed(three, lambda c, m: c * 1.5),
    "names multiplied in place": changed(named, lambda c, m: c.__imul__(2)),
    "of what is no module": lambda m: m.nn.Sequential(m.nn.ReLU(), 3),
    "of a list": lambda m: m.nn.Sequential([m.nn.ReLU()]),
    "empty": lambda m: [m.nn.Sequential(), m.nn.Sequential()(3), m.nn.ModuleList(), m.nn.ModuleDict(), m.nn.ParameterList(),
        m.nn.ParameterDict()],
    "iterated": lambda m: [list(three(m)), list(several(m)), list(by_name(m)), list(values(m)), list(value_dict(m))],
    "a list": changed(several, lambda c, m: c[1:], lambda c, m: c[-1], lambda c, m: c + [m.nn.ELU()], lambda c, m: c.append(m.nn.Tanh()),
                      lambda c, m: c.extend(three(m)), lambda c, m: c.__iadd__([m.nn.ELU()]), lambda c, m: c.pop(0)),
    "a list with insertions": changed(several, lambda c, m: c.insert(0, m.nn.Tanh()), lambda c, m: c.insert(4, m.nn.ELU()),
        lambda c, m: c.insert(2, m.nn.SELU())),
    "a list with an insertion from behind": changed(several, lambda c, m: c.insert(-1, m.nn.Tanh())),
    "a list with deletions": changed(several, lambda c, m: c.__delitem__(slice(0, 2)), lambda c, m: c.__setitem__(0, m.nn.ELU())),
    "a list out of range": changed(several, lambda c, m: c[3]),
    "a list extended by a number": changed(several, lambda c, m: c.extend(3)),
    "a list is not called": lambda m: several(m)(m.ones(1)),
    "a dictionary": changed(by_name, lambda c, m: c["act"], lambda c, m: c.__setitem__("new", m.nn.Tanh()), lambda c, m: list(c.keys()),
                            lambda c, m: list(c.items()),
                            lambda c, m: list(c.values()), lambda c, m: "lin" in c, lambda c, m: c.pop("act"),
                            lambda c, m: c.__delitem__("lin"),
                            lambda c, m: c.update({"x": m.nn.ELU()}), lambda c, m: c.update([("y", m.nn.ELU()), ["z", m.nn.ReLU()]]),
                            lambda c, m: c.update(by_name(m))),
    "a dictionary without the key": changed(by_name, lambda c, m: c["none"]),
    "a dictionary with a method's name": changed(by_name, lambda c, m: c.__setitem__("keys", m.nn.ReLU())),
    "a dictionary of nonsense": changed(by_name, lambda c, m: c.update(3)),
    "a dictionary of singles": changed(by_name, lambda c, m: c.update([3])),
    "a dictionary of triples": changed(by_name, lambda c, m: c.update([(1, 2, 3)])),
    "a dictionary cleared": changed(by_name, lambda c, m: c.clear()),
    "parameters": changed(values, lambda c, m: c[0], lambda c, m: c[1:], lambda c, m: c[-1], lambda c, m: c.append(m.zeros(1)),
                          lambda c, m: c.extend([m.ones(1, 2)]),
                          lambda c, m: c.__setitem__(0, m.ones(3)), lambda c, m: c.__iadd__([m.nn.Parameter(m.ones(()))]),
                          lambda c, m: len(list(c.parameters()))),
    "parameters out of range": changed(values, lambda c, m: c[3]),
    "parameters extended by a tensor": changed(values, lambda c, m: c.extend(m.ones(2))),
    "parameters are not called": lambda m: [outcome(m, lambda m: values(m)(1)), outcome(m, lambda m: value_dict(m)(1))],
    "parameters by name": changed(value_dict, lambda c, m: c["a"], lambda c, m: list(c.keys()), lambda c, m: list(c.items()),
                                  lambda c, m: list(c.values()),
                                  lambda c, m: "a" in c, lambda c, m: c.get("q", 5), lambda c, m: c.setdefault("s", m.ones(1)),
                                  lambda c, m: c.pop("n"),
                                  lambda c, m: c.update({"z": m.ones(1), "y": m.zeros(1)}), lambda c, m: c.__delitem__("b"),
                                  lambda c, m: c.setdefault("d")),
    "parameters by name, changed": changed(value_dict, lambda c, m: c.popitem(), lambda c, m: c.copy(), lambda c, m: list(reversed(c)),
                                           lambda c, m: c | {"e": m.ones(1)}, lambda c, m: c.__ior__({"f": m.ones(2)}),
                                           lambda c, m: c.fromkeys(["x", "y"], 1)),
    "parameters by name without the key": changed(value_dict, lambda c, m: c["q"]),
    "parameters by name of nonsense": changed(value_dict, lambda c, m: c.update(3)),
    "parameters by name of singles": changed(value_dict, lambda c, m: c.update([3])),
    "parameters by name, cleared": changed(value_dict, lambda c, m: c.clear()),
    "a container of the old kind": lambda m: m.nn.Container(a=m.nn.ReLU()),
    "flags of parameters in lists": lambda m: [[type(v).__name__, getattr(v, "requires_grad", None)] for v in values(m)],
}


@programs(CONTAINERS)
def test_containers_behave_as_pytorchs(program):
    same(program)


# ---- lazy modules, calls without state, averages

LAZY = {
    "printed before and after": lambda m: on(m.nn.LazyLinear(3),
        lambda n: [repr(n), n.weight, n(m.ones(2, 5)).shape, repr(n), type(n).__name__]),
    "a state before": lambda m: [[k, type(v).__name__] for k, v in m.nn.LazyConv2d(3, 2).state_dict().items()],
    "loaded before": lambda m: on(m.nn.LazyLinear(3), lambda n: [n.load_state_dict(m.nn.Linear(4, 3).state_dict()), n.weight.shape, repr(n),
        n(m.ones(2, 4)).shape, repr(n)]),
    "lazy into lazy": lambda m: on(m.nn.LazyLinear(3), lambda n: [n.load_state_dict(m.nn.LazyLinear(3).state_dict()),
        n.has_uninitialized_params()]),
    "lazy into what has sizes": lambda m: m.nn.Linear(4, 3).load_state_dict(m.nn.LazyLinear(3).state_dict()),
    "the shape asked for": lambda m: m.nn.LazyLinear(3).weight.shape,
    "another type": lambda m: on(m.nn.LazyLinear(3), lambda n: [n.double() and None, n(m.ones(2, 4, dtype=m.float64))]),
    "shared memory": lambda m: m.nn.LazyLinear(3).share_memory(),
    "a second input of another size": lambda m: on(bare_lazy(m), lambda n: [n(m.ones(2, 4)) and None, n(m.ones(2, 5))]),
    "norms without input channels": lambda m: on(m.nn.LazyBatchNorm2d(affine=False),
        lambda n: [n(m.ones(2, 4, 3, 3)).shape, n, list(n.state_dict())]),
    "norms of instances": lambda m: on(m.nn.LazyInstanceNorm2d(), lambda n: [n(m.ones(2, 4, 3, 3)).shape, n, list(n.state_dict())]),
    "a picture of wrong rank": lambda m: m.nn.LazyConv2d(3, 2)(m.ones(2, 2)),
    "groups that do not fit": lambda m: m.nn.LazyConv2d(4, 2, groups=2)(m.ones(1, 3, 4, 4)),
    "optimised before": lambda m: on(m.nn.LazyLinear(3),
        lambda n: on(m.optim.SGD(n.parameters(), lr=0.1),
        lambda s: [n(m.ones(2, 4)).sum().backward(), s.step(), n.weight.shape, s.param_groups[0]["params"][0] is n.weight])),
}


def bare_lazy(m):
    n = m.nn.LazyLinear(3)
    return lambda x: n(x).sum().item() is not None and None


@programs(LAZY)
def test_lazy_modules_behave_as_pytorchs(program):
    same(program)


def averaged(m, avg, **options):
    from importlib import import_module
    utils = import_module(m.__name__ + ".optim.swa_utils")
    n = m.nn.Sequential(m.nn.Linear(2, 2), m.nn.BatchNorm1d(2))
    for p in n.parameters():
        m.nn.init.ones_(p)
    average = utils.AveragedModel(n, **avg(utils), **options)
    for step in range(3):
        for p in n.parameters():
            p.data.mul_(step + 2)
        n(m.arange(6.0).view(3, 2))
        average.update_parameters(n)
    utils.update_bn([m.arange(6.0).view(3, 2), m.ones(3, 2)], average)
    fresh = utils.AveragedModel(n)
    return [average.n_averaged, list(average.state_dict()), list(average.parameters()), average.module[1].running_mean, average.training,
            fresh.load_state_dict(average.state_dict()), copy.deepcopy(average).n_averaged]


AVERAGES = {
    "equal weights": lambda m: averaged(m, lambda u: {}),
    "exponential": lambda m: averaged(m, lambda u: {"multi_avg_fn": u.get_ema_multi_avg_fn(0.9)}),
    "exponential, one by one": lambda m: averaged(m, lambda u: {"avg_fn": u.get_ema_avg_fn(0.9)}),
    "a function of ones own": lambda m: averaged(m, lambda u: {"avg_fn": lambda a, p, n: 0.5 * a + 0.5 * p}),
    "with buffers": lambda m: averaged(m, lambda u: {"multi_avg_fn": u.get_ema_multi_avg_fn(0.5)}, use_buffers=True),
    "a decay that is none": lambda m: averaged(m, lambda u: {"avg_fn": u.get_ema_avg_fn(1.5)}),
}


@programs(AVERAGES)
def test_averages_of_models_are_pytorchs(program):
    ours, theirs = outcome(cg, program), outcome(torch, program)
    assert rounded(ours) == rounded(theirs)


def rounded(value):
    if isinstance(value, float):
        return round(value, 4)
    return [rounded(v) for v in value] if isinstance(value, (list, tuple)) else value
