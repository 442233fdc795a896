"""Networks of convolutions: classifiers, segmentation, super-resolution."""

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

from networks import Function, network

IMAGE = (1, 3, 64, 64)


@network(IMAGE, half=True, quantised=True)
def resnet18():
    return torchvision.models.resnet18()


@network(IMAGE, free={0: "batch"}, quantised=True)
def mobilenet_v3_small():
    return torchvision.models.mobilenet_v3_small()


@network(IMAGE, half=True)
def shufflenet_v2():
    return torchvision.models.shufflenet_v2_x0_5()


@network(IMAGE)
def squeezenet():
    return torchvision.models.squeezenet1_1()


@network(IMAGE)
def regnet():
    return torchvision.models.regnet_x_400mf()


@network(IMAGE)
def efficientnet():
    return torchvision.models.efficientnet_b0()


class ConvNextBlock(nn.Module):
    """Liu et al. 2022, arXiv:2201.03545, figure 4."""

    def __init__(self, channels):
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.expand, self.shrink = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)
        self.scale = nn.Parameter(torch.rand(channels))

    def forward(self, x):
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.scale * self.shrink(F.gelu(self.expand(y)))
        return x + y.permute(0, 3, 1, 2)


class ResponseNorm(nn.Module):
    """Global response normalisation: Woo et al. 2023, arXiv:2301.00808, section 4.2."""

    def forward(self, x):
        norm = torch.norm(x, p=2, dim=(2, 3), keepdim=True)
        return x * (norm / (norm.mean(1, keepdim=True) + 1e-6)) + x


@network(IMAGE, free={0: "batch", 2: "height", 3: "width"}, half=True)
def convnext():
    return nn.Sequential(nn.Conv2d(3, 24, 4, 4), ConvNextBlock(24), ResponseNorm(), ConvNextBlock(24),
                         nn.GroupNorm(1, 24), nn.Conv2d(24, 48, 2, 2), ConvNextBlock(48))


class UNet(nn.Module):
    """Ronneberger et al. 2015, with skips that are brought to the sizes at hand."""

    def __init__(self, transposed):
        super().__init__()
        self.down = nn.ModuleList(self.block(i, o) for i, o in ((3, 8), (8, 16), (16, 32)))
        self.up = nn.ModuleList(self.block(i, o) for i, o in ((48, 16), (24, 8)))
        sizes = ((32, 32), (16, 16))
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(i, o, 3, 2, 1, 1) for i, o in sizes) if transposed else None
        self.head = nn.Conv2d(8, 5, 1)

    @staticmethod
    def block(inputs, outputs):
        return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2))

    def forward(self, x):
        skips = []
        for index, block in enumerate(self.down):
            x = block(x if index == 0 else F.max_pool2d(x, 2))
            skips.append(x)
        for index, block in enumerate(self.up):
            skip = skips[-2 - index]
            if self.enlarge is None:
                x = F.interpolate(x, skip.shape[2:], mode="bilinear", align_corners=True)
            else:
                x = self.enlarge[index](x)
            x = block(torch.cat([x, skip], 1))
        return self.head(x)


@network((1, 3, 50, 38), free={0: "batch", 2: "height", 3: "width"})
def unet_bilinear():
    return UNet(False)


@network((1, 3, 48, 32), quantised=True)
def unet_transposed():
    return UNet(True)


