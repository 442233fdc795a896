"""Heads of detectors, and operators that index, sort and count."""

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

from networks import Function, network


@network((1, 3, 64, 64), free={0: "batch"})
def centre_net():
    """Peaks of a heat map: Zhou et al. 2019, arXiv:1904.07850, section 4."""
    heat, size = nn.Conv2d(3, 4, 3, 4, 1), nn.Conv2d(3, 2, 3, 4, 1)

    def decode(heat, size, x):
        scores, sizes = heat(x).sigmoid(), size(x).exp()
        n, c, h, w = scores.shape
        peaks = scores * (F.max_pool2d(scores, 3, 1, 1) == scores)
        best, index = torch.topk(peaks.flatten(1), 10)
        classes, place = torch.div(index, h * w, rounding_mode="floor"), index % (h * w)
        rows, columns = torch.div(place, w, rounding_mode="trunc").float(), (place % w).float()
        sizes = sizes.flatten(2).transpose(1, 2).gather(1, place.unsqueeze(-1).expand(-1, -1, 2))
        boxes = torch.stack([columns, rows], -1)
        return best, classes, torch.cat([boxes - sizes / 2, boxes + sizes / 2], -1)

    return Function(decode, heat, size)


class Yolo(nn.Module):
    """Three scales decoded on grids with anchors, as YOLOv5's exports do."""

    def __init__(self):
        super().__init__()
        self.stems = nn.ModuleList(nn.Conv2d(3, 12, 3, stride, 1) for stride in (8, 16))
        self.heads = nn.ModuleList(nn.Conv2d(12, 3 * 9, 1) for _ in range(2))
        self.register_buffer("anchors", torch.rand(2, 3, 2) * 20)

    def forward(self, image):
        found = []
        for index, (stem, head) in enumerate(zip(self.stems, self.heads)):
            x = head(F.silu(stem(image)))
            n, _, h, w = x.shape
            x = x.view(n, 3, 9, h, w).permute(0, 1, 3, 4, 2).contiguous().sigmoid()
            grid = torch.stack(torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")[::-1], 2).view(1, 1, h, w, 2)
            place = (x[..., :2] * 2 - 0.5 + grid) * (8 << index)
            size = (x[..., 2:4] * 2) ** 2 * self.anchors[index].view(1, 3, 1, 1, 2)
            found.append(torch.cat([place, size, x[..., 4:]], -1).view(n, -1, 9))
        return torch.cat(found, 1)


@network((1, 3, 64, 48), free={0: "batch", 2: "height", 3: "width"}, quantised=True)
def yolo():
    return Yolo()


@network((1, 3, 64, 64))
def distribution_head():
    """Distances as expected values: Li et al. 2020, arXiv:2006.04388, and boxes from them."""
    conv = nn.Conv2d(3, 4 * 8 + 3, 3, 8, 1)

    def decode(conv, x):
        boxes, scores = conv(x).flatten(2).split([32, 3], 1)
        weights = boxes.view(1, 4, 8, 64).transpose(1, 2).softmax(1)
        distances = (weights * torch.arange(8.0).view(1, 8, 1, 1)).sum(1)
        ys, xs = torch.meshgrid(torch.arange(8) + 0.5, torch.arange(8) + 0.5, indexing="ij")
        places = torch.stack([xs, ys]).view(1, 2, 64)
        first, second = distances.chunk(2, 1)
        return torch.cat([(places - first) * 8, (places + second) * 8, scores.sigmoid()], 1)

    return Function(decode, conv)


@network((12, 4), (12,))
def suppressed():
    """Boxes without those that overlap better ones: as many as the image has."""

    def keep(boxes, scores):
        boxes = torch.cat([boxes[:, :2], boxes[:, :2] + boxes[:, 2:].abs() + 0.5], 1)
        return torchvision.ops.nms(boxes, scores, 0.4)

    return Function(keep)


@network((1, 3, 32, 32))
def detected():
    """A whole detector: the kept boxes' scores are gathered after the suppression."""
    conv = nn.Conv2d(3, 6, 3, 8, 1)

    def detect(conv, x):
        x = conv(x).flatten(2)[0].t()
        boxes = torch.cat([x[:, :2] * 10, x[:, :2] * 10 + x[:, 2:4].exp() * 3], 1)
        scores, labels = x[:, 4:].softmax(1).max(1)
        kept = torchvision.ops.batched_nms(boxes, scores, labels, 0.5)[:5]
        return boxes[kept], scores[kept], labels[kept]

    return Function(detect, conv)


@network((2, 6, 20, 20), (5, 4))
def regions():
    def align(x, boxes):
        first = (boxes[:, :2] * 4).abs()
        corners = torch.cat([first, first + 3 + boxes[:, 2:].abs() * 5], 1)
        batch = torch.tensor([[0.0], [1.0], [1.0], [0.0], [1.0]])
        rois = torch.cat([batch, corners], 1)
        return (torchvision.ops.roi_align(x, rois, (3, 4), 0.5, 2, aligned=True),
                torchvision.ops.roi_align(x, rois, 2, 1.0, -1, aligned=False))

    return Function(align)


@network((3, 5, 7))
def indexed():
    def pick(x):
        order = x.argsort(-1, descending=True)
        hot = F.one_hot(x.argmax(-1), 7).float()
        filled = torch.zeros_like(x).scatter(2, order[..., :2], 1.0)
        written = x.clone()
        written[:, 1:3, ::2] = 4.0
        written[0] += 1.0
        parts = (x[:, [0, 3, 1]], x[:, torch.tensor([[0, 1], [2, 4]]), 2], x[..., -1:], x.flip(0, 2), x.roll(2, 1))
        sums = (x.cumsum(1), x.prod(2), x.amax((0, 2)), x.argmin(1), x.norm(dim=1))
        grids = (x.tril(-1), x.triu(1), x.diagonal(dim1=1, dim2=2), x.repeat(1, 2, 3), x.repeat_interleave(2, 1))
        sorts = (x.sort(1)[0], x.topk(3, 1, largest=False)[0])
        means = (x.unfold(2, 3, 2), x.index_select(1, torch.tensor([4, 0])), x.expand(2, 3, 5, 7).std(0, unbiased=False))
        truths = ((x > 0).any(1), (x > 0.2) & ~(x < 0.7), torch.where(x > 0, x, -x * 2), (x > 0).sum(2))
        return (order, hot, filled, written, *parts, *sums, *grids, *sorts, *means, *truths,
                x.index_add(1, torch.tensor([1, 1]), x[:, :2]), torch.bucketize(x, torch.tensor([-1.0, 0.0, 1.0])))

    return Function(pick)


@network((2, 8, 6, 6))
def prototypes():
    """Masks as products of prototypes and coefficients, cropped: Bolya et al. 2019, arXiv:1904.02689, section 3.1."""

    def masks(x):
        coefficients = x.mean((2, 3))
        product = torch.tensordot(coefficients, x.flatten(2)[0], dims=([1], [0])).view(2, 6, 6).sigmoid()
        places = torch.arange(6)
        left, right = coefficients[:, :1, None] * 6, coefficients[:, 1:2, None] * 6 + 3
        inside = (places.view(1, 1, 6) >= left) * (places.view(1, 1, 6) < right)
        return product * inside, torch.bmm(x[:, 0], x[:, 1]), torch.baddbmm(x[:, 2], x[:, 3], x[:, 4])

    return Function(masks)


@network((4, 6), (5, 6))
def distances():
    return Function(lambda a, b: (torch.cdist(a, b), torch.cdist(a, b, p=1), F.pairwise_distance(a, b[:4])))
