"""What is printed, letter by letter as by PyTorch: tensors, what describes them, modules, optimisers and schedules."""
import inspect
import random

import pytest

import convgrad as cg

torch = pytest.importorskip("torch")
FLOATS, INTEGERS = ("float32", "float64"), ("int64", "int32", "uint8")
DTYPES = FLOATS + INTEGERS + ("bool",)


@pytest.fixture(autouse=True)
def default_options():
    yield
    for m in (torch, cg):
        m.set_printoptions(profile="default")
        m.set_default_dtype(m.float32)


def text(call, m):
    """What a call gives as a text, and in a list; or its error."""
    try:
        value = call(m)
    except Exception as error:  # noqa: BLE001
        return type(error).__name__, str(error)
    return value if isinstance(value, str) else (repr(value), str(value), str([value]))


def same(call):
    expected = text(call, torch)
    assert text(call, cg) == expected
    return expected


def cases(**calls):
    return pytest.mark.parametrize("call", calls.values(), ids=calls)


# ---- values

INF, NAN = float("inf"), float("nan")
NUMBERS = {
    "one": [1.0], "integers": [1.0, 2.0, 30.0], "negative": [-1.0, 2.0], "negative zero": [-0.0, 0.0], "fractions": [0.5, 0.25, 1 / 3],
    "zeros": [0.0, 0.0], "thousands": [1234.5678, 1.0], "large integers": [1e5, 2e7], "just below scientific": [99999999.0, 1.0],
    "just scientific": [1e8, 1.0], "wide range": [1e-3, 1.0, 1e3], "ratio of a thousand": [0.001, 0.9999],
    "above a thousand": [0.00099, 1.0], "tiny": [1e-10, 2e-10], "subnormal": [1e-40, 1e-42], "huge": [1e30, 3.4e38],
    "tiny and huge": [1e-30, 1e30], "nan": [NAN], "infinite": [INF, -INF], "nan and integers": [NAN, 1.0, 20.0],
    "nan and fractions": [NAN, 0.5, INF], "infinite and tiny": [INF, 1e-9], "nan and negative": [NAN, -1.5],
    "rounds up": [0.99999, 9.99996], "rounds to zero": [1e-5, 0.5], "half": [0.00005, 0.00015], "pi": [3.14159265358979],
    "long integers": [16777216.0, 3.0], "two to 53": [9007199254740993.0], "signs": [1.5, -22.25, 333.125],
    "scientific signs": [1e-8, -1e8, 0.0], "none": [],
}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", NUMBERS)
def test_floats(name, dtype):
    same(lambda m: m.tensor(NUMBERS[name], dtype=getattr(m, dtype)))
    for number in NUMBERS[name]:
        same(lambda m: m.tensor(number, dtype=getattr(m, dtype)))
        same(lambda m: m.tensor([[number], [1.0]], dtype=getattr(m, dtype)))


@pytest.mark.parametrize("dtype", INTEGERS + ("bool",))
@pytest.mark.parametrize("values", [[], [0], [1, 20, 255], [7] * 40, [[1], [100]], 3], ids=str)
def test_integers_and_truth(values, dtype):
    same(lambda m: m.tensor(values, dtype=getattr(m, dtype)))


@pytest.mark.parametrize("values", [[-1, 10], [2 ** 63 - 1, -2 ** 63], [-5], [10 ** 18, 1]], ids=str)
def test_integers_with_signs_and_large_ones(values):
    same(lambda m: m.tensor(values))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (7,), (2, 3), (3, 0), (0, 3), (1, 1, 1), (2, 2, 2), (2, 0, 2), (2, 1, 2, 2), 
                                   (1, 2, 1, 2, 1), (1001,), (1000,), (40, 30), (8, 8, 8, 8), (2, 600)], ids=str)
def test_shapes(shape, dtype):
    count = 1
    for size in shape:
        count *= size
    same(lambda m: (m.arange(count) % 251).reshape(shape).to(getattr(m, dtype)))


