# /// script
# requires-python = ">=3.12"
# dependencies = ["torch==2.13.0", "safetensors==0.8.0", "packaging"]
# ///
"""Writes unet.safetensors: the U-Net of arXiv 2511.04641 in PyTorch.

Its weights in PyTorch's names and layout, an input, the output, and under "gradient." the gradients of
mean(output²).
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn


def pad(x, extent):
    """Periodic in y, zeros in x, one axis after the other."""
    x = F.pad(x, (0, 0, extent, extent), mode="circular")
    return F.pad(x, (extent, extent, 0, 0))


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3)
        self.conv2 = nn.Conv2d(outputs, outputs, 3)
        self.skip = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x):
        return self.skip(x) + self.conv2(F.relu(self.conv1(pad(x, 2))))


class UNet(nn.Module):
    def __init__(self, inputs, outputs, features):
        super().__init__()
        steps = list(zip(features, features[1:]))
        self.first = Block(inputs, features[0])
        self.encoder = nn.ModuleList(Block(narrow, wide) for narrow, wide in steps)
        self.bottleneck = Block(features[-1], features[-1])
        upward = steps[::-1]
        self.upsample = nn.ModuleList(Block(wide, narrow) for narrow, wide in upward)
        self.decoder = nn.ModuleList(Block(2 * narrow, narrow) for narrow, _ in upward)
        self.final = Block(features[0], outputs)

    def forward(self, x):
        x = self.first(x)
        skips = []
        for encoder in self.encoder:
            skips.append(x)
            x = F.max_pool2d(encoder(x), 2)
        x = self.bottleneck(x)
        for upsample, decoder in zip(self.upsample, self.decoder):
            x = upsample(F.interpolate(x, scale_factor=2, mode="nearest"))
            x = F.relu(decoder(torch.cat([x, skips.pop()], dim=1)))
        return self.final(x)


torch.manual_seed(0)
network = UNet(inputs=3, outputs=2, features=(4, 6, 5))
x = torch.randn(2, 3, 8, 12)
output = network(x)
output.square().mean().backward()
tensors = {"input": x, "output": output.detach(), **network.state_dict()}
tensors |= {f"gradient.{name}": p.grad for name, p in network.named_parameters()}
save_file(
    {name: tensor.contiguous() for name, tensor in tensors.items()},
    Path(__file__).with_name("unet.safetensors"),
)
