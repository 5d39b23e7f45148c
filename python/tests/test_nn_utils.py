"""nn.utils against PyTorch's: clipping, vectors of parameters, normalised and parametrised weights, fusion, calls without state."""
import copy
import warnings

import pytest

import convgrad as cg

torch = pytest.importorskip("torch")


def close(ours, theirs, rel=2e-6):
    ours = ours.tolist() if isinstance(ours, (cg.Tensor, torch.Tensor)) else ours
    theirs = theirs.tolist() if isinstance(theirs, (cg.Tensor, torch.Tensor)) else theirs
    return torch.allclose(torch.tensor(ours, dtype=torch.float64), torch.tensor(theirs, dtype=torch.float64), rtol=rel, atol=rel)


def error_of(function):
    try:
        function()
    except Exception as error:
        return type(error).__name__, str(error)
    return None


def fill(module, net):
    """The same weights for both sides."""
    for i, t in enumerate([*net.parameters(), *net.buffers()]):
        if t.is_floating_point():
            values = torch.randn(tuple(t.shape), generator=torch.Generator().manual_seed(i)).abs().add(0.1)
            t.data.copy_(module.tensor(values.tolist()))
    return net


def with_gradients(module):
    params = [module.nn.Parameter(module.zeros(3)), module.nn.Parameter(module.zeros(2, 2)), module.nn.Parameter(module.zeros(1))]
    params[0].grad = module.tensor([3.0, -4.0, 0.5])
    params[1].grad = module.tensor([[1.0, 2.0], [-7.0, 0.0]])
    return params


@pytest.mark.parametrize("norm_type", [2, 1, 3.5, float("inf")])
@pytest.mark.parametrize("max_norm", [1.0, 100])
def test_gradients_are_clipped_by_their_norm(norm_type, max_norm):
    results = []
    for m in (cg, torch):
        params = with_gradients(m)
        total = m.nn.utils.clip_grad_norm_(params, max_norm, norm_type)
        results.append((total.item(), [p.grad.tolist() for p in params[:2]], m.nn.utils.get_total_norm([p.grad for p in params[:2]], norm_type).item()))
    (a, ours, c), (b, theirs, d) = results
    assert a == pytest.approx(b, rel=1e-6) and c == pytest.approx(d, rel=1e-6)
    for x, y in zip(ours, theirs):
        assert close(x, y)


def test_gradients_are_clipped_by_their_values():
    results = []
    for m in (cg, torch):
        params = with_gradients(m)
        m.nn.utils.clip_grad_value_(params, 2.5)
        results.append([p.grad.tolist() for p in params[:2]])
    assert results[0] == results[1]


def test_a_norm_that_is_not_finite_is_an_error_where_asked():
    def run(m):
        params = with_gradients(m)
        params[0].grad[1] = float("inf")
        m.nn.utils.clip_grad_norm_(params, 1.0, error_if_nonfinite=True)

    assert error_of(lambda: run(cg)) == error_of(lambda: run(torch)) is not None


def test_nothing_to_clip_is_no_error():
    assert cg.nn.utils.clip_grad_norm_([cg.nn.Parameter(cg.ones(1))], 1.0).item() == 0.0
    with pytest.warns(UserWarning, match="empty generator"):
        cg.nn.utils.clip_grad_norm_((p for p in []), 1.0)
    with pytest.warns(FutureWarning):
        cg.nn.utils.clip_grad_norm(with_gradients(cg), 1.0)


def test_parameters_become_a_vector_and_back():
    net = cg.nn.Linear(2, 3)
    vector = cg.nn.utils.parameters_to_vector(net.parameters())
    assert vector.shape == (9,) and vector.requires_grad
    cg.nn.utils.vector_to_parameters(cg.arange(9.0), net.parameters())
    assert net.weight.tolist() == [[0, 1], [2, 3], [4, 5]] and net.bias.tolist() == [6, 7, 8]
    assert error_of(lambda: cg.nn.utils.vector_to_parameters([1], net.parameters())) == error_of(
        lambda: torch.nn.utils.vector_to_parameters([1], torch.nn.Linear(2, 3).parameters()))


