"""What stands for MXNet: document 003's numbers as MXNet printed them, arrays, gradients, layers."""
import random

import pytest

import convgrad as cg
from convgrad.compat import mxnet
from convgrad.compat.mxnet import autograd, init, np, npx
from convgrad.compat.mxnet._format import array_repr
from convgrad.compat.mxnet.gluon import DeferredInitializationError, nn


def spread(X, K):
    """Transposed convolution, as the document writes it."""
    h, w = K.shape
    Y = np.zeros((X.shape[0] + h - 1, X.shape[1] + w - 1))
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            Y[i: i + h, j: j + w] += X[i, j] * K
    return Y


def test_the_kernel_is_spread_as_mxnet_printed():
    npx.set_np()
    X = K = np.array([[0., 1], [2, 3]])
    assert repr(spread(X, K)) == "array([[ 0.,  0.,  1.],\n       [ 0.,  4.,  6.],\n       [ 4., 12.,  9.]])"


LAYERS = [
    (dict(), "array([[[[ 0.,  0.,  1.],\n         [ 0.,  4.,  6.],\n         [ 4., 12.,  9.]]]])"),
    (dict(padding=1), "array([[[[4.]]]])"),
    (dict(strides=2), "array([[[[0., 0., 0., 1.],\n         [0., 0., 2., 3.],\n         [0., 2., 0., 3.],\n         [4., 6., 6., 9.]]]])"),
]


@pytest.mark.parametrize("options, printed", LAYERS)
def test_transposed_layers_give_what_mxnet_printed(options, printed):
    X = K = np.array([[0., 1], [2, 3]]).reshape(1, 1, 2, 2)
    tconv = nn.Conv2DTranspose(1, kernel_size=2, **options)
    tconv.initialize(init.Constant(K))
    assert repr(tconv(X)) == printed


def test_a_transposed_layer_takes_the_shape_back():
    X = np.random.uniform(size=(1, 10, 16, 16))
    conv, tconv = nn.Conv2D(20, kernel_size=5, padding=2, strides=3), nn.Conv2DTranspose(10, kernel_size=5, padding=2, strides=3)
    conv.initialize()
    tconv.initialize()
    assert tconv(conv(X)).shape == X.shape
    assert repr(conv) == "Conv2D(10 -> 20, kernel_size=(5, 5), stride=(3, 3), padding=(2, 2))"


def test_a_convolution_is_a_product_with_a_matrix():
    X, K = np.arange(9.0).reshape(3, 3), np.array([[0, 1], [2, 3]])
    k, W = np.zeros(5), np.zeros((4, 9))
    k[:2], k[3:5] = K[0, :], K[1, :]
    W[0, :5], W[1, 1:6], W[2, 3:8], W[3, 4:] = k, k, k, k
    assert repr(W) == ("array([[0., 1., 0., 2., 3., 0., 0., 0., 0.],\n       [0., 0., 1., 0., 2., 3., 0., 0., 0.],\n"
                       "       [0., 0., 0., 0., 1., 0., 2., 3., 0.],\n       [0., 0., 0., 0., 0., 1., 0., 2., 3.]])")
    Y = np.dot(W, X.reshape(-1)).reshape(2, 2)
    assert repr(Y) == "array([[19., 25.],\n       [37., 43.]])"
    assert repr(Y == Y) == "array([[ True,  True],\n       [ True,  True]])"
    assert repr(np.dot(W.T, Y.reshape(-1)).reshape(3, 3).sum()) == "array(744.)"


# ---- printing

MAKERS = [lambda n, s: n.normal(size=s).astype("f4"), lambda n, s: n.normal(size=s), lambda n, s: n.integers(-5, 20, s).astype("f4"),
          lambda n, s: (n.normal(size=s) * 1e6).astype("f4"), lambda n, s: (n.normal(size=s) * 1e-6).astype("f4"), lambda n, s: n.integers(0, 2, s).astype(bool),
          lambda n, s: n.integers(-100, 10000, s), lambda n, s: n.choice([0., 1.5, float("nan"), float("inf"), -float("inf"), -0.0, 3], s).astype("f4"),
          lambda n, s: n.integers(0, 3, s).astype("f4") / 3]


