"""Safetensors files: the reference implementation's bytes, both ways; damaged and hostile ones, which an error names."""
import io
import json
import os
import pathlib
import random
import struct
import tracemalloc
from collections import OrderedDict

import pytest

import convgrad as cg
from convgrad.serialization.safetensors import SafetensorsError, load_file, save_file

GOLDEN = pathlib.Path(__file__).parents[2] / "tests" / "golden" / "reference.safetensors"
DTYPES = ["float32", "float64", "int64", "int32", "uint8", "bool"]


def some(module=cg):
    """Tensors of all types, in an order that is not the file's."""
    tensors = {"z.weight": module.arange(6.0).reshape(2, 3), "a": module.ones(2, dtype=module.float64), "é\n\"\\\x7f": module.tensor(3),
               "empty": module.zeros(0, 4), "scalar": module.tensor(True), "b": module.tensor([1, 255], dtype=module.uint8),
               "c": module.tensor([-7, 2 ** 31 - 1], dtype=module.int32), "": module.tensor([-2 ** 63, 5])}
    tensors["turned"] = tensors["z.weight"].t()
    tensors["part"] = tensors["z.weight"][:, 1:]
    return tensors


def same(a, b):
    return str(a.dtype) == str(b.dtype) and list(a.shape) == list(b.shape) and a.tolist() == b.tolist()


def test_a_round_trip_changes_nothing(tmp_path):
    path = tmp_path / "x.safetensors"
    cg.save(some(), path)
    back = cg.load(path)
    assert set(back) == set(some()) and all(same(back[name], t) for name, t in some().items())
    assert all(t.is_contiguous() and not t.requires_grad for t in back.values())


def test_a_net_is_kept_and_given_back(tmp_path):
    net, other = (cg.nn.Sequential(cg.nn.Conv2d(1, 3, 2), cg.nn.BatchNorm2d(3), cg.nn.Flatten(), cg.nn.Linear(3, 2)) for _ in range(2))
    cg.save(net.state_dict(), str(tmp_path / "net.SafeTensors"))
    assert str(other.load_state_dict(cg.load(str(tmp_path / "net.SafeTensors")))) == "<All keys matched successfully>"
    assert all(same(a, b) for a, b in zip(net.state_dict().values(), other.state_dict().values()))


def test_the_reference_files_bytes_are_made_of_its_tensors(tmp_path):
    tensors = load_file(GOLDEN)
    assert tensors["b"].tolist() == [0.5, -1e300] and tensors["c"].tolist() == [-2 ** 63] and tensors["g\x01\"\\é\x7f/"].shape == (0, 3)
    save_file(tensors, tmp_path / "x.safetensors", {"é\n": "1"})
    assert (tmp_path / "x.safetensors").read_bytes() == GOLDEN.read_bytes()


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}])
def test_files_are_the_reference_implementations_byte_for_byte(tmp_path, metadata):
    torch = pytest.importorskip("torch")
    reference = pytest.importorskip("safetensors.torch")
    theirs = {name: t.contiguous().clone() for name, t in some(torch).items()}
    reference.save_file(theirs, str(tmp_path / "theirs.safetensors"), metadata)
    save_file(some(), tmp_path / "ours.safetensors", metadata)
    assert (tmp_path / "ours.safetensors").read_bytes() == (tmp_path / "theirs.safetensors").read_bytes()
    for name, t in reference.load_file(str(tmp_path / "ours.safetensors")).items():
        assert same(t, theirs[name])
    assert all(same(t, theirs[name]) for name, t in cg.load(tmp_path / "theirs.safetensors").items())


@pytest.mark.parametrize("legacy", [False, True])
def test_what_pytorch_saved_under_such_a_name_is_read(tmp_path, legacy):
    torch = pytest.importorskip("torch")
    path = str(tmp_path / "x.safetensors")
    torch.save({"epoch": 3, "w": torch.ones(2)}, path, _use_new_zipfile_serialization=not legacy)
    assert cg.load(path)["epoch"] == 3