@cases(transposed=lambda m: m.arange(6.0).view(2, 3).t(), sliced=lambda m: m.arange(10)[::3], expanded=lambda m: m.ones(1, 2).expand(3, 2),
       flipped=lambda m: m.arange(4).flip(0), long_rows=lambda m: m.arange(100), long_float_rows=lambda m: m.arange(100) / 7,
       wide=lambda m: m.zeros(2, 50), summarised_columns=lambda m: m.arange(4000).view(2, 2000),
       summarised_rows=lambda m: m.arange(4000).view(2000, 2), summarised_deep=lambda m: m.arange(4096).view(8, 8, 8, 8) / 3,
       ends_decide_the_width=lambda m: m.cat([m.zeros(1000), m.tensor([1e6])]),
       hidden_middle=lambda m: m.cat([m.zeros(500), m.tensor([1e6]), m.zeros(600)]),
       several=lambda m: [m.ones(2), m.zeros(1, dtype=m.int64)], in_a_dict=lambda m: {"a": m.ones(2), "b": (m.eye(2),)},
       named_tuple=lambda m: m.tensor([3, 1, 2]).max(0), sorted=lambda m: m.tensor([3.0, 1.0]).sort(),
       channels_last=lambda m: m.arange(8.0).view(1, 2, 2, 2).contiguous(memory_format=m.channels_last))
def test_layouts_and_collections(call):
    same(call)


@cases(leaf=lambda m: m.ones(2, requires_grad=True), scalar=lambda m: m.tensor(1.0, requires_grad=True),
       double=lambda m: m.ones(2, dtype=m.float64, requires_grad=True), operation=lambda m: m.ones(2, requires_grad=True) * 2,
       operation_in_double=lambda m: m.ones(2, dtype=m.float64, requires_grad=True) + 1,
       empty=lambda m: m.ones(0, requires_grad=True).exp(), empty_2d=lambda m: m.ones(0, 3, requires_grad=True),
       view=lambda m: m.ones(2, requires_grad=True)[0], detached=lambda m: m.ones(2, requires_grad=True).detach(),
       unbound=lambda m: m.ones(2, requires_grad=True).unbind(), changed=lambda m: (m.ones(2, requires_grad=True) * 2).mul_(3),
       slices=lambda m: changed_slice(m),
       convolution=lambda m: m.nn.functional.conv1d(m.ones(1, 1, 3), m.ones(1, 1, 2, requires_grad=True)),
       long=lambda m: (m.ones(40, requires_grad=True) / 3).log_softmax(0), wraps=lambda m: m.arange(9.0, requires_grad=True).view(9) / 1e3,
       no_room=lambda m: m.arange(20.0).view(2, 10).requires_grad_().exp(), parameter=lambda m: m.nn.Parameter(m.ones(2)),
       parameter_2d=lambda m: m.nn.Parameter(m.zeros(2, 2, dtype=m.float64)),
       frozen=lambda m: m.nn.Parameter(m.ones(2), requires_grad=False),
       integer_parameter=lambda m: m.nn.Parameter(m.ones(2, dtype=m.int64), requires_grad=False),
       scalar_parameter=lambda m: m.nn.Parameter(m.tensor(0.5)), empty_parameter=lambda m: m.nn.Parameter(m.ones(0)),
       buffer=lambda m: m.nn.Buffer(m.ones(2)), uninitialised=lambda m: m.nn.UninitializedParameter(),
       uninitialised_buffer=lambda m: m.nn.UninitializedBuffer(), custom=lambda m: custom(m))
def test_suffixes(call):
    same(call)


def changed_slice(m):
    x = m.ones(2, requires_grad=True) * 1
    x[0] = 5
    return x


def custom(m):
    parts = {"forward": staticmethod(lambda ctx, x: x * 2), "backward": staticmethod(lambda ctx, g: g)}
    return type("Double", (m.autograd.Function,), parts).apply(m.ones(2, requires_grad=True))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("default", FLOATS)