@pytest.mark.parametrize("shape", [(), (1,), (3,), (20,), (2, 3), (3, 4, 2), (1, 1, 2, 2), (1, 30), (40, 40), (2000,), (8, 8, 30)])
def test_arrays_print_as_numpys(shape):
    numpy = pytest.importorskip("numpy", minversion="2.3")
    draw = numpy.random.default_rng(len(shape))
    for _ in range(30):
        for make in MAKERS:
            a = numpy.asarray(make(draw, shape))
            expected = repr(a)
            if "shape=" in expected and "dtype=" in expected:
                continue  # the type's place depends on both
            if "dtype=" in expected:
                expected = expected[:expected.rindex(",")] + ")"
            assert array_repr(a.tolist(), a.shape, str(a.dtype)) == expected


def test_types_other_than_float32_are_named():
    assert repr(np.array([1, 2], dtype="int32")) == "array([1, 2], dtype=int32)"
    assert repr(np.array([0.5], dtype=float)) == "array([0.5], dtype=float64)" and str(np.array([[1, 2], [3, 4]])) == "[[1. 2.]\n [3. 4.]]"


# ---- arrays

def test_operators_and_functions_are_those_of_tensors():
    a, b = np.array([[1., 2], [3, 4]]), np.array([[2., 0], [1, 1]])
    assert (a + b).tolist() == [[3, 2], [4, 5]] and (2 - a).tolist() == [[1, 0], [-1, -2]] and (a @ b).tolist() == [[4, 2], [10, 4]]
    assert (a ** 2).sum().item() == 30 and a.mean(axis=0).tolist() == [2, 3] and a.max().item() == 4 and a.argmax(axis=1).tolist() == [1, 1]
    assert np.concatenate([a, b], axis=1).shape == (2, 4) and np.stack([a, b]).shape == (2, 2, 2) and np.dot(a, b).tolist() == (a @ b).tolist()
    assert np.pad(a, ((1, 0), (0, 2))).shape == (3, 4) and np.where(a > 2, a, 0).tolist() == [[0, 0], [3, 4]] and np.expand_dims(a, 0).shape == (1, 2, 2)
    assert np.dot(np.ones((2, 3, 4)), np.ones((4, 5))).shape == (2, 3, 5) and a.T.tolist() == [[1, 3], [2, 4]] and npx.relu(-a).sum().item() == 0
    a += 1
    a[0] *= 10
    assert a.tolist() == [[20, 30], [4, 5]] and len(a) == 2 and [row.shape for row in a] == [(2,), (2,)]
    assert np.allclose(np.linspace(0, 1, 3), [0, 0.5, 1]) and np.eye(2).tolist() == [[1, 0], [0, 1]] and np.array_equal(a, a.copy())


def test_errors_say_what_is_wrong():
    with pytest.raises(ValueError, match="ambiguous"):
        bool(np.ones(2))
    with pytest.raises(TypeError, match="not understood"):
        np.zeros(2, dtype="complex64")
    with pytest.raises(ValueError, match="processor only"):
        np.zeros(2).as_in_ctx(mxnet.gpu())
    with pytest.raises(AttributeError) as error:
        np.zeross
    assert "zeros" in "".join(error.value.__notes__)
    with pytest.raises(ValueError, match="layout NCHW, not NHWC"):
        nn.Conv2D(1, 3, layout="NHWC")


def test_random_numbers_are_convgrads_stream():
    np.random.seed(3)
    a = np.random.uniform(size=(3,))
    cg.manual_seed(3)
    assert a.tolist() == cg.rand(3).tolist() and np.random.normal(size=2).shape == (2,) and np.random.randint(0, 5, (4,)).dtype in ("int64", __import__("numpy").int64)


# ---- gradients

def test_gradients_are_left_where_they_were_attached():
    x = np.arange(4.0)
    x.attach_grad()
    with autograd.record():
        assert autograd.is_recording() and autograd.is_training()
        y = 2 * np.dot(x, x)
    y.backward()
    assert repr(x.grad) == "array([ 0.,  4.,  8., 12.])"
    with autograd.record():
        z = x.sum()
    z.backward()
    assert x.grad.tolist() == [1, 1, 1, 1] and not autograd.is_recording()


