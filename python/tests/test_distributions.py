"""Distributions against PyTorch's: draws and the stream, densities, means, gradients, printed text, errors."""
import pytest

import convgrad as cg
import convgrad.distributions  # noqa: F401

torch = pytest.importorskip("torch")
import torch.distributions  # noqa: E402,F401

MAKERS = {
    "normal": lambda m: m.distributions.Normal(0.5, 2.0),
    "normal, batch": lambda m: m.distributions.Normal(m.tensor([0.0, 1.0, -3.0]), m.tensor([1.0, 0.1, 2.0])),
    "normal, one for all": lambda m: m.distributions.Normal(m.tensor([[0.0], [1.0]], dtype=m.float64), 2.0),
    "uniform": lambda m: m.distributions.Uniform(-1.0, 3.0),
    "uniform, batch": lambda m: m.distributions.Uniform(m.tensor([0.0, 1.0]), m.tensor([1.0, 5.0])),
    "exponential": lambda m: m.distributions.Exponential(m.tensor([0.5, 2.0])),
    "bernoulli": lambda m: m.distributions.Bernoulli(0.3),
    "bernoulli, batch": lambda m: m.distributions.Bernoulli(probs=m.tensor([0.0, 0.5, 0.9, 1.0])),
    "bernoulli, logits": lambda m: m.distributions.Bernoulli(logits=m.tensor([[0.5, -2.0]])),
    "categorical": lambda m: m.distributions.Categorical(m.tensor([0.1, 0.2, 0.7])),
    "categorical, batch": lambda m: m.distributions.Categorical(probs=m.tensor([[1.0, 2.0, 0.0], [1.0, 1.0, 1.0]])),
    "categorical, logits": lambda m: m.distributions.Categorical(logits=m.tensor([[0.5, -2.0, 1.0]], dtype=m.float64)),
}


def close(ours, theirs):
    a, b = torch.tensor(ours.tolist(), dtype=torch.float64), torch.tensor(theirs.tolist(), dtype=torch.float64)
    return str(ours.dtype) == str(theirs.dtype) and tuple(ours.shape) == tuple(theirs.shape) and torch.allclose(a, b, rtol=2e-6, atol=1e-6, equal_nan=True)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("shape", [(), (3,), (4, 5), (40,)])
def test_draws_and_the_stream_are_pytorchs(name, shape):
    results = []
    for m in (cg, torch):
        m.manual_seed(11)
        d = MAKERS[name](m)
        draws = [d.sample(shape)] + ([d.rsample(shape)] if d.has_rsample else [])
        results.append((draws, m.rand(1).item()))
    (ours, after), (theirs, expected) = results
    assert after == expected
    for a, b in zip(ours, theirs):
        assert close(a, b)


@pytest.mark.parametrize("name", MAKERS)
def test_it_says_of_itself_what_pytorchs_says(name):
    ours, theirs = MAKERS[name](cg), MAKERS[name](torch)
    assert repr(ours) == repr(theirs) and tuple(ours.batch_shape) == tuple(theirs.batch_shape) and ours.event_shape == theirs.event_shape == ()
    for what in ("mean", "variance", "stddev", "mode"):
        assert close(getattr(ours, what), getattr(theirs, what)), what
    assert close(ours.entropy(), theirs.entropy()) and close(ours.perplexity(), theirs.perplexity())
    if ours.has_enumerate_support:
        for expand in (True, False):
            assert ours.enumerate_support(expand).tolist() == theirs.enumerate_support(expand).tolist()


@pytest.mark.parametrize("name", MAKERS)
def test_densities_and_their_gradients_are_pytorchs(name):
    values = {"uniform": 1.0, "uniform, batch": 1.0, "exponential": 0.7}.get(name, 1.0)
    ours, theirs = MAKERS[name](cg), MAKERS[name](torch)
    kind = {"dtype": theirs._param.dtype if hasattr(theirs, "_param") and "categorical" not in name else torch.float32}
    a = ours.log_prob(cg.tensor(values, dtype=getattr(cg, str(kind["dtype"])[6:])))
    b = theirs.log_prob(torch.tensor(values, **kind))
    assert close(a, b)
    for what in ("cdf", "icdf"):
        if not hasattr(type(theirs), what) or "normal" not in name and "uniform" not in name and "exponential" not in name:
            continue
        x = 0.3 if what == "icdf" else values
        assert close(getattr(ours, what)(cg.tensor(x)), getattr(theirs, what)(torch.tensor(x)))