@pytest.mark.parametrize("place", ["cpu", cg.device("cpu"), {"cpu": "cpu"}, lambda storage, location: storage])
def test_map_location_takes_all_its_forms(tmp_path, place):
    cg.save({"w": cg.ones(2, 3)}, tmp_path / "x.safetensors")
    assert cg.load(tmp_path / "x.safetensors", map_location=place)["w"].tolist() == [[1.0] * 3] * 2


def test_another_device_is_refused(tmp_path):
    cg.save({"w": cg.ones(2, 3)}, tmp_path / "x.safetensors")
    for call in (lambda: cg.load(tmp_path / "x.safetensors", map_location="cuda"), lambda: load_file(tmp_path / "x.safetensors", "cuda:0")):
        with pytest.raises(RuntimeError, match="Attempting to deserialize object on a CUDA device"):
            call()


WRONG = [([1], "this is a list"), (cg.ones(2), "this is a Tensor"), ({1: cg.ones(2)}, "the name 1 is a int"), ({"a": 3}, "'a' is a int"),
         ({"a": {"b": cg.ones(2)}}, "'a' is a dict")]


@pytest.mark.parametrize("wrong, what", WRONG)
def test_what_such_a_file_cannot_hold_is_refused_before_it_is_touched(tmp_path, wrong, what):
    path = tmp_path / "x.safetensors"
    path.write_bytes(b"old")
    with pytest.raises(TypeError, match=what) as caught:
        cg.save(wrong, path)
    assert str(path) in str(caught.value) and path.read_bytes() == b"old" and os.listdir(tmp_path) == ["x.safetensors"]


@pytest.mark.parametrize("name", ["__metadata__", "\ud800"])
def test_names_that_the_format_has_not_are_refused(tmp_path, name):
    with pytest.raises(ValueError, match="keeps that name|no UTF-8"):
        cg.save({name: cg.ones(1)}, tmp_path / "x.safetensors")
    assert os.listdir(tmp_path) == []


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    from convgrad.serialization import safetensors
    path = tmp_path / "x.safetensors"
    cg.save({"w": cg.ones(1)}, path)
    monkeypatch.setattr(safetensors, "_little_endian", lambda tensor: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cg.save({"w": cg.zeros(1)}, path)
    monkeypatch.undo()
    assert cg.load(path)["w"].item() == 1 and os.listdir(tmp_path) == ["x.safetensors"]
    with pytest.raises(RuntimeError, match="Parent directory .* does not exist"):
        cg.save({}, tmp_path / "nowhere" / "x.safetensors")


def test_other_names_and_file_objects_are_as_before(tmp_path):
    file = io.BytesIO()
    cg.save({"w": cg.ones(1), "n": [1]}, file)
    cg.save(OrderedDict(n=1), tmp_path / "safetensors.pt")
    assert file.getvalue().startswith(b"PK") and cg.load(tmp_path / "safetensors.pt") == {"n": 1}


# ---- damaged files

def file_of(header, data=b"", length=None):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


def entry(dtype="F32", shape=(2,), offsets=(0, 8), **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets), **more}


