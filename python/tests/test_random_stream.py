"""The random stream against PyTorch's: the same seed draws the same bits and leaves the generator in the same state."""
import copy
import inspect
import pickle
import warnings

import pytest

import convgrad as cg

torch = pytest.importorskip("torch")

SEEDS = [0, 2 ** 40 + 3, -7]
SIZES = [0, 1, 2, 15, 16, 17, 31, 33, 1000]
FLOATS = ["float32", "float64"]
BLAS = {"orthogonal": 1e-5}  # of a decomposition, not of the stream


def bits(value):
    if isinstance(value, (list, tuple)):
        return [bits(v) for v in value]
    if not hasattr(value, "numpy"):
        return value
    value = value.detach()
    return str(value.dtype), tuple(value.shape), value.stride(), value.contiguous().numpy().tobytes()


def numbers(value):
    return torch.tensor(value.detach().tolist(), dtype=torch.float64)


def drawn(m, seed, call):
    """The result of a call after seeding, and the state that it leaves."""
    m.manual_seed(seed)
    return call(m), m.get_rng_state().numpy().tobytes()


def same(call, seed=3):
    (ours, our_state), (theirs, their_state) = drawn(cg, seed, call), drawn(torch, seed, call)
    assert bits(ours) == bits(theirs)
    assert our_state == their_state


def outcome(call):
    try:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            result = call()
    except Exception as error:
        return type(error).__name__, str(error)
    return bits(result), [(w.category.__name__, str(w.message)) for w in heard]


DRAWS = {
    "rand": lambda m, n, d: m.rand(n, dtype=d),
    "randn": lambda m, n, d: m.randn(n, dtype=d),
    "rand_like": lambda m, n, d: m.rand_like(m.zeros(2, n, dtype=d)),
    "randn_like": lambda m, n, d: m.randn_like(m.zeros(2, n, dtype=d)),
    "uniform_": lambda m, n, d: m.empty(n, dtype=d).uniform_(-3, 5),
    "normal_": lambda m, n, d: m.empty(n, dtype=d).normal_(2, 0.5),
    "exponential_": lambda m, n, d: m.empty(n, dtype=d).exponential_(1.5),
    "bernoulli_ by a number": lambda m, n, d: m.empty(n, dtype=d).bernoulli_(0.3),
    "bernoulli_ by a tensor": lambda m, n, d: m.empty(n, dtype=d).bernoulli_(m.linspace(0, 1, n, dtype=d)),
    "bernoulli": lambda m, n, d: m.bernoulli(m.linspace(0, 1, n, dtype=d)),
    "bernoulli by a number": lambda m, n, d: m.bernoulli(m.zeros(n, dtype=d), 0.6),
    "normal of two tensors": lambda m, n, d: m.normal(m.arange(n, dtype=d), m.linspace(0, 2, n, dtype=d)),
    "normal of a mean": lambda m, n, d: m.normal(m.arange(n, dtype=d)),
    "normal of a mean and a number": lambda m, n, d: m.normal(m.arange(n, dtype=d), 0.1),
    "normal of a deviation": lambda m, n, d: m.normal(3.0, m.linspace(0, 2, n, dtype=d)),
    "normal of two numbers": lambda m, n, d: m.normal(3.0, 0.1, (2, n), dtype=d),
    "random_": lambda m, n, d: m.empty(n, dtype=d).random_(),
    "random_ to": lambda m, n, d: m.empty(n, dtype=d).random_(100),
    "random_ from to": lambda m, n, d: m.empty(n, dtype=d).random_(-5, 6),
    "randint of floats": lambda m, n, d: m.randint(3, 9, (n,), dtype=d),
    "randint_like": lambda m, n, d: m.randint_like(m.zeros(n, dtype=d), 7),
    "randperm": lambda m, n, d: m.randperm(n, dtype=d),
    "transposed": lambda m, n, d: [f(m.empty(n, 3, dtype=d).t()) for f in (m.Tensor.normal_, m.Tensor.uniform_, m.Tensor.exponential_)],
    "every second": lambda m, n, d: [f(m.empty(2 * n, dtype=d)[::2]) for f in (m.Tensor.normal_, m.Tensor.uniform_, m.Tensor.random_)],
    "masks of transposed": lambda m, n, d: m.empty(n, 3, dtype=d).t().bernoulli_(0.5),
    "one after another": lambda m, n, d: [m.randn(n, dtype=d), m.rand(n, dtype=d), m.randn(1), m.randn(n), m.randint(5, (n,)), m.randn(3)],
}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", DRAWS)
def test_every_draw_has_pytorchs_bits_and_leaves_its_state(name, dtype):
    for size in SIZES:
        for seed in SEEDS:
            same(lambda m: DRAWS[name](m, size, getattr(m, dtype)), seed)


