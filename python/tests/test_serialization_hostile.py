"""Damaged and hostile files: an error with a place, never a crash, never a call of what is not on the list."""
import io
import pickle
import random
import struct
import zipfile
import zlib
from collections import OrderedDict

import pytest

import convgrad as cg
from convgrad.serialization import load, save, set_check_crc32
from convgrad.serialization.machine import Machine

ALLOWED = (pickle.UnpicklingError, RuntimeError, EOFError, NotImplementedError)


def archive_of(pkl, entries=(("data/0", b"\0" * 16),), root="a"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr(f"{root}/data.pkl", pkl)
        for name, content in entries:
            z.writestr(f"{root}/{name}", content)
    return out.getvalue()


def load_pickle(pkl, **options):
    return load(io.BytesIO(archive_of(pkl, **options)))


def g(module, name):
    return b"c" + module.encode() + b"\n" + name.encode() + b"\n"


# ---- globals

NAMES = [("os", "system"), ("posix", "system"), ("builtins", "getattr"), ("__builtin__", "eval"), ("torch", "_utils.os.system"), ("timeit", "timeit"),
         ("pip", "main"), ("asyncio.unix_events", "_UnixSubprocessTransport._start"), ("trace", "Trace.runctx"), ("torch.serialization", "load"),
         ("torch._utils", "importlib"), ("convgrad", "load"), ("collections", "OrderedDict.fromkeys"), ("builtins", "bytes"), ("copyreg", "_reconstructor"),
         ("functools", "partial"), ("numpy", "load")]


@pytest.mark.parametrize("module, name", NAMES)
def test_what_is_not_listed_is_not_even_looked_up(module, name):
    with pytest.raises(pickle.UnpicklingError, match="Unsupported global|is blocked"):
        load_pickle(b"\x80\x02" + g(module, name) + b"X\x04\x00\x00\x00true\x85R.")
    with pytest.raises(pickle.UnpicklingError, match="Unsupported global|is blocked"):
        load_pickle(b"\x80\x04\x8c" + bytes([len(module)]) + module.encode() + b"\x8c" + bytes([len(name)]) + name.encode() + b"\x93)R.")


CALLS = [
    g("builtins", "bytearray") + b"\x8a\x06\xff\xff\xff\xff\xff\x7f\x85R.",          # a bytearray of 2^47 zeros
    g("_codecs", "encode") + b"X\x01\x00\x00\x00aX\x04\x00\x00\x00zlib\x86R.",       # an encoding that is none
    g("torch", "Tensor") + b"J\xff\xff\xff\x7f\x85R.", g("torch", "Tensor") + b")\x81.", g("torch", "device") + b"X\x03\x00\x00\x00xyz\x85R.",
    g("torch", "Size") + b"]J\xff\xff\xff\xffa\x85R.", g("builtins", "complex") + b"X\x01\x00\x00\x001\x85R.",
    g("collections", "OrderedDict") + b"K\x01\x85R.", g("torch", "float32") + b")R.", g("torch", "FloatStorage") + b")R.", b"K\x01)R.", b"K\x01K\x02R.",
    b"K\x01)\x81.", b"]}b.", b"}}b.", g("collections", "OrderedDict") + b")R]b.", g("collections", "OrderedDict") + b")R}K\x01K\x02sb.",
    b"K\x01Q.", b"(X\x06\x00\x00\x00moduleK\x01tQ.", b"P0\n.",
]


@pytest.mark.parametrize("case", range(len(CALLS)))
def test_calls_beyond_the_list_are_refused(case):
    with pytest.raises(pickle.UnpicklingError):
        load_pickle(b"\x80\x02" + CALLS[case])


# ---- the stack machine

STACKS = [
    b"", b"\x80", b"\x80\x02", b"\x80\x06.", b".", b"\x87.", b"\x86.", b"K\x01\x87.", b"h\x05.", b"j\x05\x00\x00\x00.", b"J\x01\x00.", b"]a.", b"K\x01a.", b"K\x01K\x02a.",
    b"]e.", b"(e.", b"](K\x01.", b"K\x01K\x02.", b"(.", b"t.", b"u.", b"}(K\x01u.", b"](K\x01K\x02u.", b"}]K\x01s.", b"}K\x01s.", b"q\x00.", b"\x94.", b"2.", b"0.", b"1.",
    b"R.", b"K\x01R.", b"b.", b"\x81.", b"\x92.", b"Q.", b"\x93.", b"K\x01K\x02\x93.", b"X\xff\xff\xff\xffab.", b"X\x05\x00\x00\x00ab.", b"\x8d" + b"\xff" * 8 + b".",
    b"\x8e" + b"\xff" * 8 + b".", b"\x96" + b"\xff" * 8 + b".", b"\x8b\xff\xff\xff\xff.", b"\x8a\x05\x01.", b"\x95" + b"\xff" * 8, b"cos", b"cos\n", b"I\n.", b"I1e5\n.", b"Lx\n.",
    b"Fx\n.", b"Sx\n.", b"V\\ud800\\u\n.", b"T\xff\xff\xff\xff.", b"g-1\n.", b"p-1\nK\x01.", b"i os\nsystem\n.", b"\x82\x01.", b"\x97.", b"\x98.", b"\xff.", b"(" * 20000,
    b"\x8f(]\x90.", b"(]\x91.", b"}}K\x01s.", b"}" + b")" + b"\x85" * 30 + b"K\x01s.", b"}" + b"K\x01\x85" + b"2\x86" * 40 + b"K\x01s.",
    b"}X\x01\x00\x00\x00\xffK\x01s.", b"I" + b"9" * 6000 + b"\n.",
]


@pytest.mark.parametrize("case", range(len(STACKS)))
def test_broken_programs_are_an_error_with_a_place(case):
    with pytest.raises(pickle.UnpicklingError) as error:
        load_pickle(STACKS[case])
    assert "at byte" in str(error.value)


def test_deep_values_are_made_and_freed():
    assert load_pickle(b"]" * 100000 + b"a" * 99999 + b".")
    assert load_pickle(b"K\x01" + b"\x85" * 200000 + b".")


def test_a_list_may_hold_itself():
    loop = load_pickle(b"]q\x00h\x00a.")
    assert loop[0] is loop


def test_random_programs_never_do_more_than_fail():
    draw = random.Random(5)
    codes = b"()]}\x8fK\x01K\x02X\x01\x00\x00\x00aNaeusbR\x81\x85\x86\x87tldq\x00h\x00q\x01h\x01210(\x88\x89G\x00\x00\x00\x00\x00\x00\x00\x00\x94\x90\x91Q."
    heads = [b"", g("collections", "OrderedDict"), g("torch._utils", "_rebuild_tensor_v2"), g("torch", "Size"), g("builtins", "set")]
    good = 0
    for _ in range(20000):
        body = draw.choice(heads) + bytes(draw.choice(codes) for _ in range(draw.randrange(1, 30))) + b"."
        try:
            Machine(body, find, CALLABLE, {}, refuse).load()
            good += 1
        except pickle.UnpicklingError:
            pass
    assert good > 100


def find(module, name):
    from convgrad.serialization.allowed import find_allowed
    return find_allowed(module, name)


def refuse(identity):
    raise pickle.UnpicklingError("no storages here")


from convgrad.serialization.names import allowed  # noqa: E402

CALLABLE = allowed()[1]


# ---- tensors that are larger than their storage

def number(n):
    data = n.to_bytes(16, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def storage(count=4, key=b"0", kind="FloatStorage", location=b"cpu"):
    text = lambda t: b"X" + struct.pack("<I", len(t)) + t
    return b"(" + text(b"storage") + g("torch", kind) + text(key) + text(location) + number(count) + b"tQ"


def tensor(offset=0, size=(4,), stride=(1,), of=None, function="_rebuild_tensor_v2"):
    tuple_ = lambda v: b"(" + b"".join(number(n) for n in v) + b"t"
    return (b"\x80\x02" + g("torch._utils", function) + b"(" + (of or storage()) + number(offset) + tuple_(size) + tuple_(stride) + b"\x89" +
            g("collections", "OrderedDict") + b")RtR.")


def test_an_ordinary_tensor_comes_through():
    assert load_pickle(tensor()).tolist() == [0, 0, 0, 0]
    assert load_pickle(tensor(1, (2, 2), (1, 1))).tolist() == [[0, 0], [0, 0]]
    assert load_pickle(tensor(4, (0, 5), (1, 1))).shape == (0, 5)


BOUNDS = [tensor(1), tensor(2 ** 40), tensor(-1), tensor(0, (5,)), tensor(0, (2 ** 31,)), tensor(0, (-2, 2), (1, 1)), tensor(0, (2,), (2 ** 40,)),
          tensor(0, (2,), (-1,)), tensor(0, (2 ** 32, 2 ** 32), (1, 1)), tensor(0, (2 ** 62 + 1,), (4,)), tensor(0, (2, 2), (1,)), tensor(5, (0,)),
          tensor(2 ** 63 - 1, (2,), (2 ** 63 - 1,)), tensor(0, (2 ** 63,), (0,)), tensor(0, (1,) * 65, (1,) * 65), tensor(of=b"K\x01"),
          tensor(of=storage(5)), tensor(of=storage(3)), tensor(of=storage(2 ** 62 + 4)), tensor(of=storage(-4)), tensor(of=storage(key=b"9")),
          tensor(of=storage(key=b"../../../etc/passwd")), tensor(of=storage(kind="DoubleStorage")), tensor(of=storage(location=b"cuda:0")),
          tensor(of=storage(kind="HalfStorage", count=8)), tensor(function="_rebuild_parameter")]


@pytest.mark.parametrize("case", range(len(BOUNDS)))
def test_no_tensor_reaches_beyond_its_storage(case):
    with pytest.raises(ALLOWED):
        load_pickle(BOUNDS[case])


def test_a_storage_described_twice_in_different_ways_is_refused():
    both = b"\x80\x02" + storage(4) + storage(4, kind="IntStorage") + b"\x86."
    with pytest.raises(pickle.UnpicklingError, match="two different ways"):
        load_pickle(both)


# ---- archives

def small():
    out = io.BytesIO()
    save(OrderedDict(w=cg.arange(6, dtype=cg.float32), b=cg.tensor([True])), out)
    return out.getvalue()


def test_every_prefix_of_a_file_is_an_error():
    data = small()
    for length in range(len(data)):
        with pytest.raises(ALLOWED):
            load(io.BytesIO(data[:length]))


def test_every_damaged_byte_is_seen_or_does_not_matter():
    data = small()
    expected = {"w": [0.0, 1, 2, 3, 4, 5], "b": [True]}
    same = 0
    for i in range(len(data)):
        for change in (0xFF, 0x01):
            damaged = bytearray(data)
            damaged[i] ^= change
            try:
                loaded = load(io.BytesIO(bytes(damaged)))
            except ALLOWED:
                continue
            same += 1
            assert {k: v.tolist() for k, v in loaded.items()} == expected, i
    assert same < len(data)  # padding, and fields that nothing depends on


def test_a_damaged_element_is_found_by_its_checksum():
    data = bytearray(small())
    at = data.index(struct.pack("<f", 3.0))
    data[at] ^= 1
    with pytest.raises(RuntimeError, match="'archive/data/0' is damaged: its checksum is wrong"):
        load(io.BytesIO(bytes(data)))
    set_check_crc32(False)
    try:
        assert load(io.BytesIO(bytes(data)))["w"][3].item() != 3.0
    finally:
        set_check_crc32(True)


def entry(name, content, method=0, packed=None, crc=None, size=None, offset=0, flags=0, local_name=None):
    packed = content if packed is None else packed
    crc = zlib.crc32(content) if crc is None else crc
    size = len(content) if size is None else size
    n, ln = name.encode(), (local_name or name).encode()
    local = b"PK\3\4" + struct.pack("<5H3I2H", 20, flags, method, 0, 0, crc, len(packed), size, len(ln), 0) + ln + packed
    central = b"PK\1\2" + struct.pack("<6H3I5H2I", 20, 20, flags, method, 0, 0, crc, len(packed), size, len(n), 0, 0, 0, 0, 0, offset) + n
    return local, central


def archive(entries, count=None, comment=b"", before=b""):
    """entries: functions of an offset, giving the local and the central part."""
    body, directory = before, b""
    for make in entries:
        local, central = make(len(body))
        body += local
        directory += central
    n = len(entries) if count is None else count
    return body + directory + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, n, n, len(directory), len(body), len(comment)) + comment


PKL = b"\x80\x02K\x01."
plain = lambda name="a/data.pkl", content=PKL, **o: lambda offset: entry(name, content, offset=offset, **o)


def test_an_archive_built_by_hand_is_read():
    assert load(io.BytesIO(archive([plain()]))) == 1


BOMB = zlib.compressobj(9, zlib.DEFLATED, -15)
BOMB = BOMB.compress(bytes(50_000_000)) + BOMB.flush()


def overlapping():
    local, first = entry("a/data.pkl", PKL)
    _, second = entry("a/x", PKL)
    return local + first + second + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 2, 2, len(first + second), len(local), 0)