class Pyramid(nn.Module):
    """Atrous spatial pyramid pooling: Chen et al. 2017, arXiv:1706.05587, figure 5."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 2, 1)
        self.branches = nn.ModuleList(nn.Conv2d(16, 8, 3, padding=rate, dilation=rate) for rate in (1, 3, 6))
        self.pooled, self.head = nn.Conv2d(16, 8, 1), nn.Conv2d(32, 7, 1)

    def forward(self, image):
        x = F.hardswish(self.stem(image))
        whole = F.interpolate(self.pooled(F.adaptive_avg_pool2d(x, 1)), x.shape[2:], mode="bilinear")
        x = torch.cat([F.silu(branch(x)) for branch in self.branches] + [whole], 1)
        return F.interpolate(self.head(x), image.shape[2:], mode="bilinear").argmax(1), self.head(x)


@network((1, 3, 33, 47), free={0: "batch"})
def deeplab():
    return Pyramid()


class HighResolution(nn.Module):
    """Branches that exchange maps of several sizes: Wang et al. 2019, arXiv:1908.07919, figure 3."""

    def __init__(self):
        super().__init__()
        self.fine, self.coarse = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(3, 16, 3, 2, 1)
        self.down, self.up = nn.Conv2d(8, 16, 3, 2, 1), nn.Conv2d(16, 8, 1)

    def forward(self, x):
        fine, coarse = F.relu(self.fine(x)), F.relu(self.coarse(x))
        for _ in range(2):
            up = F.interpolate(self.up(coarse), scale_factor=2, mode="nearest")
            fine, coarse = F.relu(fine + up), F.relu(coarse + self.down(fine))
        return fine, coarse


@network((2, 3, 32, 24))
def hrnet():
    return HighResolution()


@network((1, 3, 20, 15), half=True)
def super_resolution():
    layers = nn.Conv2d(3, 16, 5, padding=2, padding_mode="reflect"), nn.PReLU(16), nn.Conv2d(16, 27, 3, padding=1)
    return nn.Sequential(*layers, nn.PixelShuffle(3), nn.ReplicationPad2d((1, 2, 1, 1)), nn.Conv2d(3, 4, 3, padding=1,
                         padding_mode="circular"), nn.PixelUnshuffle(2), nn.Hardtanh(-0.5, 0.5))


@network((2, 8, 14, 15))
def norms():
    parts = (nn.InstanceNorm2d(8, affine=True), nn.BatchNorm2d(8, affine=False), nn.GroupNorm(4, 8),
             nn.LayerNorm([14, 15]), nn.LocalResponseNorm(3), nn.LayerNorm(15, elementwise_affine=False),
             nn.GroupNorm(8, 8, affine=False))
    return nn.Sequential(*parts)


@network((2, 8, 9, 15))
def newer_norms():
    conv = nn.Conv2d(8, 8, 3, padding=1)
    parts = (nn.InstanceNorm2d(8, track_running_stats=True), nn.InstanceNorm2d(8, affine=False), nn.RMSNorm(15),
             nn.utils.parametrizations.weight_norm(conv), nn.RMSNorm([9, 15]))
    return nn.Sequential(*parts)


@network((1, 6, 12, 12))
def pools():
    def pooled(x):
        y = [F.avg_pool2d(x, 3, 2, 1, ceil_mode=True, count_include_pad=False), F.avg_pool2d(x, 3, 2, 1, True),
             F.max_pool2d(x, 3, 2, 1, ceil_mode=True), F.max_pool2d(x, 2, 1, dilation=2), F.lp_pool2d(x, 2, 3, 2),
             F.adaptive_avg_pool2d(x, (4, 6)), F.adaptive_max_pool2d(x, (3, 1))]
        return tuple(y)

    return Function(pooled)


@network((1, 6, 11, 13))
def odd_adaptive_pools():
    return Function(lambda x: (F.adaptive_avg_pool2d(x, (5, 7)), F.adaptive_avg_pool2d(x, 3)))


@network((2, 6, 9))
def one_axis():
    layers = nn.Conv1d(6, 12, 3, 2, 2, groups=3), nn.BatchNorm1d(12), nn.ReLU6(), nn.ConvTranspose1d(12, 4, 4, 3, 1)
    return nn.Sequential(*layers, nn.MaxPool1d(2), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(4, 3))


@network((2, 4, 5, 6))
def activations():
    functions = [F.relu, F.relu6, F.elu, F.selu, F.gelu, F.silu, F.mish, F.hardswish, F.hardsigmoid, F.softplus,
                 F.softsign, F.logsigmoid, F.tanhshrink, F.softshrink, F.hardshrink, F.leaky_relu, torch.sigmoid,
                 lambda x: F.gelu(x, approximate="tanh"), lambda x: F.glu(x, 1),
                 lambda x: F.softmin(x, 2), lambda x: F.log_softmax(x, 1), lambda x: F.normalize(x, dim=1),
                 lambda x: x.clamp(min=-0.3), lambda x: torch.log1p(x.abs()), lambda x: x.pow(2).rsqrt(),
                 lambda x: torch.atan2(x, x.flip(1)), lambda x: x.std(2), lambda x: torch.logsumexp(x, 3),
                 lambda x: F.cosine_similarity(x, x.flip(2), 1), torch.expm1, torch.erf, lambda x: x.fmod(0.3),
                 lambda x: x.remainder(0.3), lambda x: torch.round(x * 4), lambda x: x.var((1, 2)), torch.trunc]
    return Function(lambda x: tuple(function(x) for function in functions))


@network((2, 4, 5, 6))
def rarer_activations():
    return Function(lambda x: (F.celu(x, 0.7), F.celu(x), torch.maximum(x, x.flip(1)), x.clamp(x * 0.5, x.abs())))


@network((1, 8, 16, 16))
def grouped_and_shuffled():
    def shuffle(x):
        n, c, h, w = x.shape
        return x.view(n, 4, c // 4, h, w).transpose(1, 2).reshape(n, c, h, w)

    layers = nn.Conv2d(8, 16, 3, 2, (2, 1), dilation=(2, 1), groups=4), nn.ConvTranspose2d(16, 8, (2, 3), (1, 2),
                      (0, 1), groups=2, dilation=(1, 2)), nn.Conv2d(8, 8, (1, 5), padding="same")
    return Function(lambda a, b, c, x: c(b(shuffle(a(x)))), *layers)