def test_gradients_reach_the_parameters():
    grads = []
    for m in (cg, torch):
        m.manual_seed(2)
        loc, scale = m.tensor([0.5, 1.0], requires_grad=True), m.tensor([1.0, 2.0], requires_grad=True)
        d = m.distributions.Normal(loc, scale)
        (d.rsample((3,)).pow(2).sum() + d.log_prob(m.tensor([0.1, 0.2])).sum()).backward()
        grads.append((loc.grad, scale.grad))
    assert close(grads[0][0], grads[1][0]) and close(grads[0][1], grads[1][1])


@pytest.mark.parametrize("name", MAKERS)
def test_expanded_ones_are_pytorchs(name):
    ours, theirs = MAKERS[name](cg), MAKERS[name](torch)
    shape = (4,) + tuple(theirs.batch_shape)
    a, b = ours.expand(shape), theirs.expand(shape)
    assert tuple(a.batch_shape) == shape and repr(a) == repr(b) and close(a.mean, b.mean)
    cg.manual_seed(1)
    torch.manual_seed(1)
    assert close(a.sample(), b.sample())


PAIRS = [("normal", "normal, batch"), ("uniform", "uniform"), ("uniform, batch", "uniform"), ("uniform", "uniform, batch"), ("exponential", "exponential"),
         ("bernoulli", "bernoulli, batch"), ("bernoulli, batch", "bernoulli"), ("categorical", "categorical, batch"), ("categorical, batch", "categorical")]


@pytest.mark.parametrize("p, q", PAIRS)
def test_divergences_are_pytorchs(p, q):
    ours = cg.distributions.kl_divergence(MAKERS[p](cg), MAKERS[q](cg))
    assert close(ours, torch.distributions.kl_divergence(MAKERS[p](torch), MAKERS[q](torch)))


WRONG = [
    lambda d, m: d.Normal(0.0, -1.0), lambda d, m: d.Normal(m.tensor([0.0, float("nan")]), 1.0), lambda d, m: d.Normal("x", 1.0),
    lambda d, m: d.Uniform(1.0, 0.0), lambda d, m: d.Bernoulli(1.5), lambda d, m: d.Bernoulli(), lambda d, m: d.Bernoulli(0.5, 0.5),
    lambda d, m: d.Categorical(m.tensor(1.0)), lambda d, m: d.Categorical(m.tensor([-1.0, 2.0])), lambda d, m: d.Categorical(), lambda d, m: d.Exponential(0.0),
    lambda d, m: d.Normal(0.0, 1.0).log_prob(1), lambda d, m: d.Normal(0.0, 1.0).log_prob(m.tensor(float("nan"))), lambda d, m: d.Uniform(0.0, 1.0).log_prob(m.tensor(2.0)),
    lambda d, m: d.Bernoulli(0.5).log_prob(m.tensor(0.5)), lambda d, m: d.Categorical(m.tensor([0.5, 0.5])).log_prob(m.tensor(2)),
    lambda d, m: d.Normal(m.zeros(3), m.ones(3)).log_prob(m.zeros(2)), lambda d, m: d.kl_divergence(d.Categorical(m.ones(2)), d.Normal(0.0, 1.0)),
    lambda d, m: d.Distribution().sample(), lambda d, m: d.Categorical(logits=m.tensor([0.0, float("nan")])),
]


@pytest.mark.parametrize("case", range(len(WRONG)))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_errors_are_pytorchs(case):
    def error_of(m):
        try:
            WRONG[case](m.distributions, m)
        except Exception as error:
            return type(error).__name__, str(error)
        return None

    assert error_of(cg) == error_of(torch) is not None


def test_checks_can_be_left_out():
    assert cg.distributions.Normal(0.0, -1.0, validate_args=False).scale.item() == -1.0
    with pytest.raises(AttributeError) as error:
        cg.distributions.Normall
    assert "Normal" in "".join(getattr(error.value, "__notes__", []))


def test_the_inverse_error_function_is_pytorchs():
    from convgrad.distributions._erfinv import erfinv
    values = [-1.5, -1.0, -0.999, -0.71, -0.3, 0.0, 1e-3, 0.69, 0.995, 1.0, float("nan")]
    for dtype in ("float32", "float64"):
        x, y = cg.tensor(values, dtype=getattr(cg, dtype), requires_grad=True), torch.tensor(values, dtype=getattr(torch, dtype), requires_grad=True)
        a, b = erfinv(x), torch.erfinv(y)
        assert close(a.detach(), b.detach())
        a.sum().backward()
        b.sum().backward()
        assert close(x.grad[4:8], y.grad[4:8])