def test_the_dtype_is_shown_where_it_is_not_the_default(default, dtype):
    def call(m):
        m.set_default_dtype(getattr(m, default))
        return m.ones(2, dtype=getattr(m, dtype))

    same(call)


# ---- options

@pytest.mark.parametrize("options", [
    {"precision": 0}, {"precision": 1}, {"precision": 8}, {"precision": 16}, {"threshold": 5}, {"threshold": 0}, {"threshold": 10 ** 9},
    {"threshold": INF}, {"threshold": 5, "edgeitems": 1}, {"threshold": 5, "edgeitems": 2}, {"edgeitems": 10},
    {"threshold": 1, "edgeitems": 0}, {"linewidth": 20}, {"linewidth": 1}, {"linewidth": 200}, {"profile": "short"}, {"profile": "full"},
    {"profile": "default"}, {"sci_mode": True}, {"sci_mode": False}, {"sci_mode": None}, {"sci_mode": True, "precision": 2},
    {"profile": "short", "precision": 6}, {"profile": "full", "linewidth": 40}, {},
    {"threshold": 7, "edgeitems": 2, "linewidth": 30, "precision": 3, "sci_mode": True}], ids=str)
def test_options(options):
    for m in (torch, cg):
        m.set_printoptions(**options)
    for call in (lambda m: m.arange(12.0) / 7, lambda m: m.arange(24).view(2, 3, 4), lambda m: m.arange(12.0), lambda m: m.ones(2, 0),
                 lambda m: m.tensor([1e-9, 1e9, NAN]), lambda m: m.arange(1100.0).view(11, 100) / 3, lambda m: m.tensor(1 / 3),
                 lambda m: m.ones(3, dtype=m.bool), lambda m: m.ones(3, requires_grad=True) / 3, lambda m: m.ones(1, dtype=m.float64)):
        same(call)


def test_options_stay_until_they_are_set_again():
    for m in (torch, cg):
        m.set_printoptions(precision=2, sci_mode=True)
        m.set_printoptions(linewidth=40)
    same(lambda m: m.arange(30.0) / 7)
    for m in (torch, cg):
        m.set_printoptions(profile="short")
        m.set_printoptions(profile="default")
    same(lambda m: m.arange(30.0) / 7)


@cases(profile=lambda m: m.set_printoptions(profile="other"), positional=lambda m: (m.set_printoptions(2, 5, 1), str(m.arange(9.0)))[1],
       unknown=lambda m: m.set_printoptions(colour=1))
def test_odd_options(call):
    same(call)


# ---- random tensors

def drawn(seed):
    """A function of the module that makes the seed's tensor."""
    pick = random.Random(seed)
    dtype = pick.choice(DTYPES + FLOATS * 3)
    shape = [pick.choice([0, 1, 2, 3, 5, 9, 30]) if pick.random() < 0.9 else pick.choice([100, 400]) for _ in range(pick.randrange(5))]
    count = 1
    for size in shape:
        count *= size
    if count > 20000:
        shape, count = [20, 60], 1200
    low, high = sorted((pick.randrange(-12, 12), pick.randrange(-12, 12)))
    kind = pick.choice(["integers", "fractions", "range", "range", "special"])

    def number():
        if dtype == "bool":
            return pick.random() < 0.5
        if dtype in INTEGERS:
            return pick.randrange(256) if dtype == "uint8" else pick.randrange(-10 ** pick.randrange(1, 10), 10 ** pick.randrange(1, 10))
        if kind == "integers":
            return float(pick.randrange(-10 ** max(high, 1), 10 ** max(high, 1)))
        if kind == "fractions":
            return pick.random()
        if kind == "special" and pick.random() < 0.2:
            return pick.choice([NAN, INF, -INF, 0.0, -0.0])
        return pick.choice([1, -1]) * pick.random() * 10 ** pick.randint(low, high)

    numbers = [number() for _ in range(count)]
    options = {"precision": pick.choice([4, 4, 2, 7]), "threshold": pick.choice([1000, 20, 100]), "edgeitems": pick.choice([3, 3, 1, 2]),
               "linewidth": pick.choice([80, 80, 40, 120]), "sci_mode": pick.choice([None, None, None, True, False])}
    turned = pick.random() < 0.3

    def make(m):
        x = m.tensor(numbers, dtype=getattr(m, dtype)).reshape(shape)
        return x.transpose(0, -1) if turned and shape else x

    return make, options


