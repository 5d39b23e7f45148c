"""Files against PyTorch's: the same bytes, read by both; writing that never harms what was there."""
import io
import os
import pickle
import stat
import subprocess
import sys
import threading
import zipfile
from collections import Counter, OrderedDict

import pytest

import convgrad as cg
from convgrad import serialization
from convgrad.serialization import load, save

torch = pytest.importorskip("torch")


def things(m):
    base = m.arange(12, dtype=m.float32).reshape(3, 4)
    state = OrderedDict(w=base, part=base[1:, 2], i=m.tensor([1, 2, 3]), none=m.empty(0), d=m.tensor(2.5, dtype=m.float64),
                        b=m.tensor([True, False]), u=m.tensor([1, 2], dtype=m.uint8), j=m.tensor([7], dtype=m.int32), g=m.ones(2, requires_grad=True))
    return {"state": state, "lr": 0.1, "nested": [1, -2, 2 ** 40, (3, "x", None), {"k": True}], "dtype": m.float32, "size": base.shape,
            "device": m.device("cpu"), "many": list(range(1500)), "four": (1, 2, 3, 4), "bytes": b"ab\xff", "set": {1}, "count": Counter("aab"),
            "text": "ü", "complex": 1 + 2j, "range": m.tensor([1.0]).expand(3)}


def saved(m, thing, **options):
    buffer = io.BytesIO()
    (torch.save if m is torch else save)(thing, buffer, **options)
    return buffer.getvalue()


def plain(value):
    if isinstance(value, (cg.Tensor, torch.Tensor)):
        return str(value.dtype), tuple(value.shape), value.stride(), value.requires_grad, value.tolist()
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value if isinstance(value, (int, float, str, bytes, complex, set, type(None))) else repr(value)


@pytest.mark.parametrize("protocol", [2, 3])
def test_files_are_pytorchs_byte_for_byte(protocol):
    ours, theirs = saved(cg, things(cg), pickle_protocol=protocol), saved(torch, things(torch), pickle_protocol=protocol)
    a, b = zipfile.ZipFile(io.BytesIO(ours)), zipfile.ZipFile(io.BytesIO(theirs))
    assert a.namelist() == b.namelist() and len(ours) == len(theirs)
    different = [n for n in a.namelist() if a.read(n) != b.read(n)]
    assert different == ["archive/.data/serialization_id"]  # a hash of the names, which the C++ library's map orders
    # Everything outside this entry and its checksums is the same, too.
    assert a.infolist()[0].header_offset == b.infolist()[0].header_offset == 0
    end = a.getinfo("archive/.data/serialization_id").header_offset
    assert ours[:end] == theirs[:end]


@pytest.mark.parametrize("protocol", [4, 5])
def test_newer_pickles_are_exchanged_too(protocol):
    expected = plain(things(torch))
    assert plain(torch.load(io.BytesIO(saved(cg, things(cg), pickle_protocol=protocol)), weights_only=False)) == expected
    assert plain(load(io.BytesIO(saved(torch, things(torch), pickle_protocol=protocol)))) == expected


@pytest.mark.parametrize("legacy", [False, True])
def test_what_pytorch_wrote_is_read(legacy):
    data = saved(torch, things(torch), _use_new_zipfile_serialization=not legacy)
    assert plain(load(io.BytesIO(data))) == plain(things(torch))


@pytest.mark.parametrize("legacy", [False, True])
def test_pytorch_reads_what_was_written_here(legacy):
    data = saved(cg, things(cg), _use_new_zipfile_serialization=not legacy)
    assert plain(torch.load(io.BytesIO(data))) == plain(things(torch))


@pytest.mark.parametrize("weights_only", [True, False])
@pytest.mark.parametrize("legacy", [False, True])
def test_a_round_trip_changes_nothing(weights_only, legacy):
    data = saved(cg, things(cg), _use_new_zipfile_serialization=not legacy)
    assert plain(load(io.BytesIO(data), weights_only=weights_only)) == plain(things(cg))


def test_tensors_that_shared_memory_share_it_again():
    base = cg.zeros(4)
    a, b = load(io.BytesIO(saved(cg, (base, base[1:3]))))
    a[2] = 5
    assert b.tolist() == [0, 5] and not a._is_view()