W = b'"dtype":"F32","shape":[2],"data_offsets":[0,8]'
EIGHT = b"\0" * 8
HOSTILE = [
    (b"", "header too small: the file has 0 bytes"),
    (b"\x10\0\0", "header too small: the file has 3 bytes"),
    (file_of(b"{}", length=2 ** 63), "header too large: 9223372036854775808 bytes"),
    (file_of(b"{}", length=100_000_001), "header too large"),
    (file_of(b"{}", length=99_999_999), "invalid header length: 99999999 bytes, 2 follow"),
    (file_of(b""), "does not begin with {"),
    (file_of(b" {}"), "does not begin with {"),
    (file_of(b"[]"), "does not begin with {"),
    (file_of(b"{}\n"), "does not end with }"),
    (file_of(b"{} x"), "does not end with }"),
    (file_of(b"{"), "does not end with }"),
    (file_of(b"{} }"), "no valid JSON"),
    (file_of(b'{"a":}'), "no valid JSON"),
    (file_of(b'{"\xff":{' + W + b"}}", EIGHT), "no valid JSON"),
    (file_of(b'{"a":' + b"[" * 100_000 + b"}"), "no valid JSON"),
    (file_of(b'{"a":' + b'{"a":' * 100_000 + b"}"), "no valid JSON"),
    (file_of(b'{"a":{"dtype":"F32","shape":[' + b"9" * 5000 + b'],"data_offsets":[0,8]}}', EIGHT), "no valid JSON"),
    (file_of(b'{"a":NaN}'), "NaN where none belongs"),
    (file_of(b'{"\\ud800":{' + W + b"}}", EIGHT), "no UTF-8 text"),
    (file_of(b'{"a":{' + W + b'},"a":{' + W + b"}}", EIGHT), "the key 'a' comes twice"),
    (file_of(b'{"a":{' + W + b',"dtype":"F32"}}', EIGHT), "the key 'dtype' comes twice"),
    (file_of(b'{"__metadata__":{"x":"1","x":"2"}}'), "the key 'x' comes twice"),
    (file_of({"__metadata__": {"x": 1}}), "__metadata__ are not texts"),
    (file_of({"__metadata__": ["x"]}), "__metadata__ are not texts"),
    (file_of({"a": 1}), "tensor 'a' is not described by"),
    (file_of({"a": [entry()]}, EIGHT), "tensor 'a' is not described by"),
    (file_of({"a": {"dtype": "F32", "shape": [2]}}, EIGHT), "tensor 'a' is not described by"),
    (file_of({"a": entry(more=1)}, EIGHT), "tensor 'a' is not described by"),
    (file_of({"a": entry("F33")}, EIGHT), "the unknown type 'F33'"),
    (file_of({"a": entry(["F32"])}, EIGHT), "the unknown type"),
    (file_of({"a": {**entry(), "shape": 2}}, EIGHT), "the shape of tensor 'a' is 2"),
    (file_of({"a": entry(shape=(-2,))}, EIGHT), "the shape of tensor 'a' is"),
    (file_of({"a": entry(shape=(2.0,))}, EIGHT), "the shape of tensor 'a' is"),
    (file_of({"a": entry(shape=(True, 2))}, EIGHT), "the shape of tensor 'a' is"),
    (file_of({"a": entry(shape=([2],))}, EIGHT), "the shape of tensor 'a' is"),
    (file_of({"a": entry(shape=(2 ** 63,))}, EIGHT), "the shape of tensor 'a' is"),
    (file_of({"a": entry(shape=(2 ** 62, 4))}, EIGHT), "overflow computing buffer size of tensor 'a'"),
    (file_of({"a": entry(shape=(0, 2 ** 62, 4), offsets=(0, 0))}), "overflow computing buffer size of tensor 'a'"),
    (file_of({"a": entry(shape=(2 ** 50,))}, EIGHT), "takes 4503599627370496 bytes, but"),
    (file_of({"a": entry(shape=(2 ** 50,), offsets=(0, 2 ** 52))}, EIGHT), "its tensors take 4503599627370496 bytes, 8 follow"),
    (file_of({"a": entry(offsets=(0,))}, EIGHT), "are 1 numbers, not 2"),
    (file_of({"a": entry(offsets=(0, 8, 8))}, EIGHT), "are 3 numbers, not 2"),
    (file_of({"a": entry(offsets=(8, 0))}, EIGHT), "takes 8 bytes, but"),
    (file_of({"a": entry(offsets=(-8, 0))}, EIGHT), "the data_offsets of tensor 'a' is"),
    (file_of({"a": entry(offsets=(0, "8"))}, EIGHT), "the data_offsets of tensor 'a' is"),
    (file_of({"a": entry(offsets=(8, 16))}, EIGHT * 2), "begin at 8, those before it end at 0"),
    (file_of({"a": entry(), "b": entry()}, EIGHT), "begin at 0, those before it end at 8"),
    (file_of({"a": entry(), "b": entry(offsets=(4, 12))}, EIGHT * 2), "begin at 4, those before it end at 8"),
    (file_of({"a": entry()}, EIGHT + b"x"), "its tensors take 8 bytes, 9 follow"),
    (file_of({"a": entry()}, EIGHT[:-1]), "its tensors take 8 bytes, 7 follow"),
    (file_of({}, b"x"), "its tensors take 0 bytes, 1 follow"),
]