@pytest.mark.parametrize("block", range(8))
def test_random_tensors(block):
    for seed in range(block * 50, block * 50 + 50):
        make, options = drawn(seed)
        for m in (torch, cg):
            m.set_printoptions(**options)
        assert repr(make(cg)) == repr(make(torch)), (seed, options)


# ---- format

SPECS = ["", "d", ".3f", "8.2f", "<8", ">12.4e", "g", "+.1f", ",", "%", "x", "s", "05d", "r", "b", "^10", "c", "n"]


@pytest.mark.parametrize("value", [3, -2.5, True, 1e20, NAN, 0.0], ids=str)
@pytest.mark.parametrize("spec", SPECS)
def test_formats_of_one_number(spec, value):
    same(lambda m: format(m.tensor(value), spec))


@cases(plain=lambda m: f"{m.ones(2)}", repr=lambda m: f"{m.ones(2)!r}", string=lambda m: f"{m.ones(2)!s:>20}",
       spec=lambda m: f"{m.ones(2):.2f}", one_element=lambda m: f"{m.ones(1):.2f}", one_element_plain=lambda m: f"{m.ones(1)}",
       width=lambda m: f"{m.ones(2):20}", percent=lambda m: "%s %r" % (m.ones(2), m.tensor(1)), percent_d=lambda m: "%d" % m.tensor(7),
       percent_f=lambda m: "%.3f" % m.tensor([0.5]), method=lambda m: "{:.1f}|{}".format(m.tensor(2.0), m.tensor(2)),
       with_history=lambda m: f"{m.tensor(2.0, requires_grad=True):.2f} {m.tensor(2.0, requires_grad=True)}",
       parameter=lambda m: f"{m.nn.Parameter(m.tensor(2.0))}", parameter_spec=lambda m: f"{m.nn.Parameter(m.tensor(2.0)):.1f}",
       item=lambda m: f"{m.tensor(0.1).item()}", list=lambda m: f"{m.tensor([0.1, 2.0]).tolist()}", size=lambda m: f"{m.ones(2, 3).shape}",
       dtype=lambda m: f"{m.float32}", format=lambda m: format(m.ones(2, 2), ""))
def test_formats(call):
    same(call)


# ---- what describes tensors

