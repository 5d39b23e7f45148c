"""Data sets, samplers and loaders against PyTorch's: order, batches, draws of the random stream, errors; and the threads."""
import collections
import gc
import os
import subprocess
import sys
import threading
import time
import warnings

import pytest

import convgrad as cg
import convgrad.utils.data as data

torch = pytest.importorskip("torch")
MODULES = {"ours": (cg, data), "theirs": (torch, torch.utils.data)}


def plain(value):
    """Tensors as (type, lists), in any container."""
    if isinstance(value, (cg.Tensor, torch.Tensor)):
        return str(value.dtype), value.tolist()
    if isinstance(value, dict):
        return type(value), {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value), [plain(v) for v in value]
    return value


def on_both(function):
    """What function(module, module.utils.data) gives or raises, and where the random stream then stands, on both sides."""
    results = []
    for module, d in MODULES.values():
        module.manual_seed(7)
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            try:
                result = plain(function(module, d))
            except Exception as error:
                result = type(error).__name__, str(error)
        said = [str(w.message) for w in seen if "worker processes" not in str(w.message)]
        results.append((result, said, module.rand(1).item()))
    return results


def assert_same(function):
    ours, theirs = on_both(function)
    assert ours == theirs
    return ours[0]


class Squares:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if not 0 <= i < self.n:
            raise IndexError(i)
        return i * i, float(i)


