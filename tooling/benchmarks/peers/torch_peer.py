"""PyTorch: eager, channels-last, compiled, and the first two under autocast to bfloat16."""

import contextlib
import os
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from engine import Json, Prepared
from reference import Arrays, difference, read_reference, weights_of
from torch_unet import VelocityUNet


@dataclass
class Variant:
    channels_last: bool
    autocast: bool
    compiled: bool


variant = Variant(channels_last=False, autocast=False, compiled=False)


def start(name: str) -> str:
    variant.channels_last = "channels-last" in name or "compiled" in name
    variant.autocast = "autocast" in name
    variant.compiled = "compiled" in name
    torch.set_num_threads(os.cpu_count() or 1)
    torch.manual_seed(0)
    return f"PyTorch {torch.__version__}"


def precision() -> contextlib.AbstractContextManager:
    if variant.autocast:
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return contextlib.nullcontext()


def memory_format(rank: int) -> torch.memory_format:
    if not variant.channels_last:
        return torch.contiguous_format
    return torch.channels_last if rank == 2 else torch.channels_last_3d


def to_torch(array: np.ndarray) -> Tensor:
    """[batch, ...space, channel] to [batch, channel, ...space] in the layout of the variant."""
    tensor = torch.from_numpy(np.moveaxis(array, -1, 1).copy())
    return tensor.contiguous(memory_format=memory_format(array.ndim - 2))


def to_numpy(tensor: Tensor) -> np.ndarray:
    return np.moveaxis(tensor.detach().float().numpy(), 1, -1)


def load_network(work: Json, arrays: Arrays) -> nn.Module:
    about = work["network"]["description"]
    network = VelocityUNet(
        about["stateChannels"], about["conditionChannels"], about["features"], about["padding"]
    )
    weights = {name: torch.from_numpy(array.copy()) for name, array in weights_of(arrays).items()}
    network.load_state_dict(weights)
    network = network.to(memory_format=memory_format(len(about["padding"])))
    return torch.compile(network) if variant.compiled else network


def prepare_network(work: Json, file: str) -> Prepared:
    arrays = read_reference(file)
    network = load_network(work, arrays)
    x, y, target = (to_torch(arrays[name]) for name in ("x", "y", "target"))
    t = torch.from_numpy(arrays["t"].copy())

    def forward() -> Tensor:
        with torch.inference_mode(), precision():
            return network(x, y, t)

    gap = difference(to_numpy(forward()), arrays["output"])
    if work["mode"] == "forward":
        return Prepared(lambda: forward().flatten()[0].item(), gap)

    optimizer = torch.optim.Adam(network.parameters(), lr=work["learningRate"], fused=True)

    def step() -> None:
        optimizer.zero_grad()
        with precision():
            predicted = network(x, y, t)
        loss = (predicted.float() - target).square().mean()
        loss.backward()
        optimizer.step()
        loss.item()

    return Prepared(step, gap)


def prepare_sampling(work: Json, file: str) -> Prepared:
    """A Runge-Kutta method from noise to data, by its Butcher tableau."""
    arrays = read_reference(file)
    network = load_network(work, arrays)
    noise, y = (to_torch(arrays[name]) for name in ("x", "y"))
    a, b, c = (work["tableau"][part] for part in ("a", "b", "c"))
    h = 1 / work["steps"]

    def sample() -> Tensor:
        x = noise
        with torch.inference_mode(), precision():
            for i in range(work["steps"]):
                stages: list[Tensor] = []
                for row, node in zip(a, c):
                    state = x
                    for weight, stage in zip(row, stages):
                        if weight != 0:
                            state = state + h * weight * stage
                    time = torch.full((len(x),), (i + node) * h)
                    stages.append(network(state, y, time))
                for weight, stage in zip(b, stages):
                    if weight != 0:
                        x = x + h * weight * stage
        return x

    gap = difference(to_numpy(sample()), arrays["output"])
    return Prepared(lambda: sample().flatten()[0].item(), gap)


def prepare_optimizer(work: Json, file: str) -> Prepared:
    network = load_network(work, read_reference(file))
    for parameter in network.parameters():
        parameter.grad = torch.full_like(parameter, 1e-3)
    return Prepared(
        torch.optim.Adam(network.parameters(), lr=work["learningRate"], fused=True).step
    )


def prepare_spectral_loss(file: str) -> Prepared:
    arrays = read_reference(file)
    x = to_torch(arrays["x"]).requires_grad_()

    def gradient() -> Tensor:
        spectrum = torch.fft.rfft2(x)
        loss = (spectrum.real.square() + spectrum.imag.square()).mean()
        return torch.autograd.grad(loss, x)[0]

    gap = difference(to_numpy(gradient()), arrays["output"])
    return Prepared(lambda: gradient().flatten()[0].item(), gap)


def prepare_product(work: Json) -> Prepared:
    n = work["size"]
    kind = torch.bfloat16 if variant.autocast else torch.float32
    a, b = torch.randn(n, n).to(kind), torch.randn(n, n).to(kind)

    def product() -> None:
        with torch.inference_mode():
            (a @ b)[0, 0].item()

    return Prepared(product)


def prepare_convolution(work: Json) -> Prepared:
    batch, points, channels = work["batch"], work["points"], work["channels"]
    kind = torch.bfloat16 if variant.autocast else torch.float32
    x = torch.randn(batch, channels, points + 2, points + 2).to(kind)
    x = x.contiguous(memory_format=memory_format(2))
    layer = nn.Conv2d(channels, channels, 3).to(kind).to(memory_format=memory_format(2))

    def convolution() -> None:
        with torch.inference_mode():
            layer(x).flatten()[0].item()

    return Prepared(convolution)


class Pairs(Dataset):
    """Consecutive frames of trajectories [trajectory, time, ...space, channel], normalised."""

    def __init__(self, path: str, mean: list[float], std: list[float]) -> None:
        self.frames = np.load(path, mmap_mode="r")
        self.mean = np.asarray(mean, np.float32)
        self.std = np.asarray(std, np.float32)

    def __len__(self) -> int:
        return self.frames.shape[0] * (self.frames.shape[1] - 1)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        trajectory, frame = divmod(index, self.frames.shape[1] - 1)
        pair = (self.frames[trajectory, frame : frame + 2] - self.mean) / self.std
        return pair[0], pair[1]


def prepare_loading(work: Json) -> Prepared:
    """One run of the work is one batch, in an order shuffled anew in each epoch."""
    loader = DataLoader(
        Pairs(work["npy"], work["mean"], work["std"]),
        batch_size=work["batch"],
        shuffle=True,
        drop_last=True,
    )

    def endless():
        while True:
            yield from loader

    batches = endless()
    return Prepared(lambda: next(batches)[0].flatten()[0].item())


def prepare(work: Json, file: str | None) -> Prepared:
    match work["kind"]:
        case "network":
            return prepare_network(work, file)
        case "sampling":
            return prepare_sampling(work, file)
        case "optimizer":
            return prepare_optimizer(work, file)
        case "spectralLoss":
            return prepare_spectral_loss(file)
        case "product":
            return prepare_product(work)
        case "convolution":
            return prepare_convolution(work)
        case "loading":
            return prepare_loading(work)
        case other:
            raise ValueError(f"PyTorch has no work {other!r}")