def fields(info):
    names = [name for name in ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution", "dtype") if hasattr(info, name)]
    return [(name, getattr(info, name)) for name in names] + [info == info, text(lambda m: setattr(info, "bits", 1), None)]


@cases(size=lambda m: m.Size([1, 2]), empty_size=lambda m: m.Size(), shape=lambda m: m.ones(2, 3).shape,
       part_of_a_size=lambda m: m.ones(2, 3, 4).shape[1:], sum_of_sizes=lambda m: m.Size([1]) + m.Size([2]),
       size_and_tuple=lambda m: m.Size([1]) + (2,), times=lambda m: m.Size([1, 2]) * 2, numel=lambda m: m.Size([2, 3]).numel(),
       stride=lambda m: m.ones(2, 3).stride(), device=lambda m: m.device("cpu"), device_of=lambda m: m.ones(1).device,
       numbered=lambda m: m.device("cpu", 0), named=lambda m: m.device("cpu:0"), layout=lambda m: m.strided,
       layout_of=lambda m: m.ones(1).layout, finfo=lambda m: m.finfo(m.float32), finfo_64=lambda m: m.finfo(m.float64),
       finfo_default=lambda m: m.finfo(), finfo_int=lambda m: m.finfo(m.int64), finfo_bool=lambda m: m.finfo(m.bool),
       iinfo=lambda m: m.iinfo(m.int32), iinfo_64=lambda m: m.iinfo(m.int64), iinfo_8=lambda m: m.iinfo(m.uint8),
       iinfo_float=lambda m: m.iinfo(m.float32), iinfo_bool=lambda m: m.iinfo(m.bool), iinfo_none=lambda m: m.iinfo(),
       iinfo_number=lambda m: m.iinfo(3), finfo_fields=lambda m: fields(m.finfo(m.float32)),
       iinfo_fields=lambda m: fields(m.iinfo(m.uint8)), small_finfo=lambda m: m.finfo(m.float16), tensor_type=lambda m: m.ones(1).type(),
       type_name=lambda m: m.typename(m.ones(1)), type=lambda m: str(type(m.ones(1))).replace("convgrad", "torch"),
       parameter_type=lambda m: str(type(m.nn.Parameter(m.ones(1)))).replace("convgrad", "torch"),
       size_type=lambda m: str(type(m.ones(1).shape)).replace("convgrad", "torch"),
       dtype_type=lambda m: str(type(m.float32)).replace("convgrad", "torch"),
       device_type=lambda m: str(type(m.device("cpu"))).replace("convgrad", "torch"), generator_device=lambda m: m.Generator().device,
       set_grad=lambda m: m.set_grad_enabled(True),
       edge=lambda m: str(m.autograd.graph.get_gradient_edge(m.ones(1, requires_grad=True) * 2)).split(" object")[0])
def test_descriptions(call):
    same(call)


@pytest.mark.parametrize("name", DTYPES + ("contiguous_format", "preserve_format", "channels_last", "channels_last_3d", "float", "double",
                                           "long", "int"))
def test_dtypes_and_memory_formats(name):
    same(lambda m: getattr(m, name))


# ---- modules

def tried(*args, **kwargs):
    return args, kwargs


CONV = [tried(3, 8, 3), tried(4, 8, 3, stride=2, padding=1), tried(4, 8, 3, padding="same"), tried(4, 8, 3, dilation=2, groups=2),
        tried(4, 8, 3, bias=False, padding=1, padding_mode="circular"), tried(4, 4, 1, dtype="float64")]
TRANSPOSED = [tried(3, 8, 3), tried(4, 8, 3, stride=2, padding=1, output_padding=1), tried(4, 8, 3, dilation=2, groups=2, bias=False)]
NORM = [tried(4), tried(4, eps=1e-3, momentum=0.2), tried(4, affine=False), tried(4, track_running_stats=False), tried(4, momentum=None)]
POOL = [tried(3), tried(3, 2, 1), tried(2, stride=1, ceil_mode=True)]
LOSS = [tried(), tried(reduction="sum"), tried(reduction="none")]
PLAIN = [tried()]
INPLACE = [tried(), tried(inplace=True)]
SLOPE = [tried(), tried(0.5), tried(0.5, True)]
ADAPTIVE = [tried(3), tried(1), tried((3, None))]
LAZY = [tried(8, 3), tried(8, 3, stride=2, padding=1, bias=False)]
LOSSES = """L1Loss NLLLoss NLLLoss2d PoissonNLLLoss GaussianNLLLoss KLDivLoss MSELoss BCELoss BCEWithLogitsLoss HingeEmbeddingLoss
SmoothL1Loss HuberLoss MultiLabelMarginLoss SoftMarginLoss CrossEntropyLoss MultiLabelSoftMarginLoss CosineEmbeddingLoss MarginRankingLoss
MultiMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss CTCLoss""".split()
MODULES = {
    "Identity": [tried(), tried(1, a=2)], "Linear": [tried(3, 4), tried(3, 4, bias=False)],
    "Bilinear": [tried(2, 3, 4), tried(2, 3, 4, False)], "LazyLinear": [tried(4), tried(4, bias=False)], "Flatten": [tried(), tried(0, 1)],
    "Unflatten": [tried(1, (2, 3)), tried(1, [2, 3])],
    "Embedding": [tried(4, 3), tried(4, 3, padding_idx=1, max_norm=2.0, scale_grad_by_freq=True)], "Sequential": PLAIN, "ModuleList": PLAIN,
    "ModuleDict": PLAIN, "ParameterList": PLAIN, "ParameterDict": PLAIN, "Module": PLAIN, "Container": [tried()],
    **{f"Conv{n}d": CONV for n in (1, 2, 3)}, **{f"ConvTranspose{n}d": TRANSPOSED for n in (1, 2, 3)},
    **{f"LazyConv{n}d": LAZY for n in (1, 2, 3)}, **{f"LazyConvTranspose{n}d": LAZY for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": NORM for n in (1, 2, 3)}, **{f"InstanceNorm{n}d": NORM for n in (1, 2, 3)},
    **{f"LazyBatchNorm{n}d": [tried(), tried(momentum=0.3)] for n in (1, 2, 3)},
    **{f"LazyInstanceNorm{n}d": [tried(), tried(affine=True)] for n in (1, 2, 3)}, "SyncBatchNorm": NORM,
    "GroupNorm": [tried(2, 4), tried(2, 4, 1e-3, False)], "LayerNorm": [tried(4), tried((2, 3), 1e-3, False), tried(4, bias=False)],
    "RMSNorm": [tried(4), tried((2, 3), eps=1e-3), tried(4, elementwise_affine=False)],
    "LocalResponseNorm": [tried(2), tried(2, 0.1, 0.5, 2.0)],
    **{f"MaxPool{n}d": POOL + [tried(3, dilation=2, return_indices=True)] for n in (1, 2, 3)},
    **{f"AvgPool{n}d": POOL + [tried(2, count_include_pad=False)] for n in (1, 2, 3)},
    **{f"MaxUnpool{n}d": [tried(2), tried(3, 2, 1)] for n in (1, 2, 3)},
    **{f"LPPool{n}d": [tried(2, 3), tried(1.5, 2, stride=1, ceil_mode=True)] for n in (1, 2, 3)},
    **{f"Adaptive{kind}Pool{n}d": ADAPTIVE[:2] + (ADAPTIVE[2:] if n == 2 else []) for kind in ("Max", "Avg") for n in (1, 2, 3)},
    **{f"{kind}Pad{n}d": [tried(1), tried((2, 0) * n)] for kind in ("Reflection", "Replication", "Zero", "Circular") for n in (1, 2, 3)},
    **{f"ConstantPad{n}d": [tried(1, 2.5), tried(tuple(range(2 * n)), 0)] for n in (1, 2, 3)},
    **{f"Dropout{n}": [tried(), tried(0.2, True)] for n in ("", "1d", "2d", "3d")}, "AlphaDropout": [tried(), tried(0.2, True)],
    "FeatureAlphaDropout": [tried(), tried(0.2, True)], "ReLU": INPLACE, "ReLU6": INPLACE, "SiLU": INPLACE, "Mish": INPLACE,
    "SELU": INPLACE, "Hardsigmoid": INPLACE, "Hardswish": INPLACE, "LeakyReLU": SLOPE, "ELU": SLOPE, "CELU": SLOPE,
    "RReLU": [tried(), tried(0.1, 0.2, True)], "GELU": [tried(), tried("tanh")], "PReLU": [tried(), tried(3, 0.1)],
    "Threshold": [tried(0.1, 20), tried(0.1, 20, True)], "Hardtanh": [tried(), tried(-2, 2, True)], "Softplus": [tried(), tried(2, 10)],
    "Softshrink": [tried(), tried(0.3)], "Hardshrink": [tried(), tried(0.3)], "GLU": [tried(), tried(1)],
    "Softmax": [tried(), tried(1), tried(dim=-1)], "LogSoftmax": [tried(), tried(1)], "Softmin": [tried(), tried(1)],
    **{name: PLAIN for name in ("Sigmoid", "Tanh", "LogSigmoid", "Softsign", "Tanhshrink", "Softmax2d")}, "PixelShuffle": [tried(2)],
    "PixelUnshuffle": [tried(2)], "ChannelShuffle": [tried(2)],
    "Upsample": [tried(2), tried(scale_factor=2), tried(size=(2, 3), mode="bilinear", align_corners=True), tried(scale_factor=(2.0, 1.5))],
    "UpsamplingNearest2d": [tried(2), tried(scale_factor=2)], "UpsamplingBilinear2d": [tried(2), tried(scale_factor=2)],
    "Fold": [tried(4, 2), tried((4, 5), (2, 2), 1, 1, 2)], "Unfold": [tried(2), tried((2, 3), 1, 1, 2)],
    "CosineSimilarity": [tried(), tried(0, 1e-4)], "PairwiseDistance": [tried(), tried(1, 1e-3, True)], **{name: LOSS for name in LOSSES},
    "LinearCrossEntropyLoss": [tried(3, 4), tried(3, 4, bias=True, label_smoothing=0.1)],
}


def classes(module, base):
    """The names of the classes in a module that are derived of another."""
    return {name for name in dir(module) if inspect.isclass(getattr(module, name)) and issubclass(getattr(module, name), base)}


def test_every_module_is_in_the_table():
    assert classes(cg.nn, cg.nn.Module) & classes(torch.nn, torch.nn.Module) - set(MODULES) == set()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in MODULES if hasattr(cg.nn, name)])