def test_loaded_tensors_can_be_trained():
    w = load(io.BytesIO(saved(cg, cg.ones(3, requires_grad=True))))
    (w * w).sum().backward()
    with cg.no_grad():
        w -= 0.1 * w.grad
    assert w.is_leaf and w.tolist() == pytest.approx([0.8] * 3)


def test_big_endian_files_are_turned():
    data = saved(torch, {"f": torch.tensor([1.0, 2.5]), "i": torch.tensor([1, 2 ** 40])})
    source = zipfile.ZipFile(io.BytesIO(data))
    turned = io.BytesIO()
    with zipfile.ZipFile(turned, "w") as out:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("byteorder"):
                content = b"big"
            elif name.endswith("data/0"):
                content = b"".join(content[i:i + 4][::-1] for i in range(0, len(content), 4))
            elif name.endswith("data/1"):
                content = b"".join(content[i:i + 8][::-1] for i in range(0, len(content), 8))
            out.writestr(name, content)
    loaded = load(io.BytesIO(turned.getvalue()))
    assert loaded["f"].tolist() == [1.0, 2.5] and loaded["i"].tolist() == [1, 2 ** 40]


def test_deflated_entries_are_read():
    source = zipfile.ZipFile(io.BytesIO(saved(torch, {"w": torch.arange(1000.0)})))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            out.writestr(name, source.read(name))
    assert load(io.BytesIO(packed.getvalue()))["w"].sum().item() == 499500


class Settings:
    def __init__(self, lr):
        self.lr = lr


class Slotted:
    __slots__ = ("a",)


def test_ones_own_classes_are_loaded_where_allowed():
    data = saved(cg, {"settings": Settings(0.1), "kind": Settings})
    with pytest.raises(pickle.UnpicklingError) as refused:
        load(io.BytesIO(data))
    try:
        torch.load(io.BytesIO(data))
    except pickle.UnpicklingError as error:
        theirs = str(error)
    assert str(refused.value) == theirs
    with serialization.safe_globals([Settings]):
        loaded = load(io.BytesIO(data))
        assert loaded["settings"].lr == 0.1 and loaded["kind"] is Settings
    assert serialization.get_safe_globals() == []
    assert load(io.BytesIO(data), weights_only=False)["settings"].lr == 0.1


def test_slots_and_other_names_are_given_back():
    one = Slotted()
    one.a = cg.ones(2)
    data = saved(cg, one)
    serialization.add_safe_globals([(Slotted, f"{Slotted.__module__}.Slotted")])
    try:
        assert load(io.BytesIO(data)).a.tolist() == [1, 1]
    finally:
        serialization.clear_safe_globals()


PLACES = [None, "cpu", {"cuda:0": "cpu"}, lambda storage, location: storage, lambda storage, location: None]


@pytest.mark.parametrize("place", PLACES)
def test_map_location_takes_all_its_forms(place):
    assert load(io.BytesIO(saved(torch, torch.ones(2))), map_location=place).tolist() == [1, 1]


def on_a_card():
    """A file as if saved on a graphics card."""
    source = zipfile.ZipFile(io.BytesIO(saved(torch, {"w": torch.ones(2)})))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0"))
    return out.getvalue()


def test_tensors_of_another_device_need_a_place():
    data = on_a_card()
    for place in (None, {"cuda:1": "cpu"}, "meta"):
        with pytest.raises(RuntimeError) as ours:
            load(io.BytesIO(data), map_location=place)
        if place != "meta":
            with pytest.raises(RuntimeError) as theirs:
                torch.load(io.BytesIO(data), map_location=place)
            assert str(ours.value) == str(theirs.value)
    for place in ("cpu", cg.device("cpu"), {"cuda:0": "cpu"}, lambda storage, location: storage.cpu()):
        assert load(io.BytesIO(data), map_location=place)["w"].tolist() == [1, 1]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "int16", "int8", "complex64"])
def test_types_that_are_not_here_are_named(dtype):
    data = saved(torch, torch.ones(2, dtype=getattr(torch, dtype)))
    with pytest.raises(NotImplementedError, match=f"convgrad has no tensors of torch.{dtype}"):
        load(io.BytesIO(data))


class NoSeek:
    def read(self, n=-1):
        return b""