LAYERS = {"linear": lambda m: m.nn.Linear(4, 3), "conv": lambda m: m.nn.Conv2d(2, 3, 3), "transposed": lambda m: m.nn.ConvTranspose2d(2, 3, 3)}
INPUTS = {"linear": (5, 4), "conv": (1, 2, 5, 5), "transposed": (1, 2, 5, 5)}


def image(m, name):
    return m.tensor(torch.randn(INPUTS[name], generator=torch.Generator().manual_seed(9)).tolist())


def trained(m, name, apply, steps=3):
    """Output, gradients and state after a few steps in training, and the output of evaluation."""
    m.manual_seed(3)
    net = fill(m, LAYERS[name](m))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        apply(m, net)
    optimizer = m.optim.SGD(net.parameters(), lr=0.01)
    seen = []
    for _ in range(steps):
        optimizer.zero_grad()
        out = net(image(m, name))
        (out * out).mean().backward()
        seen.append(out.detach().tolist())
        optimizer.step()
    net.eval()
    seen.append(net(image(m, name)).detach().tolist())
    return seen, {k: v.tolist() for k, v in net.state_dict().items()}, net


NORMS = {
    "weight hook": lambda m, net: m.nn.utils.weight_norm(net),
    "weight hook, last dimension": lambda m, net: m.nn.utils.weight_norm(net, dim=1),
    "weight hook, all": lambda m, net: m.nn.utils.weight_norm(net, dim=None),
    "weight": lambda m, net: m.nn.utils.parametrizations.weight_norm(net),
    "weight, all": lambda m, net: m.nn.utils.parametrizations.weight_norm(net, dim=None),
    "spectral hook": lambda m, net: m.nn.utils.spectral_norm(net),
    "spectral hook, two steps": lambda m, net: m.nn.utils.spectral_norm(net, n_power_iterations=2, dim=1),
    "spectral": lambda m, net: m.nn.utils.parametrizations.spectral_norm(net),
}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("norm", NORMS)
def test_normalised_weights_train_as_pytorchs(norm, layer):
    ours, our_state, _ = trained(cg, layer, NORMS[norm])
    theirs, their_state, _ = trained(torch, layer, NORMS[norm])
    assert list(our_state) == list(their_state)
    for a, b in zip(ours, theirs):
        assert close(a, b, 2e-5)
    for key in their_state:
        assert close(our_state[key], their_state[key], 2e-5), key


def test_normalisations_are_removed_again():
    for apply, remove in (("weight_norm", "remove_weight_norm"), ("spectral_norm", "remove_spectral_norm")):
        net = fill(cg, cg.nn.Linear(4, 3))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            getattr(cg.nn.utils, apply)(net)
        net.eval()
        before = net(image(cg, "linear"))
        getattr(cg.nn.utils, remove)(net)
        assert close(net(image(cg, "linear")), before) and [n for n, _ in net.named_parameters()] == ["bias", "weight"] and not net._forward_pre_hooks
        assert error_of(lambda: getattr(cg.nn.utils, remove)(net))[0] == "ValueError"