def test_modules(name):
    for args, kwargs in MODULES[name]:
        def made(m):
            return getattr(m.nn, name)(*args, **{k: getattr(m, v) if k == "dtype" else v for k, v in kwargs.items()})

        same(made)
        same(lambda m: made(m).extra_repr())


def net(m):
    class Block(m.nn.Module):
        def __init__(self, size):
            super().__init__()
            self.size = size
            self.conv = m.nn.Conv2d(size, size, 3)
            self.act = m.nn.ReLU()
            self.none = None
            self.register_module("absent", None)

        def extra_repr(self):
            return f"size={self.size}"

    class Net(m.nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = m.nn.ModuleList([Block(2), Block(2), Block(3)])
            self.head = m.nn.ModuleDict({"a": m.nn.Linear(1, 2), "b": m.nn.Sequential()})
            self.weight = m.nn.Parameter(m.ones(1))
            self.scales = m.nn.ParameterList([m.ones(2), m.nn.Parameter(m.zeros(1, 3))])
            self.named = m.nn.ParameterDict({"left": m.ones(1), "right": m.nn.Parameter(m.ones(2, dtype=m.float64))})

    return Net()


@cases(nested=net, sequential=lambda m: m.nn.Sequential(m.nn.Linear(1, 2), m.nn.Sequential(m.nn.ReLU(), m.nn.Tanh())),
       repeated=lambda m: m.nn.Sequential(*[m.nn.ReLU() for _ in range(5)]),
       repeated_in_a_list=lambda m: m.nn.ModuleList([m.nn.Linear(2, 2), m.nn.Linear(2, 2), m.nn.ReLU(), m.nn.Linear(2, 2)]),
       named=lambda m: m.nn.Sequential(__import__("collections").OrderedDict(a=m.nn.ReLU(), b=m.nn.Linear(1, 1))),
       part=lambda m: m.nn.Sequential(m.nn.ReLU(), m.nn.Tanh(), m.nn.ELU())[1:], empty_list=lambda m: m.nn.ModuleList(),
       dict=lambda m: m.nn.ModuleDict([["x", m.nn.ReLU()], ["y", m.nn.ReLU()]]),
       parameters=lambda m: m.nn.ParameterList([m.ones(2), 5, "text", m.nn.Parameter(m.ones(()))]),
       parameter_dict=lambda m: m.nn.ParameterDict({"a": m.ones(2), "b": 7}),
       long_extra=lambda m: m.nn.Conv2d(1000, 1000, (11, 11), (2, 2), (5, 5), groups=10),
       own_name=lambda m: type("Mine", (m.nn.Linear,), {"_get_name": lambda self: "Yours"})(1, 2),
       own_without_name=lambda m: type("Mine", (m.nn.ReLU,), {})(),
       two_lines=lambda m: type("Lines", (m.nn.Module,), {"extra_repr": lambda self: "a\nb"})(),
       two_lines_and_child=lambda m: type("Lines", (m.nn.Sequential,), {"extra_repr": lambda self: "a\nb"})(m.nn.ReLU()),
       one_line_and_child=lambda m: type("Line", (m.nn.Sequential,), {"extra_repr": lambda self: "a"})(m.nn.ReLU()),
       weight_norm=lambda m: m.nn.utils.parametrizations.weight_norm(m.nn.Linear(2, 2)),
       spectral=lambda m: m.nn.utils.parametrizations.spectral_norm(m.nn.Linear(2, 2)), initialised_lazy=lambda m: lazy(m))
def test_modules_in_modules(call):
    same(call)


def lazy(m):
    layer = m.nn.LazyLinear(3)
    before = repr(layer)
    layer(m.ones(1, 2))
    return before + repr(layer)


def test_state_dicts():
    def call(m):
        layer = m.nn.BatchNorm1d(2)
        return {"state": layer.state_dict(), "keys": layer.state_dict().keys(), "meta": layer.state_dict()._metadata}

    same(call)


# ---- optimisers and schedules

OPTIMIZERS = {
    "SGD": [{"lr": 0.1}, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}],
    "Adam": [{}, {"amsgrad": True, "betas": (0.8, 0.9)}], "AdamW": [{}], "Adamax": [{}], "NAdam": [{}], "RAdam": [{}], "Adagrad": [{}],
    "Adadelta": [{}], "RMSprop": [{}, {"momentum": 0.5, "centered": True}], "Rprop": [{}], "ASGD": [{}], "LBFGS": [{}], "Adafactor": [{}, {"maximize": True}],
    "Muon": [{}, {"nesterov": False}],
}