HOSTILE = {
    "duplicate": archive([plain(), plain()]),
    "two folders": archive([plain(), plain("b/data.pkl")]),
    "no folder": archive([plain("data.pkl")]),
    "encrypted": archive([plain(flags=1)]),
    "unknown method": archive([plain(method=12)]),
    "local name differs": archive([plain(local_name="a/evil.pkl")]),
    "wrong checksum": archive([plain(crc=7)]),
    "size says more": archive([plain(size=100)]),
    "prepended": b"junk" + archive([plain()]),
    "more entries than there are": archive([plain()], count=3),
    "fewer entries than there are": archive([plain(), plain("a/x")], count=1),
    "none": archive([]),
    "trailing": archive([plain()]) + b"PK",
    "end in a comment": archive([plain()], comment=b"PK\5\6" + bytes(18)),
    "bomb": archive([plain(), plain("a/data/0", b"", method=8, packed=BOMB, size=16, crc=0)]).replace(b"", b"", 0),
    "bomb that admits it": archive([plain(content=tensor()), plain("a/data/0", b"", method=8, packed=BOMB, size=50_000_000, crc=0)]),
    "no pickle": archive([plain("a/x")]),
    "64 bits promised": archive([plain(size=0xFFFFFFFF)]),
    "no deflate": archive([plain(method=8, packed=b"\xff\xff\xff")]),
    "overlap": overlapping(),
    "TorchScript": archive([plain(), plain("a/constants.pkl")]),
}


