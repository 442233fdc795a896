"""Networks that sample, enlarge and warp; and networks of videos."""

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

from networks import Function, network


@network((1, 3, 9, 11))
def enlarged():
    def enlarge(x):
        sizes = dict(size=(21, 17))
        modes = [F.interpolate(x, **sizes, mode=mode, align_corners=corners)
                 for mode in ("bilinear", "bicubic") for corners in (False, True)]
        factors = [F.interpolate(x, scale_factor=factor, mode=mode, recompute_scale_factor=recompute)
                   for factor in ((1.7, 2.3), 2) for mode in ("nearest", "bilinear", "bicubic")
                   for recompute in (False, True)]
        return (*modes, *factors, F.interpolate(x, **sizes, mode="nearest"))

    return Function(enlarge)


@network((1, 3, 24, 31))
def shrunk():
    def shrink(x):
        return tuple(F.interpolate(x, size=(7, 10), mode=mode, antialias=antialias, align_corners=False)
                     for mode in ("bilinear", "bicubic") for antialias in (False, True))

    return Function(shrink)


@network((1, 3, 24, 30))
def nearest_exact_and_area():
    return Function(lambda x: (F.interpolate(x, size=(7, 11), mode="nearest-exact"),
                               F.interpolate(x, size=(8, 10), mode="area")))


class SpatialTransformer(nn.Module):
    """Jaderberg et al. 2015, arXiv:1506.02025."""

    def __init__(self):
        super().__init__()
        self.locate = nn.Sequential(nn.Conv2d(3, 8, 7, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                                    nn.Linear(8, 6))

    def forward(self, x):
        theta = self.locate(x).view(-1, 2, 3) + torch.tensor([[0.8, 0.3, 0.1], [-0.2, 1.1, 0.2]])
        grid = F.affine_grid(theta, [x.shape[0], x.shape[1], 13, 19], align_corners=False)
        return tuple(F.grid_sample(x, grid, mode, padding, align_corners=corners)
                     for mode in ("bilinear", "bicubic") for padding in ("zeros", "border", "reflection")
                     for corners in (False, True))


@network((2, 3, 20, 16))
def spatial_transformer():
    return SpatialTransformer()


class DeformableBlock(nn.Module):
    """Zhu et al. 2018, arXiv:1811.11168."""

    def __init__(self):
        super().__init__()
        self.offsets = nn.Conv2d(4, 27, 3, padding=1)
        self.conv = torchvision.ops.DeformConv2d(4, 6, 3, padding=1)

    def forward(self, x):
        rows, columns, mask = self.offsets(x).chunk(3, 1)
        return self.conv(x, torch.cat([rows, columns], 1) * 2, mask.sigmoid())


@network((1, 4, 10, 12))
def deformable():
    return DeformableBlock()


class Flow(nn.Module):
    """RAFT's parts: all-pairs correlation, look-up, convex enlarging: Teed and Deng 2020, arXiv:2003.12039."""

    def __init__(self):
        super().__init__()
        self.features, self.update = nn.Conv2d(3, 16, 7, 4, 3), nn.Conv2d(25 + 2, 16, 3, padding=1)
        self.gate, self.step = nn.Conv2d(32, 16, 3, padding=1), nn.Conv2d(16, 2, 3, padding=1)
        self.mask = nn.Conv2d(16, 9 * 16, 1)

    def forward(self, first, second):
        a, b = F.instance_norm(self.features(first)), F.instance_norm(self.features(second))
        n, c, h, w = a.shape
        volume = (a.flatten(2).transpose(1, 2) @ b.flatten(2) / c**0.5).view(n * h * w, 1, h, w)
        ys, xs = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        start = torch.stack([xs, ys], -1).float().unsqueeze(0)
        steps = torch.linspace(-2, 2, 5)
        window = torch.stack(torch.meshgrid(steps, steps, indexing="ij")[::-1], -1)
        place, hidden = start.expand(n, -1, -1, -1), torch.tanh(a)
        for _ in range(2):
            around = place.reshape(n * h * w, 1, 1, 2) + window
            around = 2 * around / torch.tensor([w - 1.0, h - 1.0]) - 1
            seen = F.grid_sample(volume, around, align_corners=True).view(n, h, w, 25).permute(0, 3, 1, 2)
            x = F.relu(self.update(torch.cat([seen, (place - start).permute(0, 3, 1, 2)], 1)))
            gate = torch.sigmoid(self.gate(torch.cat([hidden, x], 1)))
            hidden = (1 - gate) * hidden + gate * torch.tanh(x)
            place = place + self.step(hidden).permute(0, 2, 3, 1)
        flow = (place - start).permute(0, 3, 1, 2)
        weights = self.mask(hidden).view(n, 1, 9, 4, 4, h, w).softmax(2)
        patches = F.unfold(4 * flow, 3, padding=1).view(n, 2, 9, 1, 1, h, w)
        return (weights * patches).sum(2).permute(0, 1, 4, 2, 5, 3).reshape(n, 2, 4 * h, 4 * w)


@network((1, 3, 32, 24), (1, 3, 32, 24))
def flow():
    return Flow()


class Stereo(nn.Module):
    """A cost volume of shifted maps and a soft argmin: Kendall et al. 2017, arXiv:1703.04309."""

    def __init__(self):
        super().__init__()
        self.features = nn.Conv2d(3, 6, 5, 2, 2)
        self.volume = nn.Sequential(nn.Conv3d(12, 8, 3, padding=1), nn.ReLU(), nn.ConvTranspose3d(8, 1, 3, 2, 1, 1))

    def forward(self, left, right):
        left, right = self.features(left), self.features(right)
        volume = left.new_zeros(left.shape[0], 12, 4, left.shape[2], left.shape[3])
        for shift in range(4):
            volume[:, :6, shift, :, shift:] = left[..., shift:]
            volume[:, 6:, shift, :, shift:] = right[..., : right.shape[3] - shift]
        weights = F.softmin(self.volume(volume).squeeze(1), 1)
        return (weights * torch.arange(8.0).view(1, 8, 1, 1)).sum(1)


@network((1, 3, 16, 20), (1, 3, 16, 20))
def stereo():
    return Stereo()


@network((1, 3, 8, 32, 32), half=True)
def video_3d():
    def block(i, o, stride):
        return nn.Sequential(nn.Conv3d(i, o, 3, stride, 1, bias=False), nn.BatchNorm3d(o), nn.ReLU())

    return nn.Sequential(block(3, 8, (1, 2, 2)), nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1)), block(8, 16, 2),
                         nn.AvgPool3d((2, 2, 2), ceil_mode=True), nn.AdaptiveAvgPool3d(1), nn.Flatten(),
                         nn.Linear(16, 5), nn.Softmax(1))


