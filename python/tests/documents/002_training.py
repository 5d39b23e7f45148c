"""LeNet-5 trained for an epoch on the first 1280 pictures of Fashion-MNIST, tested on 512."""
import os

import torch
import torchvision
from torch import nn, optim

torch.manual_seed(0)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_data_fashion_mnist(batch_size, resize):
    root = os.path.expanduser(os.path.join("~", ".pytorch", "datasets", "fashion-mnist"))
    transformer = torchvision.transforms.Compose([torchvision.transforms.Resize(resize), torchvision.transforms.ToTensor()])
    mnist_train = torchvision.datasets.FashionMNIST(root=root, train=True, download=True, transform=transformer)
    mnist_test = torchvision.datasets.FashionMNIST(root=root, train=False, download=True, transform=transformer)
    few_train = torch.utils.data.Subset(mnist_train, range(1280))
    few_test = torch.utils.data.Subset(mnist_test, range(512))
    train_iter = torch.utils.data.DataLoader(few_train, batch_size, shuffle=True, num_workers=2)
    test_iter = torch.utils.data.DataLoader(few_test, batch_size, shuffle=False, num_workers=2)
    return train_iter, test_iter


def evaluate_accuracy(data_iter, net, loss):
    acc_sum, n, l = torch.Tensor([0]), 0, 0
    with torch.no_grad():
        for X, y in data_iter:
            X, y = X.to(device), y.to(device)
            y_hat = net(X)
            l += loss(y_hat, y).sum()
            acc_sum += (y_hat.argmax(axis=1) == y).sum().item()
            n += y.size()[0]
    return acc_sum.item() / n, l.item() / len(data_iter)


def train_validate(net, train_iter, test_iter, trainer, loss, num_epochs):
    print("training on", device)
    for epoch in range(num_epochs):
        losses, train_acc_sum, n = [], 0.0, 0
        for X, y in train_iter:
            X, y = X.to(device), y.to(device)
            y_hat = net(X)
            trainer.zero_grad()
            l = loss(y_hat, y).sum()
            l.backward()
            trainer.step()
            losses.append(l.item())
            train_acc_sum += (y_hat.argmax(axis=1) == y).sum().item()
            n += y.size()[0]
        test_acc, test_loss = evaluate_accuracy(test_iter, net, loss)
        print("epoch %d, train loss %.4f, train acc %.3f, test loss %.4f, test acc %.3f"
              % (epoch + 1, sum(losses) / len(train_iter), train_acc_sum / n, test_loss, test_acc))
        for step in (0, 1, 2, -3, -2, -1):
            print("step %d, loss %.4f" % (step % len(losses), losses[step]))


net = nn.Sequential(nn.Conv2d(in_channels=1, out_channels=6, kernel_size=5),
                    nn.Tanh(),
                    nn.Conv2d(in_channels=6, out_channels=16, kernel_size=5),
                    nn.Tanh(),
                    nn.Conv2d(in_channels=16, out_channels=120, kernel_size=5),
                    nn.Tanh(),
                    nn.Flatten(),
                    nn.Linear(48000, 84),
                    nn.Tanh(),
                    nn.Linear(84, 10))
net.to(device)
loss = nn.CrossEntropyLoss()
train_iter, test_iter = load_data_fashion_mnist(batch_size=128, resize=32)
trainer = optim.SGD(net.parameters(), lr=0.1, weight_decay=0.000001)
train_validate(net, train_iter, test_iter, trainer, loss, num_epochs=1)