OPTIONS = [
    dict(), dict(batch_size=4), dict(batch_size=4, shuffle=True), dict(batch_size=4, drop_last=True), dict(batch_size=None),
    dict(batch_size=4, shuffle=True, num_workers=2), dict(batch_size=3, num_workers=3, prefetch_factor=1),
    dict(batch_size=4, num_workers=2, persistent_workers=True), dict(batch_size=100), dict(sampler=[3, 1, 2], batch_size=2),
    dict(batch_sampler=[[1, 2], [0]]), dict(batch_size=5, pin_memory=True),
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_batches_their_order_and_the_stream_are_pytorchs(options):
    def two_epochs(module, d):
        loader = d.DataLoader(Squares(11), **options)
        return [list(loader), list(loader), len(loader)]

    assert_same(two_epochs)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_generator_of_ones_own_leaves_the_default_alone(workers):
    assert_same(lambda m, d: list(d.DataLoader(Squares(9), 2, True, num_workers=workers, generator=m.Generator().manual_seed(3))))


SAMPLERS = [
    lambda m, d: list(d.RandomSampler(range(10))), lambda m, d: list(d.RandomSampler(range(10), True, 75)),
    lambda m, d: list(d.RandomSampler(range(4), False, 11)), lambda m, d: list(d.RandomSampler(range(4), generator=m.Generator().manual_seed(1))),
    lambda m, d: list(d.SubsetRandomSampler([5, 7, 9])), lambda m, d: list(d.SequentialSampler("abc")),
    lambda m, d: list(d.WeightedRandomSampler([0.1, 0.9, 0.5], 20)), lambda m, d: list(d.WeightedRandomSampler([0.1, 0.9, 0.5], 3, False)),
    lambda m, d: list(d.BatchSampler(range(7), 3, True)), lambda m, d: [len(d.BatchSampler(range(7), 3, x)) for x in (True, False)],
    lambda m, d: list(d.DistributedSampler(range(10), 3, 1, seed=2)), lambda m, d: list(d.DistributedSampler(range(10), 3, 2, False, drop_last=True)),
    lambda m, d: [list(x) for x in d.random_split(range(10), [3, 7])], lambda m, d: [list(x) for x in d.random_split(range(10), [0.3, 0.3, 0.4])],
    lambda m, d: [list(x) for x in d.random_split(range(3), [0.9, 0.1], m.Generator().manual_seed(4))],
    lambda m, d: [list(x) for x in d.random_split(range(1), [0.5, 0.5])],
]


@pytest.mark.parametrize("case", range(len(SAMPLERS)))
def test_samplers_draw_pytorchs_numbers(case):
    assert_same(SAMPLERS[case])


WRONG = [
    lambda m, d: d.DataLoader(Squares(3), num_workers=-1), lambda m, d: d.DataLoader(Squares(3), timeout=-1),
    lambda m, d: d.DataLoader(Squares(3), prefetch_factor=2), lambda m, d: d.DataLoader(Squares(3), num_workers=1, prefetch_factor=-2),
    lambda m, d: d.DataLoader(Squares(3), persistent_workers=True), lambda m, d: d.DataLoader(Squares(3), shuffle=True, sampler=[1]),
    lambda m, d: d.DataLoader(Squares(3), batch_sampler=[[1]], batch_size=2), lambda m, d: d.DataLoader(Squares(3), batch_size=None, drop_last=True),
    lambda m, d: d.DataLoader(Squares(3), batch_size=0), lambda m, d: d.DataLoader(Squares(3), batch_size=True), lambda m, d: d.DataLoader(Squares(3), drop_last=1),
    lambda m, d: d.DataLoader(Squares(0), shuffle=True), lambda m, d: setattr(d.DataLoader(Squares(3)), "batch_size", 2),
    lambda m, d: d.DataLoader(Squares(3), multiprocessing_context="fork"), lambda m, d: d.DataLoader(Squares(3), num_workers=1, multiprocessing_context="x"),
    lambda m, d: list(d.DataLoader(Squares(3), timeout=1)), lambda m, d: d.DataLoader(Stream(m, d), shuffle=True),
    lambda m, d: d.DataLoader(Stream(m, d), sampler=[1]), lambda m, d: d.DataLoader(Stream(m, d), batch_sampler=[[1]]),
    lambda m, d: d.RandomSampler(range(3), 1), lambda m, d: d.RandomSampler(range(3), num_samples=0), lambda m, d: d.WeightedRandomSampler([1.0], 0),
    lambda m, d: d.WeightedRandomSampler([[1.0]], 1), lambda m, d: d.WeightedRandomSampler([1.0], 1, 1), lambda m, d: d.DistributedSampler(range(3), 2, 2),
    lambda m, d: d.random_split(range(3), [1, 1]), lambda m, d: d.random_split(range(3), [1.5, -0.5]),
    lambda m, d: d.TensorDataset(m.ones(2), m.ones(3)), lambda m, d: d.ConcatDataset([]), lambda m, d: d.ConcatDataset([Stream(m, d)]),
    lambda m, d: d.ConcatDataset([[1], [2]])[-3], lambda m, d: list(d.ChainDataset([[1]])), lambda m, d: d.StackDataset(), lambda m, d: d.StackDataset([1], [1, 2]),
    lambda m, d: d.StackDataset([1], a=[2]), lambda m, d: d.Dataset()[0], lambda m, d: list(d.DataLoader([object()])), lambda m, d: list(d.DataLoader([[1], [1, 2]], 2)),
    lambda m, d: list(d.DataLoader([m.ones(1), m.ones(2)], 2)), lambda m, d: list(d.DataLoader([None])), lambda m, d: type("S", (d.Subset,), {"__getitem__": lambda s, i: 1})([1], [0]),
    lambda m, d: d.default_collate([[1], [1, 2]]),
]


@pytest.mark.parametrize("case", range(len(WRONG)))
def test_misuse_is_refused_in_pytorchs_words(case):
    kind, text = assert_same(WRONG[case])
    assert kind.endswith("Error")


def Stream(module, d, n=10):
    class Numbers(d.IterableDataset):
        start, end = 0, n

        def __iter__(self):
            return iter(range(self.start, self.end))

    return Numbers()


def shared_out(module, d):
    """The way of PyTorch's documentation: every worker sets its own copy's range."""
    def init(worker_id):
        info = d.get_worker_info()
        dataset = info.dataset
        per = -(-(dataset.end - dataset.start) // info.num_workers)
        dataset.start, dataset.end = info.id * per, min(info.id * per + per, dataset.end)

    return d.DataLoader(Stream(module, d), batch_size=2, num_workers=2, worker_init_fn=init)


@pytest.mark.parametrize("make", [
    lambda m, d: d.DataLoader(Stream(m, d), batch_size=3), lambda m, d: d.DataLoader(Stream(m, d), batch_size=3, drop_last=True),
    lambda m, d: d.DataLoader(Stream(m, d), batch_size=None), lambda m, d: d.DataLoader(Stream(m, d), batch_size=3, num_workers=2), shared_out,
    lambda m, d: d.DataLoader(Stream(m, d) + Stream(m, d, 3), batch_size=4), lambda m, d: d.DataLoader(Stream(m, d), 4, num_workers=3, persistent_workers=True),
])
def test_iterable_data_sets_are_read_as_by_pytorch(make):
    def two_epochs(module, d):
        loader = make(module, d)
        return [list(loader), list(loader)]

    assert_same(two_epochs)


def test_a_wrong_length_of_an_iterable_data_set_is_warned_of():
    def run(module, d):
        dataset = Stream(module, d, 5)
        type(dataset).__len__ = lambda self: 3
        type(dataset).__repr__ = lambda self: "numbers"
        loader = d.DataLoader(dataset)
        return [len(loader), list(loader)]

    assert_same(run)


Point = collections.namedtuple("Point", "x y")
EXAMPLES = [
    [1, 2, 3], [1.5, 2.5], [True, False], ["a", "b"], [b"a", b"b"], [(1, "a"), (2, "b")], [[1, 2.0], [3, 4.0]], [{"a": 1, "b": [1, 2]}, {"a": 2, "b": [3, 4]}],
    [Point(1, 2.0), Point(3, 4.0)], [collections.OrderedDict(a=1), collections.OrderedDict(a=2)],
]


@pytest.mark.parametrize("batch", EXAMPLES, ids=str)
def test_examples_become_pytorchs_batches(batch):
    assert_same(lambda m, d: d.default_collate(batch))
    assert_same(lambda m, d: d.default_convert(batch))


def test_arrays_and_their_numbers_become_tensors():
    numpy = pytest.importorskip("numpy")
    for batch in ([numpy.ones(2, "float32"), numpy.zeros(2, "float32")], [numpy.float64(1), numpy.float64(2)], [numpy.int32(3)], [numpy.bool_(True)],
                  [numpy.array(["a"])], [numpy.float32(1), numpy.float32(2)]):
        assert_same(lambda m, d: d.default_collate(batch))


def test_data_sets_are_put_together():
    assert_same(lambda m, d: [
        d.TensorDataset(m.arange(4), m.arange(8).reshape(4, 2))[1:3], list(d.ConcatDataset([[1, 2], [3]])), d.ConcatDataset([[1, 2], [3]])[-1],
        d.StackDataset([1, 2], ["a", "b"])[1], d.StackDataset(a=[1, 2], b=Squares(2))[1], d.StackDataset([1, 2], ["a", "b"]).__getitems__([1, 0]),
        d.Subset([5, 6, 7], [2, 0])[1], d.Subset([5, 6, 7], [2, 0]).__getitems__([1, 0]), len(d.Subset([5, 6, 7], [2])), d.StackDataset(a=[1, 2]).__getitems__([1])])


def test_two_data_sets_add_up():
    class Letters(data.Dataset):
        def __getitem__(self, i):
            return "ab"[i]

        def __len__(self):
            return 2

    both = Letters() + Letters()
    assert [both[i] for i in range(4)] == list("abab")


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_draw_the_stream_of_pytorchs_workers(workers):
    def seeds(module, d):
        class Seeds(Squares):
            def __getitem__(self, i):
                info = d.get_worker_info()
                return info.id, info.seed, info.num_workers

        return list(d.DataLoader(Seeds(10), batch_size=2, num_workers=workers))

    assert_same(seeds)
    assert data.get_worker_info() is None


def test_functions_draw_from_the_workers_stream():
    if not hasattr(cg._C, "_use_generator"):
        pytest.skip("the extension has one default generator for all threads")

    def noise(module, d):
        class Noise(Squares):
            def __getitem__(self, i):
                return module.rand(2)

        return list(d.DataLoader(Noise(10), batch_size=2, num_workers=2))

    assert_same(noise)


class Failing(Squares):
    error: type = ValueError

    def __getitem__(self, i):
        if i == 5:
            raise self.error("the sixth is bad")
        return i


def message_of(loader):
    try:
        list(loader)
    except Exception as error:
        return type(error).__name__, str(error).replace("\\n", "\n"), error
    raise AssertionError("nothing was raised")


class Awkward(Exception):
    def __init__(self, a, b="needs two"):
        super().__init__(a, b)


class NeedsTwo(Exception):
    def __init__(self, a, b):
        super().__init__(a, b)


class RaisesNeedsTwo(Squares):
    def __getitem__(self, i):
        raise NeedsTwo("a", "b")


@pytest.mark.parametrize("error", [ValueError, KeyError, Awkward])
def test_an_exception_in_a_worker_keeps_its_type_and_traceback(error):
    dataset = Failing(8)
    dataset.error = error
    kind, text, raised = message_of(data.DataLoader(dataset, batch_size=4, num_workers=2))
    their_kind, their_text, _ = message_of(torch.utils.data.DataLoader(dataset, batch_size=4, num_workers=2))
    assert kind == their_kind and text.split("\n")[:2] == their_text.split("\n")[:2]
    assert text.rstrip("'\"").split("\n")[-2] == their_text.rstrip("'\"").split("\n")[-2] and 'raise self.error("the sixth is bad")' in text
    cause = raised.__cause__
    assert type(cause) is error and cause.__traceback__ is not None


def test_an_exception_that_cannot_be_made_again_becomes_a_runtime_error():
    kind, text, raised = message_of(data.DataLoader(RaisesNeedsTwo(3), num_workers=1))
    assert kind == "RuntimeError" and text.startswith("Caught NeedsTwo in DataLoader worker process 0.") and type(raised.__cause__) is NeedsTwo


def test_without_workers_the_exception_itself_comes():
    with pytest.raises(ValueError, match="^the sixth is bad$"):
        list(data.DataLoader(Failing(8)))


def test_a_loader_goes_on_after_an_exception():
    batches = iter(data.DataLoader(Failing(8), batch_size=2, num_workers=2))
    seen = []
    while True:
        try:
            seen.append(next(batches).tolist())
        except ValueError:
            seen.append("bad")
        except StopIteration:
            break
    assert seen == [[0, 1], [2, 3], "bad", [6, 7]]


@pytest.mark.parametrize("where", ["init", "collate"])
def test_exceptions_of_ones_own_functions_come_too(where):
    def bad(_):
        raise OSError("no")

    options = {"worker_init_fn": bad} if where == "init" else {"collate_fn": bad}
    with pytest.raises(OSError, match="Caught OSError in DataLoader worker process 0"):
        next(iter(data.DataLoader(Squares(3), num_workers=1, **options)))


def loader_threads():
    return [t for t in threading.enumerate() if t.name.startswith("convgrad loader")]


def wait_for_no_threads(seconds):
    end = time.monotonic() + seconds
    while loader_threads() and time.monotonic() < end:
        time.sleep(0.01)
    return not loader_threads()


def test_leaving_the_loop_stops_the_workers_at_the_example_they_are_at():
    class Slow(Squares):
        made = 0

        def __getitem__(self, i):
            Slow.made += 1
            time.sleep(0.02)
            return i

    gc.collect()
    assert wait_for_no_threads(5)
    for _ in data.DataLoader(Slow(10000), batch_size=50, num_workers=2):
        break
    made = Slow.made
    gc.collect()
    assert wait_for_no_threads(2)
    assert Slow.made <= made + 4


def test_persistent_workers_live_on_between_epochs():
    loader = data.DataLoader(Squares(6), num_workers=2, persistent_workers=True)
    list(loader)
    first = set(loader_threads())
    list(loader)
    assert set(loader_threads()) == first and len(first) >= 2
    del loader
    gc.collect()
    assert wait_for_no_threads(2)


def test_persistent_workers_begin_anew_after_a_loop_that_was_left():
    loader = data.DataLoader(Squares(20), num_workers=2, persistent_workers=True)
    for batch in loader:
        break
    assert [b[0].item() for b in loader] == [i * i for i in range(20)]


def test_a_batch_that_takes_too_long_is_given_up():
    class Stuck(Squares):
        def __getitem__(self, i):
            time.sleep(1.0)
            return i

    start = time.monotonic()
    with pytest.raises(RuntimeError, match="^DataLoader timed out after 0.2 seconds$"):
        next(iter(data.DataLoader(Stuck(2), num_workers=1, timeout=0.2)))
    assert time.monotonic() - start < 0.9


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_ends_by_itself_is_reported():
    class Ends(Squares):
        def __getitem__(self, i):
            raise SystemExit

    with pytest.raises(RuntimeError, match="exited unexpectedly"):
        next(iter(data.DataLoader(Ends(2), num_workers=2)))


def test_out_of_order_gives_every_batch_once():
    class Uneven(Squares):
        def __getitem__(self, i):
            time.sleep(0.05 if i % 5 == 0 else 0)
            return i

    got = [b.item() for b in data.DataLoader(Uneven(20), num_workers=3, in_order=False)]
    assert sorted(got) == list(range(20))


def run_script(text, timeout=60):
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(p for p in sys.path if p))
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=timeout, env=env)