@network((1, 3, 8, 24, 24), free={0: "batch"})
def video_r2plus1d():
    """Tran et al. 2018, arXiv:1711.11248, with X3D's depthwise blocks."""
    layers = (nn.Conv3d(3, 12, (1, 7, 7), (1, 2, 2), (0, 3, 3)), nn.BatchNorm3d(12), nn.ReLU(),
              nn.Conv3d(12, 8, (3, 1, 1), padding=(1, 0, 0)), nn.BatchNorm3d(8), nn.SiLU(),
              nn.Conv3d(8, 8, (5, 3, 3), padding=(2, 1, 1), groups=8), nn.Hardswish(),
              nn.AvgPool3d((8, 1, 1)), nn.Flatten(1, 2), nn.Conv2d(8, 4, 1))
    return nn.Sequential(*layers)


@network((4, 8, 10, 9))
def temporal_shift():
    """Lin et al. 2019, arXiv:1811.08383: the batch holds two clips of two frames."""
    conv = nn.Conv2d(8, 8, 3, padding=1)

    def shifted(conv, x):
        clips = x.view(2, 2, 8, 10, 9)
        out = torch.zeros_like(clips)
        out[:, :-1, :2] = clips[:, 1:, :2]
        out[:, 1:, 2:4] = clips[:, :-1, 2:4]
        out[:, :, 4:] = clips[:, :, 4:]
        return conv(out.view_as(x)) + x, clips.mean(1)

    return Function(shifted, conv)


@network((1, 1, 6, 10, 12))
def volume_unet():
    down, up = nn.Conv3d(1, 4, 3, 2, 1), nn.Conv3d(4, 2, 3, padding=1)

    def enlarge(down, up, x):
        y = F.interpolate(F.instance_norm(down(x)), size=x.shape[2:], mode="trilinear", align_corners=False)
        return F.pad(up(y), (1, 2, 0, 1, 2, 0), value=0.5), F.avg_pool3d(x, 3, 2, 1, count_include_pad=False)

    return Function(enlarge, down, up)