def test_every_optimizer_is_in_the_table():
    assert classes(cg.optim, cg.optim.Optimizer) & set(dir(torch.optim)) - {"Optimizer"} == set(OPTIMIZERS)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name):
    for options in OPTIMIZERS[name]:
        def call(m):
            weights = [m.nn.Parameter(m.tensor([[1.0, 2.0]])), m.nn.Parameter(m.tensor([[3.0]]))]
            groups = weights if name == "LBFGS" else [{"params": weights[:1]}, {"params": weights[1:], "lr": 0.5}]
            optimizer = getattr(m.optim, name)(groups, **options)
            return [optimizer, optimizer.state_dict(), str(optimizer.defaults)]

        same(call)


SCHEDULES = {
    "StepLR": {"step_size": 2}, "MultiStepLR": {"milestones": [1, 3]}, "ConstantLR": {}, "LinearLR": {}, "ExponentialLR": {"gamma": 0.5},
    "PolynomialLR": {}, "CosineAnnealingLR": {"T_max": 4}, "ReduceLROnPlateau": {}, "CyclicLR": {"base_lr": 0.1, "max_lr": 0.2},
    "OneCycleLR": {"max_lr": 0.5, "total_steps": 10}, "CosineAnnealingWarmRestarts": {"T_0": 3},
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name):
    def call(m):
        optimizer = m.optim.SGD([m.nn.Parameter(m.ones(1))], lr=0.1, momentum=0.9)
        schedule = getattr(m.optim.lr_scheduler, name)(optimizer, **SCHEDULES[name])
        optimizer.step()
        schedule.step(*([1.0] if name == "ReduceLROnPlateau" else []))
        return [str({k: v for k, v in schedule.state_dict().items() if not callable(v)}), str(optimizer)]

    same(call)
