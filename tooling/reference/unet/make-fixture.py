# /// script
# requires-python = ">=3.12"
# dependencies = ["torch==2.13.0", "safetensors==0.8.0", "packaging"]
# ///
"""Writes plane.safetensors and volume.safetensors: the U-Net of arXiv 2511.04641 in PyTorch, in 2-D and 3-D.

Its weights in PyTorch's names and layout, an input, the output, and under "gradient." the gradients of
mean(output²), all in single precision and checked against the same in double.
"""

from copy import deepcopy
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn


def pad(x, extent):
    """Zeros in x, periodic in the axes before it, one axis after the other."""
    periodic = (0, 0) + (extent, extent) * (x.ndim - 3)
    x = F.pad(x, periodic, mode="circular")
    return F.pad(x, (extent, extent) + (0, 0) * (x.ndim - 3))


class Block(nn.Module):
    def __init__(self, convolution, inputs, outputs):
        super().__init__()
        self.conv1 = convolution(inputs, outputs, 3)
        self.conv2 = convolution(outputs, outputs, 3)
        self.skip = convolution(inputs, outputs, 1)

    def forward(self, x):
        return self.skip(x) + self.conv2(F.relu(self.conv1(pad(x, 2))))


class UNet(nn.Module):
    def __init__(self, convolution, inputs, outputs, features):
        super().__init__()
        steps = list(zip(features, features[1:]))
        self.max_pool = F.max_pool2d if convolution is nn.Conv2d else F.max_pool3d
        self.first = Block(convolution, inputs, features[0])
        self.encoder = nn.ModuleList(Block(convolution, narrow, wide) for narrow, wide in steps)
        self.bottleneck = Block(convolution, features[-1], features[-1])
        upward = steps[::-1]
        self.upsample = nn.ModuleList(Block(convolution, wide, narrow) for narrow, wide in upward)
        self.decoder = nn.ModuleList(Block(convolution, 2 * narrow, narrow) for narrow, _ in upward)
        self.final = Block(convolution, features[0], outputs)

    def forward(self, x):
        x = self.first(x)
        skips = []
        for encoder in self.encoder:
            skips.append(x)
            x = self.max_pool(encoder(x), 2)
        x = self.bottleneck(x)
        for upsample, decoder in zip(self.upsample, self.decoder):
            x = upsample(F.interpolate(x, scale_factor=2, mode="nearest"))
            x = F.relu(decoder(torch.cat([x, skips.pop()], dim=1)))
        return self.final(x)


def evaluate(network, x):
    output = network(x)
    output.square().mean().backward()
    gradients = {f"gradient.{name}": p.grad for name, p in network.named_parameters()}
    return {"output": output.detach(), **gradients}


def write(name, convolution, space):
    torch.manual_seed(0)
    network = UNet(convolution, inputs=3, outputs=2, features=(4, 6, 5))
    x = torch.randn(2, 3, *space)
    double = evaluate(deepcopy(network).double(), x.double())
    results = evaluate(network, x)
    for key, exact in double.items():
        assert (results[key] - exact).abs().max() < 1e-5 * exact.abs().max(), key
    tensors = {"input": x, **network.state_dict(), **results}
    save_file(
        {key: tensor.contiguous() for key, tensor in tensors.items()},
        Path(__file__).with_name(f"{name}.safetensors"),
    )


write("plane", nn.Conv2d, (8, 12))
write("volume", nn.Conv3d, (8, 8, 12))