INTEGERS = {
    "randint": lambda m, n, d: m.randint(2 if d == m.bool else 9, (n,), dtype=d),
    "randint from to": lambda m, n, d: m.randint(0 if d in (m.uint8, m.bool) else -4, 2, (n,), dtype=d),
    "randint_like": lambda m, n, d: m.randint_like(m.zeros(3, n, dtype=d), 1, 2),
    "random_": lambda m, n, d: m.empty(n, dtype=d).random_(),
    "random_ to": lambda m, n, d: m.empty(n, dtype=d).random_(2),
    "random_ from to": lambda m, n, d: m.empty(n, dtype=d).random_(0, 2),
    "random_ by names": lambda m, n, d: m.empty(n, dtype=d).random_(**{"from": 0, "to": 2}),
    "bernoulli_": lambda m, n, d: m.empty(n, dtype=d).bernoulli_(0.4),
    "bernoulli_ by a tensor": lambda m, n, d: m.empty(n, dtype=d).bernoulli_(m.linspace(0, 1, n)),
    "every second": lambda m, n, d: m.empty(2 * n, dtype=d)[::2].random_(),
}


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "bool"])
@pytest.mark.parametrize("name", INTEGERS)
def test_every_draw_of_integers_has_pytorchs_bits_and_leaves_its_state(name, dtype):
    for size in SIZES:
        same(lambda m: INTEGERS[name](m, size, getattr(m, dtype)))


def test_draws_into_a_tensor_are_the_same():
    for n in SIZES:
        same(lambda m: [m.rand(n, out=m.empty(0)), m.randn(n, out=m.empty(n)), m.randint(9, (n,), out=m.empty(n, dtype=m.int64)),
                        m.randperm(n, out=m.empty(n, dtype=m.int64)), m.normal(3.0, 0.1, (n,), out=m.empty(n)),
                        m.bernoulli(m.full((n,), 0.5), out=m.empty(n)), m.normal(m.zeros(n), m.ones(n), out=m.empty(n))])


@pytest.mark.parametrize("low, high", [(0, 2 ** 31), (0, 2 ** 32 + 1), (-2 ** 63, 2 ** 63 - 1), (-2 ** 40, 2 ** 50),
    (2 ** 62, 2 ** 62 + 1)])
def test_wide_ranges_of_integers_take_two_words_of_the_stream(low, high):
    same(lambda m: [m.randint(low, high, (17,)), m.empty(5, dtype=m.int64).random_(low, high), m.rand(1)])


def test_random_from_a_number_without_an_end():
    same(lambda m: [m.empty(17, dtype=d).random_(-2 ** 20, None) for d in (m.int64, m.int32, m.float64)])


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "float32"])
@pytest.mark.parametrize("n", [0, 1, 2, 100, 255])
def test_permutations_are_pytorchs(n, dtype):
    same(lambda m: m.randperm(n, dtype=getattr(m, dtype)), n)