@pytest.mark.parametrize("name", [n for n in HOSTILE if n != "bomb"])
def test_crooked_archives_are_refused(name):
    with pytest.raises(ALLOWED):
        load(io.BytesIO(b"PK\3\4" + HOSTILE[name][4:] if name == "prepended" else HOSTILE[name]))


def test_an_entry_that_nothing_reads_is_not_unpacked():
    assert load(io.BytesIO(HOSTILE["bomb"])) == 1


# ---- the older format

def old():
    out = io.BytesIO()
    save({"w": cg.ones(3)}, out, _use_new_zipfile_serialization=False)
    return out.getvalue()


def test_every_prefix_of_an_old_file_is_an_error():
    data = old()
    for length in range(len(data)):
        with pytest.raises(ALLOWED):
            load(io.BytesIO(data[:length]))


def test_damaged_bytes_of_an_old_file_never_crash():
    data = old()
    for i in range(len(data)):
        damaged = bytearray(data)
        damaged[i] ^= 0xFF
        try:
            load(io.BytesIO(bytes(damaged)))
        except ALLOWED:
            pass


@pytest.mark.parametrize("data", [b"hello world", b"\x80\x02K\x01.", b"not a pickle at all", b"\x93NUMPY\x01\x00", b"\x1f\x8b\x08\x00" * 8])
def test_other_files_are_refused(data):
    with pytest.raises(ALLOWED):
        load(io.BytesIO(data))