def test_gradients_are_added_where_asked():
    x = np.ones(2)
    x.attach_grad("add")
    for _ in range(2):
        with autograd.record():
            y = x * 3
        y.backward()
    assert x.grad.tolist() == [6, 6]


def test_what_is_outside_of_the_block_is_not_recorded():
    x = np.ones(2)
    x.attach_grad()
    y = x * 2
    assert not y._tensor.requires_grad
    with autograd.record():
        with autograd.pause():
            u = x * x
        z = u * x
    z.backward()
    assert x.grad.tolist() == [1, 1]


# ---- layers

def test_a_net_learns():
    random.seed(0)
    np.random.seed(0)
    net = nn.Sequential()
    net.add(nn.Conv2D(4, kernel_size=3, activation="relu"), nn.MaxPool2D(2), nn.Flatten(), nn.Dense(1))
    net.initialize(init.Xavier())
    X = np.random.normal(size=(16, 1, 6, 6))
    Y = X.mean(axis=(1, 2, 3)).reshape(16, 1)
    losses = []
    for _ in range(40):
        with autograd.record():
            loss = ((net(X) - Y) ** 2).mean()
        loss.backward()
        losses.append(float(loss))
        for parameter in net.collect_params().values():
            parameter.set_data(parameter.data() - 0.1 * parameter.grad())
    assert losses[-1] < losses[0] / 5
    assert list(net.collect_params()) == ["0.weight", "0.bias", "3.weight", "3.bias"] and net[0].weight.shape == (4, 1, 3, 3)


def test_parameters_wait_for_their_shape():
    conv = nn.Conv2D(2, 3)
    with pytest.raises(RuntimeError, match="has not been initialized"):
        conv(np.ones((1, 1, 4, 4)))
    conv.initialize()
    with pytest.raises(DeferredInitializationError):
        conv.weight.data()
    assert repr(conv) == "Conv2D(None -> 2, kernel_size=(3, 3), stride=(1, 1))"
    conv(np.ones((1, 5, 4, 4)))
    assert conv.weight.data().shape == (2, 5, 3, 3) and conv.bias.data().tolist() == [0, 0] and abs(conv.weight.data()._tensor).max() <= 0.07


def test_layers_give_pytorchs_numbers():
    torch = pytest.importorskip("torch")
    layers = [(nn.Conv1D(3, 2, strides=2), (2, 4, 9), "conv1d", dict(stride=2)),
              (nn.Conv2D(4, (3, 2), padding=(1, 0), groups=2), (2, 4, 5, 6), "conv2d", dict(padding=(1, 0), groups=2)),
              (nn.Conv3D(2, 2, dilation=2), (1, 3, 4, 5, 6), "conv3d", dict(dilation=2)),
              (nn.Conv2DTranspose(4, 3, strides=2, output_padding=1), (2, 3, 4, 5), "conv_transpose2d", dict(stride=2, output_padding=1)),
              (nn.Conv1DTranspose(2, 3, padding=1), (1, 3, 6), "conv_transpose1d", dict(padding=1))]
    for layer, shape, name, options in layers:
        layer.initialize(init.Normal(1.0))
        x = np.random.normal(size=shape)
        y = layer(x)
        expected = getattr(torch.nn.functional, name)(torch.tensor(x.tolist()), torch.tensor(layer.weight.data().tolist()), torch.tensor(layer.bias.data().tolist()), **options)
        assert y.shape == tuple(expected.shape) and torch.allclose(torch.tensor(y.tolist()), expected, atol=1e-4)


def test_names_of_pytorch_are_described():
    assert "of PyTorch's generated cases pass" in cg.compat("conv2d") and "by argument: " in cg.compat("conv2d")
    assert cg.compat("torchvision.transforms.Resize").startswith("torchvision.transforms.Resize: there")
    assert cg.compat("nn.Conv2dd") == "torch.nn.Conv2dd: missing; convgrad lacks torch.nn.Conv2dd; the nearest is torch.nn.Conv2d"
    assert cg.compat("torch.compile").startswith("torch.compile: differs by design")