def twice(m, what):
    net = m.nn.Linear(2, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        getattr(m.nn.utils, what)(net)
        getattr(m.nn.utils, what)(net)


@pytest.mark.parametrize("what", ["weight_norm", "spectral_norm"])
def test_a_second_hook_is_refused(what):
    assert error_of(lambda: twice(cg, what)) == error_of(lambda: twice(torch, what)) is not None


def test_states_of_the_older_weight_norm_are_loaded():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old = cg.nn.utils.weight_norm(fill(cg, cg.nn.Linear(4, 3)))
    new = cg.nn.utils.parametrizations.weight_norm(cg.nn.Linear(4, 3))
    new.load_state_dict(old.state_dict())
    assert close(new(image(cg, "linear")), old(image(cg, "linear")))


# ---- parametrisations of one's own

def symmetric(m):
    class Symmetric(m.nn.Module):
        def forward(self, x):
            return x.triu() + x.triu(1).transpose(-1, -2)

        def right_inverse(self, x):
            return x.triu()

    return Symmetric()


def plain(m):
    class Double(m.nn.Module):
        def forward(self, x):
            return x * 2

    return Double()


def split(m):
    class Sum(m.nn.Module):
        def forward(self, a, b):
            return a + b

        def right_inverse(self, x):
            return x * 0.25, x * 0.75

    return Sum()


def parametrised(m, *makers):
    net = fill(m, m.nn.Linear(3, 3))
    for make in makers:
        m.nn.utils.parametrize.register_parametrization(net, "weight", make(m))
    return net


@pytest.mark.parametrize("makers", [(symmetric,), (plain,), (symmetric, plain), (split,)])
def test_parametrised_weights_print_keep_and_give_what_pytorchs_do(makers):
    ours, theirs = parametrised(cg, *makers), parametrised(torch, *makers)
    assert repr(ours) == repr(theirs)
    assert close(ours.weight, theirs.weight)
    a, b = ours.state_dict(), theirs.state_dict()
    assert list(a) == list(b)
    for key in b:
        assert close(a[key], b[key])
    (ours(cg.ones(2, 3)) ** 2).sum().backward()
    (theirs(torch.ones(2, 3)) ** 2).sum().backward()
    for (n, p), (_, q) in zip(ours.named_parameters(), theirs.named_parameters()):
        assert close(p.grad, q.grad), n


def test_assigning_goes_through_the_right_inverse():
    net = parametrised(cg, symmetric)
    net.weight = cg.tensor([[1.0, 2, 3], [2, 4, 5], [3, 5, 6]])
    assert net.parametrizations.weight.original.tolist() == [[1, 2, 3], [0, 4, 5], [0, 0, 6]]
    assert net.weight.tolist() == [[1, 2, 3], [2, 4, 5], [3, 5, 6]]


def test_they_are_removed_with_or_without_effect():
    for leave, expected in ((True, 2.0), (False, 1.0)):
        net = cg.nn.Linear(1, 1)
        net.weight.data.fill_(1.0)
        original = net.weight
        cg.nn.utils.parametrize.register_parametrization(net, "weight", plain(cg))
        cg.nn.utils.parametrize.remove_parametrizations(net, "weight", leave_parametrized=leave)
        assert net.weight.item() == expected and type(net) is cg.nn.Linear and net.weight is original
        assert not cg.nn.utils.parametrize.is_parametrized(net)


def test_within_cached_a_tensor_is_made_once():
    net = parametrised(cg, plain)
    with cg.nn.utils.parametrize.cached():
        assert net.weight is net.weight
    assert net.weight is not net.weight


def test_copies_are_their_own_and_pickles_are_refused():
    import pickle
    net = parametrised(cg, plain)
    other = copy.deepcopy(net)
    other.parametrizations.weight.original.data.fill_(0)
    assert other.weight.abs().sum() == 0 and net.weight.abs().sum() != 0
    assert error_of(lambda: pickle.dumps(net)) == error_of(lambda: pickle.dumps(parametrised(torch, plain)))


def test_they_are_given_to_another_module():
    p = cg.nn.utils.parametrize
    source, target = parametrised(cg, symmetric), cg.nn.Linear(3, 3)
    p.transfer_parametrizations_and_params(source, target)
    assert close(target.weight, source.weight) and p.type_before_parametrizations(target) is cg.nn.Linear


def wrong_name(m):
    m.nn.utils.parametrize.register_parametrization(m.nn.Linear(2, 2), "nothing", plain(m))


def wrong_shape(m):
    class First(m.nn.Module):
        def forward(self, x):
            return x[0]

    m.nn.utils.parametrize.register_parametrization(m.nn.Linear(2, 2), "weight", First())


def wrong_shape_again(m):
    class First(m.nn.Module):
        def forward(self, x):
            return x[0]

    net = m.nn.Linear(2, 2)
    m.nn.utils.parametrize.register_parametrization(net, "weight", plain(m))
    m.nn.utils.parametrize.register_parametrization(net, "weight", First())


def no_inverse(m):
    net = m.nn.Linear(2, 2)
    m.nn.utils.parametrize.register_parametrization(net, "weight", plain(m))
    net.weight = m.ones(2, 2)


def not_parametrised(m):
    m.nn.utils.parametrize.remove_parametrizations(m.nn.Linear(2, 2), "weight")


def not_left(m):
    net = m.nn.Linear(2, 2)
    m.nn.utils.parametrize.register_parametrization(net, "weight", split(m))
    m.nn.utils.parametrize.remove_parametrizations(net, "weight", leave_parametrized=False)


def not_a_tensor(m):
    class Nothing(m.nn.Module):
        def forward(self, x):
            return 3

    m.nn.utils.parametrize.register_parametrization(m.nn.Linear(2, 2), "weight", Nothing())


@pytest.mark.parametrize("case", [wrong_name, wrong_shape, wrong_shape_again, no_inverse, not_parametrised, not_left, not_a_tensor])
def test_misuse_is_refused_in_pytorchs_words(case):
    assert error_of(lambda: case(cg)) == error_of(lambda: case(torch)) is not None


# ---- fusion, calls without state, modules without values

@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("bias", [True, False])
def test_a_fused_layer_gives_what_both_gave(name, bias):
    layer = fill(cg, LAYERS[name](cg)).eval()
    if not bias:
        layer.bias = None
    bn = fill(cg, cg.nn.BatchNorm1d(3) if name == "linear" else cg.nn.BatchNorm2d(3)).eval()
    utils = cg.nn.utils
    fused = utils.fuse_linear_bn_eval(layer, bn) if name == "linear" else utils.fuse_conv_bn_eval(layer, bn, transpose=name == "transposed")
    x = image(cg, name)
    assert close(fused(x), bn(layer(x)), 1e-5)
    assert error_of(lambda: utils.fuse_conv_bn_eval(layer.train(), bn)) == ("AssertionError", "Fusion only for eval!")


def test_a_module_is_called_with_other_tensors():
    from convgrad.nn.utils.stateless import _functional_call as call
    net = cg.nn.Sequential(cg.nn.Linear(2, 2), cg.nn.BatchNorm1d(2))
    weight = cg.ones(2, 2, requires_grad=True)
    given = {"0.weight": weight, "1.running_mean": cg.zeros(2)}
    own = net[0].weight
    call(net, given, cg.randn(4, 2)).pow(2).sum().backward()
    assert weight.grad is not None and net[0].weight is own and own.grad is None
    assert net[1].running_mean.abs().sum() == 0 and given["1.running_mean"].abs().sum() != 0


def test_calls_without_state_are_checked_as_by_pytorch():
    from convgrad.nn.utils.stateless import _functional_call as ours
    from torch.nn.utils.stateless import _functional_call as theirs
    for given in ({"weight": 1}, {"nothing": 1}):
        a = error_of(lambda: ours(cg.nn.Linear(2, 2), {k: cg.ones(2, 2) for k in given}, cg.ones(1, 2), strict=True))
        b = error_of(lambda: theirs(torch.nn.Linear(2, 2), {k: torch.ones(2, 2) for k in given}, torch.ones(1, 2), strict=True))
        assert a == b is not None


def test_skipped_initial_values_leave_the_stream_alone():
    cg.manual_seed(1)
    expected = cg.rand(1).item()
    cg.manual_seed(1)
    net = cg.nn.utils.skip_init(cg.nn.Linear, 3, 4)
    assert net.weight.shape == (4, 3) and cg.rand(1).item() == expected