@pytest.mark.parametrize("case", range(len(HOSTILE)))
def test_damage_is_told_with_the_files_name(tmp_path, case):
    data, what = HOSTILE[case]
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError) as caught:
            cg.load(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert type(caught.value) is SafetensorsError and what in str(caught.value) and str(path) in str(caught.value)
    assert len(str(caught.value)) < 1000 and peak < 50 * (len(data) + 20_000)


STRICTER = [file_of(b" {}"), file_of(b"{}\n"), file_of({"a": entry(more=1)}, EIGHT), file_of({"a": entry(shape=(0, 2 ** 62, 4), offsets=(0, 0))}),
            *(data for data, what in HOSTILE if "comes twice" in what)]


@pytest.mark.parametrize("data", [data for data, _ in HOSTILE if data not in STRICTER], ids=lambda data: str(len(data)))
def test_the_reference_implementation_refuses_it_too(data):
    reference = pytest.importorskip("safetensors")
    with pytest.raises(Exception):
        reference.deserialize(data)


@pytest.mark.parametrize("kind, size", [("F16", 2), ("BF16", 2), ("I16", 2), ("I8", 1), ("U64", 8), ("C64", 8), ("F8_E4M3", 1)])
def test_types_that_are_not_here_are_named(tmp_path, kind, size):
    path = tmp_path / "x.safetensors"
    path.write_bytes(file_of({"a": entry(kind, (3,), (0, 3 * size))}, b"\0" * 3 * size))
    with pytest.raises(NotImplementedError, match=f"tensor 'a' of .*x.safetensors has the type {kind}, which convgrad lacks"):
        cg.load(path)


def test_a_bool_is_any_byte_but_zero(tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(file_of({"a": entry("BOOL", (3,), (0, 3))}, b"\0\1\xff"))
    assert cg.load(path)["a"].tolist() == [False, True, True] and cg.load(path)["a"].sum().item() == 2


def test_mutated_files_are_read_or_refused(tmp_path):
    path = tmp_path / "x.safetensors"
    save_file(some(), path, {"format": "pt"})
    whole, rng = path.read_bytes(), random.Random(7)
    header = 8 + struct.unpack_from("<Q", whole)[0]
    refused = 0
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 1, 2, 5])):
            kind, at = rng.randrange(5), rng.randrange(header if rng.random() < 0.9 else len(data))
            at = min(at, len(data) - 1)
            if kind == 0:
                data[at] = rng.randrange(256)
            elif kind == 1:
                data[at] ^= 1 << rng.randrange(8)
            elif kind == 2:
                del data[at:at + rng.randrange(1, 9)]
            elif kind == 3:
                data[at:at] = bytes(data[at:at + rng.randrange(1, 20)])
            else:
                data[at:at + 1] = rng.choice([b'"', b"{", b"}", b"[", b"]", b",", b"0", b"-", b"9" * 30, b"e9", b"\\", b"null"])
        path.write_bytes(data)
        try:
            for t in cg.load(path).values():
                t.tolist()
        except (ValueError, NotImplementedError) as error:
            refused += 1
            assert str(path) in str(error)
        except Exception as error:  # one that begins as another kind of file does
            assert bytes(data[:1]) in (b"\x80", b"P") and data[8:9] != b"{", error
    assert 1000 < refused < 1500