def test_multinomial_takes_the_default_stream_and_a_generator_and_out():
    weights = [[0.1, 3.0, 0.0, 2.0], [1.0, 1.0, 1.0, 1.0]]
    same(lambda m: [m.multinomial(m.tensor(weights), 9, True), m.tensor(weights).multinomial(2), m.multinomial(m.tensor(weights[0]), 1)])
    same(lambda m: [m.multinomial(m.tensor(weights), 2, generator=m.Generator().manual_seed(5)), m.rand(1)])


WRONG = {
    "normal with a negative deviation": lambda m: m.normal(0.0, -1.0, (2,)),
    "normal with negative deviations": lambda m: m.normal(m.zeros(2), m.tensor([1.0, -1.0])),
    "normal of sizes that do not fit": lambda m: m.normal(m.zeros(2), m.ones(3)),
    "normal of two numbers without a size": lambda m: m.normal(0.0, 1.0),
    "normal_ of integers": lambda m: m.zeros(2, dtype=m.int64).normal_(),
    "uniform_ turned around": lambda m: m.zeros(2).uniform_(1, 0),
    "uniform_ of integers": lambda m: m.zeros(2, dtype=m.int64).uniform_(),
    "uniform_ of what is not finite": lambda m: m.zeros(2).uniform_(0, float("inf")),
    "exponential_ of a negative rate": lambda m: m.zeros(2).exponential_(-1),
    "exponential_ of integers": lambda m: m.zeros(2, dtype=m.int32).exponential_(),
    "bernoulli_ above one": lambda m: m.zeros(2).bernoulli_(1.5),
    "randint without a range": lambda m: m.randint(0, (2,)),
    "randint turned around": lambda m: m.randint(3, 1, (2,)),
    "randint beyond the type": lambda m: m.randint(0, 300, (2,), dtype=m.uint8),
    "randint without a size": lambda m: m.randint(3),
    "randperm of a negative number": lambda m: m.randperm(-1),
    "randperm beyond the type": lambda m: m.randperm(300, dtype=m.uint8),
    "random_ turned around": lambda m: m.zeros(2).random_(3, 1),
    "random_ beyond the type": lambda m: m.zeros(2, dtype=m.bool).random_(0, 5),
    "rand of integers": lambda m: m.rand(2, dtype=m.int64),
    "randn of integers": lambda m: m.randn(2, dtype=m.int32),
    "rand of a negative size": lambda m: m.rand(-1),
    "rand by a foreign generator": lambda m: m.rand(2, generator=3),
    "a leaf that needs gradients": lambda m: m.zeros(2, requires_grad=True).normal_(),
    "one element in two places": lambda m: m.zeros(1).expand(3).uniform_(),
    "rand_like of integers": lambda m: m.rand_like(m.zeros(2, dtype=m.int64)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_drawn_is_refused_in_pytorchs_words(name):
    ours, theirs = outcome(lambda: WRONG[name](cg)), outcome(lambda: WRONG[name](torch))
    assert ours == theirs


# ---- dropout and rrelu

SHAPES = {"Dropout": [(1,), (15,), (16,), (33,), (4, 5, 6)], "Dropout1d": [(3, 5), (2, 8, 3)], "Dropout2d": [(3, 4, 4), (4, 5, 2, 2)],
          "Dropout3d": [(3, 2, 2, 2), (2, 9, 2, 2, 2)], "AlphaDropout": [(1,), (16,), (33,), (4, 5)],
          "FeatureAlphaDropout": [(4, 5), (4, 5, 2, 2), (2, 3, 2, 2, 2)]}


def dropped(m, name, p, shape, dtype, **options):
    x = m.ones(shape, dtype=getattr(m, dtype)).mul_(1.5).requires_grad_()
    y = getattr(m.nn, name)(p, **options)(x * 1)
    (y * y).sum().backward()
    return [y, x.grad]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_dropout_zeroes_pytorchs_elements(name, p, dtype):
    for shape in SHAPES[name]:
        for seed in SEEDS:
            same(lambda m: dropped(m, name, p, shape, dtype), seed)


@pytest.mark.parametrize("name", ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d"])
def test_dropout_in_place_zeroes_the_same(name):
    same(lambda m: dropped(m, name, 0.5, SHAPES[name][-1], "float32", inplace=True))


@pytest.mark.parametrize("name", SHAPES)
def test_dropout_in_evaluation_leaves_the_stream_alone(name):
    same(lambda m: getattr(m.nn, name)(0.5).eval()(m.ones(SHAPES[name][-1])))


@pytest.mark.parametrize("lay", [lambda x: x.transpose(1, 3), lambda x: x[:, :, ::2], lambda x: x[:, :1].expand(-1, 6, -1, -1)])
def test_dropout_of_strided_pictures_draws_in_pytorchs_order(lay):
    same(lambda m: [f(lay(m.ones(3, 4, 4, 5)), 0.4, True) for f in (m.nn.functional.dropout, m.nn.functional.dropout2d, m.dropout)])
    same(lambda m: m.nn.Dropout(0.4)(m.ones(2, 3, 4, 5).to(memory_format=m.channels_last)))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", [(1,), (15,), (16,), (33,), (4, 5)])
def test_rrelu_draws_pytorchs_slopes(shape, dtype):
    def call(m, **options):
        x = m.linspace(-2, 2, m.Size(shape).numel(), dtype=getattr(m, dtype)).reshape(shape).requires_grad_()
        y = m.nn.RReLU(0.25, 0.75, **options)(x * 1)
        y.sum().backward()
        return [y, x.grad]

    same(call)
    same(lambda m: call(m, inplace=True))
    same(lambda m: m.nn.functional.rrelu(-m.ones(shape), 0.5, 1.0, training=True))


# ---- initial values

INITS = {
    "uniform": lambda i, t, **g: i.uniform_(t, -1, 2, **g),
    "normal": lambda i, t, **g: i.normal_(t, 1, 2, **g),
    "trunc_normal": lambda i, t, **g: i.trunc_normal_(t, **g),
    "trunc_normal of a tail": lambda i, t, **g: i.trunc_normal_(t, 1.0, 0.5, 2.0, 3.5, **g),
    "trunc_normal of a narrow window": lambda i, t, **g: i.trunc_normal_(t, 0.1, 0.02, -0.01, 0.12, **g),
    "xavier_uniform": lambda i, t, **g: i.xavier_uniform_(t, 1.5, **g),
    "xavier_normal": lambda i, t, **g: i.xavier_normal_(t, **g),
    "kaiming_uniform": lambda i, t, **g: i.kaiming_uniform_(t, 5 ** 0.5, **g),
    "kaiming_normal": lambda i, t, **g: i.kaiming_normal_(t, mode="fan_out", nonlinearity="relu", **g),
    "orthogonal": lambda i, t, **g: i.orthogonal_(t, 2, **g),
}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", INITS)
def test_initial_values_are_pytorchs(name, dtype):
    for shape in ((3, 4), (5, 3), (4, 4), (1, 7), (6, 2, 3, 3), (33, 5)):
        for generator in (False, True):
            def call(m):
                given = {"generator": m.Generator().manual_seed(8)} if generator else {}
                t = m.empty(shape, dtype=getattr(m, dtype), requires_grad=True)
                assert INITS[name](m.nn.init, t, **given) is t
                return t

            if name not in BLAS:
                same(call)
            else:
                (ours, our_state), (theirs, their_state) = drawn(cg, 3, call), drawn(torch, 3, call)
                assert our_state == their_state and ours.stride() == theirs.stride()
                assert torch.allclose(numbers(ours), numbers(theirs), atol=BLAS[name])


@pytest.mark.parametrize("call", [lambda i, t: i.constant_(t, 0.3), lambda i, t: i.ones_(t), lambda i, t: i.zeros_(t),
                                  lambda i, t: i.eye_(t),
                                  lambda i, t: i.sparse_(t, 0.4), lambda i, t: i.sparse_(t, 0.9, 2.0)])
def test_values_of_matrices_are_pytorchs(call):
    for shape in ((5, 4), (20, 3)):
        same(lambda m: call(m.nn.init, m.empty(shape, requires_grad=True)))


def test_sparse_values_take_their_own_stream_for_the_numbers_alone():
    same(lambda m: [m.nn.init.sparse_(m.empty(20, 3), 0.4, generator=m.Generator().manual_seed(1)), m.rand(1)])


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("shape", [(4, 2, 3), (4, 6, 2, 3), (2, 1, 1, 2, 3)])
def test_dirac_values_are_pytorchs(shape, groups):
    same(lambda m: m.nn.init.dirac_(m.empty(shape), groups))


NOT_INITIAL = {
    "a fan of a vector": lambda i, m: i.xavier_uniform_(m.empty(3)),
    "a fan of a name that is none": lambda i, m: i.kaiming_normal_(m.empty(3, 3), mode="fan"),
    "no elements": lambda i, m: i.kaiming_uniform_(m.empty(0, 3)),
    "an unknown nonlinearity": lambda i, m: i.calculate_gain("swish"),
    "a slope that is no number": lambda i, m: i.calculate_gain("leaky_relu", True),
    "eye of a vector": lambda i, m: i.eye_(m.empty(3)),
    "dirac of a matrix": lambda i, m: i.dirac_(m.empty(3, 3)),
    "dirac of groups that do not fit": lambda i, m: i.dirac_(m.empty(3, 3, 3), 2),
    "orthogonal of a vector": lambda i, m: i.orthogonal_(m.empty(3)),
    "sparse of a vector": lambda i, m: i.sparse_(m.empty(3), 0.1),
    "a mean far outside": lambda i, m: i.trunc_normal_(m.empty(0), 10.0),
    "an old name": lambda i, m: i.xavier_normal(m.empty(3, 0)),
    "gains": lambda i, m: [i.calculate_gain(n) for n in ("linear", "conv2d", "conv_transpose1d", "sigmoid", "tanh", "relu", "leaky_relu",
        "selu")],
    "a gain of a slope": lambda i, m: i.calculate_gain("leaky_relu", 0.3),
}


@pytest.mark.parametrize("name", NOT_INITIAL)
def test_initial_values_say_what_pytorchs_say(name):
    m, n = outcome(lambda: NOT_INITIAL[name](cg.nn.init, cg)), outcome(lambda: NOT_INITIAL[name](torch.nn.init, torch))
    assert m == n


MODULES = {
    "Linear": [(3, 5), (40, 30)], "Bilinear": [(2, 3, 4)], "Embedding": [(5, 3), (9, 4, 2)], "PReLU": [(), (3,)],
    "LinearCrossEntropyLoss": [(3, 5)],
    "BatchNorm1d": [(3,)], "BatchNorm2d": [(3,)], "BatchNorm3d": [(3,)], "SyncBatchNorm": [(3,)], "LayerNorm": [(3,), ((2, 3),)],
    "GroupNorm": [(2, 4)],
    "RMSNorm": [(3,)], "InstanceNorm1d": [(3, 1e-5, 0.1, True, True)], "InstanceNorm2d": [(3, 1e-5, 0.1, True)], "InstanceNorm3d": [(3,)],
    **{f"Conv{n}d": [(2, 3, 3), (4, 6, 2, 1, 0, 1, 2), (2, 3, 3, 1, "same", 1, 1, False, "circular")] for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": [(2, 3, 3), (4, 6, 2, 2, 1, 1, 2)] for n in (1, 2, 3)},
}


def initial(m, name, arguments, dtype):
    module = getattr(m.nn, name)(*arguments, dtype=getattr(m, dtype))
    state = module.state_dict()
    for part in module.modules():
        if hasattr(part, "reset_parameters"):
            part.reset_parameters()
    return [list(state), *state.values(), *module.state_dict().values()]


def with_parameters(m):
    kinds = [getattr(m.nn, n) for n in dir(m.nn) if inspect.isclass(getattr(m.nn, n))]
    return {k.__name__ for k in kinds if hasattr(k, "reset_parameters") and "Lazy" not in k.__name__}


def test_no_module_with_initial_values_is_left_out():
    assert with_parameters(cg) & with_parameters(torch) <= set(MODULES)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", MODULES)
def test_initial_weights_of_modules_are_pytorchs(name, dtype):
    for arguments in MODULES[name]:
        for seed in SEEDS:
            same(lambda m: initial(m, name, arguments, dtype), seed)


LAZY = {"LazyLinear": (4,), **{f"LazyConv{n}d": (4, 2) for n in (1, 2, 3)}, **{f"LazyConvTranspose{n}d": (4, 2) for n in (1, 2, 3)},
        **{f"LazyBatchNorm{n}d": () for n in (1, 2, 3)}, **{f"LazyInstanceNorm{n}d": () for n in (1, 2, 3)}}


@pytest.mark.parametrize("name", LAZY)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_lazy_modules_draw_their_weights_at_the_first_call(name):
    def call(m):
        module = getattr(m.nn, name)(*LAZY[name])
        m.rand(1)
        module(m.ones((2, 3) + (4,) * int(name[-2]) if name != "LazyLinear" else (2, 3)))
        return [list(module.state_dict()), *module.state_dict().values()]

    same(call)


# ---- generators

def test_a_generator_of_ones_own_draws_for_every_function_and_leaves_the_default_alone():
    def call(m):
        g = m.Generator().manual_seed(2 ** 50 + 1)
        p = m.full((5,), 0.5)
        return [m.rand(17, generator=g), m.randn(17, generator=g), m.randint(9, (17,), generator=g), m.randperm(17, generator=g),
                m.normal(p, 1.0, generator=g), m.normal(0.0, p, generator=g), m.normal(p, p, generator=g),
                m.normal(0.0, 1.0, (3,), generator=g),
                m.bernoulli(p, generator=g), p.clone().bernoulli_(0.1, generator=g), p.clone().uniform_(generator=g),
                p.clone().normal_(generator=g),
                p.clone().exponential_(generator=g), p.clone().random_(generator=g), m.multinomial(p, 2, generator=g), g.get_state(),
                m.rand(1)]

    same(call)


def test_states_are_exchanged_with_pytorch():
    for n in (0, 1, 3, 16, 700):
        ours, theirs = cg.Generator().manual_seed(9), torch.Generator().manual_seed(9)
        torch.randn(n, generator=theirs)
        ours.set_state(cg.from_numpy(theirs.get_state().numpy()))
        assert bits(cg.randn(5, generator=ours)) == bits(torch.randn(5, generator=theirs))
        cg.randn(n, generator=ours)
        theirs.set_state(torch.from_numpy(ours.get_state().numpy()))
        assert bits(cg.randn(33, generator=ours)) == bits(torch.randn(33, generator=theirs))
        assert ours.initial_seed() == theirs.initial_seed() == 9


def test_a_state_is_a_copy_that_brings_the_stream_back():
    def call(m):
        g = m.Generator()
        first = [g.initial_seed(), m.rand(2, generator=g)]
        g.manual_seed(4)
        m.randn(1, generator=g)
        state = g.get_state()
        a = m.randn(20, generator=g)
        g.set_state(state)
        other = g.clone_state()
        return first + [a, m.randn(20, generator=g), state, state.dtype.itemsize, m.randn(2, generator=other), m.randn(2, generator=g),
            g.device.type]

    same(call)


def test_seeds_are_told_again():
    for m in (cg, torch):
        g = m.Generator()
        assert g.manual_seed(5) is g and g.initial_seed() == 5
        assert m.manual_seed(11) is m.default_generator and m.initial_seed() == 11 == m.random.initial_seed()
        a, b = m.seed(), g.seed()
        assert m.initial_seed() == a != b == g.initial_seed() and 0 <= a < 2 ** 64


@pytest.mark.parametrize("seed", [-1, -2 ** 63, 2 ** 63, 2 ** 64 - 1, True, 3.7, "5"])
def test_odd_seeds_are_taken_as_by_pytorch(seed):
    assert outcome(lambda: (cg.manual_seed(seed), cg.initial_seed(), cg.rand(2))[1:]) == outcome(
        lambda: (torch.manual_seed(seed), torch.initial_seed(), torch.rand(2))[1:])


BAD_STATES = {"a seed beyond 64 bits": lambda m, g: m.manual_seed(2 ** 64), "a seed below": lambda m, g: m.manual_seed(-2 ** 63 - 1),
              "a seed that is nothing": lambda m, g: m.manual_seed(None), "a state of floats": lambda m, g: g.set_state(m.zeros(5056)),
              "a state that is short": lambda m, g: g.set_state(m.zeros(10, dtype=m.uint8)),
              "a generator of nothing": lambda m, g: m.Generator("nowhere")}


@pytest.mark.parametrize("name", BAD_STATES)
def test_seeds_and_states_that_are_none_are_refused_in_pytorchs_words(name):
    ours, theirs = (outcome(lambda: BAD_STATES[name](m, m.Generator())) for m in (cg, torch))
    assert ours == theirs and isinstance(ours[1], str)


def test_the_states_of_the_default_stream_are_set_and_exchanged():
    cg.manual_seed(6)
    torch.manual_seed(7)
    torch.randn(3)
    cg.set_rng_state(cg.tensor(torch.get_rng_state().tolist(), dtype=cg.uint8))
    assert bits(cg.randn(21)) == bits(torch.randn(21)) and cg.initial_seed() == 7
    cg.random.set_rng_state(cg.random.get_rng_state())
    assert bits(cg.rand(1)) == bits(torch.rand(1))


def test_a_forked_stream_goes_on_outside_as_if_nothing_had_been_drawn():
    def call(m):
        out = [m.randn(1)]
        with m.random.fork_rng():
            m.manual_seed(1)
            out.append(m.rand(5))
        out.append(m.randn(1))
        with m.random.fork_rng(enabled=False):
            m.rand(3)
        try:
            with m.random.fork_rng(devices=[]):
                m.rand(3)
                raise KeyError
        except KeyError:
            pass

        @m.random.fork_rng()
        def inside():
            return m.rand(2)

        return out + [inside(), inside(), m.randn(2), m.initial_seed()]

    same(call)


@pytest.mark.parametrize("way", [lambda g: pickle.loads(pickle.dumps(g)), copy.deepcopy], ids=["pickled", "copied"])
def test_a_generator_goes_on_where_the_one_it_was_made_of_stood(way):
    drawn = []
    for m in (torch, cg):
        g = m.Generator().manual_seed(3)
        m.rand(5, generator=g)
        drawn.append(m.rand(4, generator=way(g)).tolist())
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("draw", [lambda m, out: m.rand(20, out=out), lambda m, out: m.randn(20, out=out), lambda m, out: m.randperm(20, out=out),
                                  lambda m, out: m.normal(3.0, 0.1, (20,), out=out)], ids=["rand", "randn", "randperm", "normal"])
def test_what_goes_into_a_given_tensor_is_drawn_in_its_type(draw):
    drawn = []
    for m in (torch, cg):
        m.manual_seed(0)
        drawn.append(draw(m, m.empty(20, dtype=m.float64)).tolist())
    assert drawn[0] == drawn[1]