def test_the_interpreter_ends_with_loaders_running():
    started = time.monotonic()
    done = run_script("""
import time
import convgrad as cg
from convgrad.utils.data import DataLoader, Dataset
class Slow(Dataset):
    def __len__(self): return 1000
    def __getitem__(self, i):
        time.sleep(0.01)
        return cg.ones(3, 3) * i
kept = iter(DataLoader(Slow(), batch_size=4, num_workers=3))
print(next(kept).shape)
""")
    assert done.returncode == 0 and done.stdout.strip() == "torch.Size([4, 3, 3])" and done.stderr == ""
    assert time.monotonic() - started < 30


def test_ctrl_c_ends_a_wait_for_a_batch():
    done = run_script("""
import os, signal, threading, time
from convgrad.utils.data import DataLoader
class Stuck(list):
    def __getitem__(self, i):
        time.sleep(3)
        return 0
threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
start = time.monotonic()
try:
    next(iter(DataLoader(Stuck([1, 2]), num_workers=1)))
except KeyboardInterrupt:
    print("stopped", time.monotonic() - start < 1.5)
""")
    assert done.stdout.strip() == "stopped True"


def test_a_fork_says_that_the_workers_are_gone():
    done = run_script("""
import os, time
from convgrad.utils.data import DataLoader
class Slow(list):
    def __getitem__(self, i):
        time.sleep(0.3)
        return i
batches = iter(DataLoader(Slow(range(20)), num_workers=1))
pid = os.fork()
if pid == 0:
    try:
        while True:
            next(batches)
    except RuntimeError as error:
        print("exited unexpectedly" in str(error), flush=True)
    os._exit(0)
os.waitpid(pid, 0)
print(next(batches).item())
""")
    assert done.stdout.split() == ["True", "0"], done.stderr


def test_iterators_refuse_to_be_pickled():
    import pickle
    with pytest.raises(NotImplementedError):
        pickle.dumps(iter(data.DataLoader(Squares(2))))


def test_the_modules_that_programs_import_are_there():
    from convgrad.utils.data import dataloader, dataset, sampler
    from convgrad.utils.data._utils.collate import default_collate
    assert dataloader.default_collate is default_collate is data.default_collate
    assert dataset.Dataset is data.Dataset and sampler.Sampler is data.Sampler
