"""The velocity U-Net of arXiv 2511.04641 in two or three dimensions, as packages/models has it."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Padding = list[str]


def pad(x: Tensor, extent: int, padding: Padding) -> Tensor:
    """Continues [batch, channel, ...space] by `extent` points at each end of each axis, as `padding` says."""
    rank = x.dim() - 2
    if len(set(padding)) == 1:
        mode = {"periodic": "circular", "zero": "constant"}[padding[0]]
        return F.pad(x, [extent] * (2 * rank), mode=mode)
    for kind, mode in (("periodic", "circular"), ("zero", "constant")):
        # F.pad counts the axes from the last one.
        amounts = [extent if kind == own else 0 for own in reversed(padding) for _ in range(2)]
        if any(amounts):
            x = F.pad(x, amounts, mode=mode)
    return x


class Block(nn.Module):
    """y = Conv1(x) + Conv3(relu(Conv3(pad2(x))))"""

    def __init__(self, inputs: int, outputs: int, padding: Padding) -> None:
        super().__init__()
        convolution = nn.Conv2d if len(padding) == 2 else nn.Conv3d
        self.conv1 = convolution(inputs, outputs, 3)
        self.conv2 = convolution(outputs, outputs, 3)
        self.skip = convolution(inputs, outputs, 1)
        self.padding = padding

    def forward(self, x: Tensor) -> Tensor:
        return self.skip(x) + self.conv2(F.relu(self.conv1(pad(x, 2, self.padding))))


class VelocityUNet(nn.Module):
    """v(x, y, t) from cat[x, y, t] along the channels; x and y are [batch, channel, ...space], t is [batch]."""

    def __init__(
        self,
        state_channels: int,
        condition_channels: int,
        features: list[int],
        padding: Padding,
    ) -> None:
        super().__init__()
        self.pool = F.max_pool2d if len(padding) == 2 else F.max_pool3d
        steps = list(zip(features, features[1:]))
        upward = steps[::-1]
        inputs = state_channels + condition_channels + 1
        self.first = Block(inputs, features[0], padding)
        self.encoder = nn.ModuleList(Block(a, b, padding) for a, b in steps)
        self.bottleneck = Block(features[-1], features[-1], padding)
        self.upsample = nn.ModuleList(Block(b, a, padding) for a, b in upward)
        self.decoder = nn.ModuleList(Block(2 * a, a, padding) for a, _ in upward)
        self.final = Block(features[0], state_channels, padding)

    def forward(self, x: Tensor, y: Tensor, t: Tensor) -> Tensor:
        time = t.reshape(-1, *[1] * (x.dim() - 1)).expand(-1, 1, *x.shape[2:])
        h = self.first(torch.cat([x, y, time], dim=1))
        skips = []
        for encoder in self.encoder:
            skips.append(h)
            h = self.pool(encoder(h), 2)
        h = self.bottleneck(h)
        for upsample, decoder in zip(self.upsample, self.decoder):
            h = upsample(F.interpolate(h, scale_factor=2, mode="nearest"))
            h = F.relu(decoder(torch.cat([h, skips.pop()], dim=1)))
        return self.final(h)