MISUSE = [
    (lambda m, s, l: s(1, "/nonexistent-folder/a.pt")), (lambda m, s, l: s(1, 3)), (lambda m, s, l: l("/nonexistent.pt")), (lambda m, s, l: l(3)),
    (lambda m, s, l: l(NoSeek())), (lambda m, s, l: l(io.BytesIO(saved(torch, 1)), mmap=True)), (lambda m, s, l: l(io.BytesIO(), pickle_module=pickle, weights_only=True)),
    (lambda m, s, l: s(lambda: 1, io.BytesIO())), (lambda m, s, l: l(io.BytesIO(saved(torch, torch.ones(1))), map_location=3)),
    (lambda m, s, l: l(io.BytesIO(saved(torch, torch.ones(1))), map_location="cuda")), (lambda m, s, l: l(io.BytesIO(saved(torch, torch.ones(1))), map_location="xyz")),
]


@pytest.mark.parametrize("case", range(len(MISUSE)))
def test_misuse_is_refused_in_pytorchs_words(case):
    def error_of(*args):
        try:
            MISUSE[case](*args)
        except Exception as error:
            return type(error).__name__, str(error)

    ours, theirs = error_of(cg, save, load), error_of(torch, torch.save, torch.load)
    strip = lambda e: (e[0], e[1].split("<locals>")[0])
    assert strip(ours) == strip(theirs)


# ---- writing

class Refuses:
    def __reduce__(self):
        raise ValueError("not to be written")


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "net.pt"
    save({"w": cg.ones(3)}, path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="not to be written"):
        save({"w": cg.zeros(3), "bad": Refuses()}, path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["net.pt"]


def test_a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own(tmp_path):
    path = tmp_path / "net.pt"
    mask = os.umask(0o027)
    try:
        save(1, path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        save(2, path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o604 and load(path) == 2
    finally:
        os.umask(mask)


def test_a_link_is_followed(tmp_path):
    real, link = tmp_path / "real.pt", tmp_path / "link.pt"
    save(1, real)
    link.symlink_to(real)
    save(2, link)
    assert link.is_symlink() and load(real) == 2


def test_who_reads_while_a_file_is_replaced_has_the_old_one(tmp_path):
    path = tmp_path / "net.pt"
    save({"w": cg.zeros(1000)}, path)
    with open(path, "rb") as held:
        save({"w": cg.ones(2000)}, path)
        assert load(held)["w"].shape == (1000,)
    assert load(path)["w"].shape == (2000,)


def test_many_may_write_one_path_at_once(tmp_path):
    path = tmp_path / "net.pt"
    errors = []

    def write(i):
        try:
            for _ in range(5):
                save({"w": cg.full((100,), float(i))}, path)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    w = load(path)["w"]
    assert not errors and (w == w[0]).all() and os.listdir(tmp_path) == ["net.pt"]


def test_a_full_disk_names_the_file():
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    with pytest.raises(OSError) as error:
        save({"w": cg.ones(100000)}, "/dev/full")
    assert error.value.errno == 28 and error.value.filename == "/dev/full"


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(RuntimeError, match="Is a directory"):
        save(1, str(tmp_path))
    with pytest.raises(RuntimeError, match="invalid file name"):
        save(1, str(tmp_path / ".pt"))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name, root", [("a.b.pt", "a.b"), ("plain", "plain"), ("ü.pt", "archive")])
def test_entries_are_in_a_folder_named_after_the_file(tmp_path, name, root):
    save(1, tmp_path / name)
    assert zipfile.ZipFile(tmp_path / name).namelist()[0] == f"{root}/data.pkl"
    torch.save(1, tmp_path / ("t" + name))
    assert zipfile.ZipFile(tmp_path / ("t" + name)).namelist()[0] == (f"{root}/data.pkl" if root == "archive" else f"t{root}/data.pkl")


def test_a_stream_is_written_where_it_stands():
    out = io.BytesIO()
    out.write(b"head")
    save({"w": cg.ones(2)}, out)
    out.seek(4)
    assert load(out)["w"].tolist() == [1, 1]


def test_the_process_may_be_killed_while_it_writes(tmp_path):
    path = tmp_path / "net.pt"
    save({"w": cg.zeros(10)}, path)
    script = f"""
import convgrad as cg
from convgrad.serialization import save
print("go", flush=True)
while True:
    save({{"w": cg.ones(300000)}}, {str(path)!r})
"""
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(p for p in sys.path if p))
    for pause in (0.02, 0.11, 0.23):
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=env)
        process.stdout.readline()
        threading.Event().wait(pause)
        process.kill()
        process.wait()
        assert load(path)["w"].shape in ((10,), (300000,))
