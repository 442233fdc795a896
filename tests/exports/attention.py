"""Networks of attention, of mixed tokens, and of windows."""

import torch
import torch.nn.functional as F
from torch import nn

from networks import Function, network


class VisionTransformer(nn.Module):
    """Dosovitskiy et al. 2020, arXiv:2010.11929, with positions that follow the image's size as in DINOv2."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 32, 8, 8)
        self.token, self.positions = nn.Parameter(torch.rand(1, 1, 32)), nn.Parameter(torch.rand(1, 32, 6, 6))
        layer = nn.TransformerEncoderLayer(32, 4, 64, activation="gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(32, 10)

    def forward(self, image):
        x = self.patches(image)
        positions = F.interpolate(self.positions, (4, 5), mode="bicubic", antialias=True, align_corners=False)
        x = (x + positions).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1)
        return self.head(self.encoder(x)[:, 0])


@network((2, 3, 32, 40), free={0: "batch"}, half=True)
def vision_transformer():
    return VisionTransformer()


def windows_of(x, size):
    n, h, w, c = x.shape
    x = x.view(n, h // size, size, w // size, size, c).permute(0, 1, 3, 2, 4, 5)
    return x.reshape(-1, size * size, c)


class SwinBlock(nn.Module):
    """Attention within shifted windows: Liu et al. 2021, arXiv:2103.14030, section 3.2."""

    def __init__(self, channels, shift, size=4, heads=2):
        super().__init__()
        self.size, self.shift, self.heads = size, shift, heads
        self.norms = nn.ModuleList(nn.LayerNorm(channels) for _ in range(2))
        self.qkv, self.out = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)
        self.mlp = nn.Sequential(nn.Linear(channels, 2 * channels), nn.GELU(), nn.Linear(2 * channels, channels))
        self.bias = nn.Parameter(torch.rand((2 * size - 1) ** 2, heads))
        places = torch.stack(torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")).flatten(1)
        apart = (places[:, :, None] - places[:, None] + size - 1).permute(1, 2, 0)
        self.register_buffer("index", (apart[..., 0] * (2 * size - 1) + apart[..., 1]).flatten())

    def mask(self, h, w):
        regions, count = torch.zeros(1, h, w, 1), 0
        parts = slice(0, -self.size), slice(-self.size, -self.shift), slice(-self.shift, None)
        for rows in parts:
            for columns in parts:
                regions[:, rows, columns] = count
                count += 1
        regions = windows_of(regions, self.size).squeeze(-1)
        return (regions[:, None] != regions[:, :, None]) * torch.tensor(-100.0, dtype=self.bias.dtype)

    def forward(self, x):
        n, h, w, c = x.shape
        y = self.norms[0](x)
        if self.shift:
            y = torch.roll(y, (-self.shift, -self.shift), (1, 2))
        y = windows_of(y, self.size)
        qkv = self.qkv(y).reshape(y.shape[0], y.shape[1], 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        scores = (qkv[0] * (c // self.heads) ** -0.5) @ qkv[1].transpose(-2, -1)
        tokens = self.size * self.size
        scores = scores + self.bias[self.index].view(tokens, tokens, self.heads).permute(2, 0, 1)
        if self.shift:
            mask = self.mask(h, w)
            scores = scores.view(n, mask.shape[0], self.heads, tokens, tokens) + mask[:, None]
            scores = scores.view(-1, self.heads, tokens, tokens)
        y = (scores.softmax(-1) @ qkv[2]).transpose(1, 2).reshape(-1, tokens, c)
        y = self.out(y).view(n, h // self.size, w // self.size, self.size, self.size, c)
        y = y.permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, c)
        if self.shift:
            y = torch.roll(y, (self.shift, self.shift), (1, 2))
        x = x + y
        return x + self.mlp(self.norms[1](x))


class PatchMerging(nn.Module):
    def forward(self, x):
        return torch.cat([x[:, i::2, j::2] for j in (0, 1) for i in (0, 1)], -1)


@network((1, 3, 64, 32), half=True)
def swin():
    stem = nn.Conv2d(3, 16, 4, 4)
    blocks = nn.Sequential(SwinBlock(16, 0), SwinBlock(16, 2), PatchMerging(), nn.LayerNorm(64), nn.Linear(64, 32))
    return Function(lambda stem, blocks, x: blocks(stem(x).permute(0, 2, 3, 1)).mean((1, 2)), stem, blocks)


class EinsumAttention(nn.Module):
    """Attention in Einstein's notation with decomposed relative positions: Li et al. 2021, arXiv:2112.01526."""

    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = (nn.Conv2d(12, 24, 1) for _ in range(3))
        self.rows, self.columns = nn.Parameter(torch.rand(5, 5, 8)), nn.Parameter(torch.rand(6, 6, 8))

    def forward(self, x):
        q, k, v = (part(x).reshape(x.shape[0], 3, 8, 5, 6) for part in (self.q, self.k, self.v))
        scores = torch.einsum("bndhw,bndij->bnhwij", q, k) / 8**0.5
        scores = scores + torch.einsum("bndhw,hid->bnhwi", q, self.rows)[..., None]
        scores = scores + torch.einsum("bndhw,wjd->bnhwj", q, self.columns)[..., None, :]
        weights = scores.flatten(4).softmax(-1).view_as(scores)
        return torch.einsum("bnhwij,bndij->bndhw", weights, v).flatten(1, 2)


@network((2, 12, 5, 6))
def einsum_attention():
    return EinsumAttention()


class LinearAttention(nn.Module):
    """Attention without a softmax over pairs: Cai et al. 2022, arXiv:2205.14756, section 3.1."""

    def __init__(self):
        super().__init__()
        self.qkv, self.local = nn.Conv2d(16, 48, 1, bias=False), nn.Conv2d(48, 48, 5, padding=2, groups=48)

    def forward(self, x):
        n, _, h, w = x.shape
        q, k, v = self.local(self.qkv(x)).view(n, 2, 24, h * w).transpose(2, 3).chunk(3, -1)
        q, k, v = F.relu(q), F.relu(k), F.pad(v, (0, 1), value=1.0)
        y = q @ (k.transpose(-1, -2) @ v)
        y = y[..., :-1] / (y[..., -1:] + 1e-6)
        return y.transpose(2, 3).reshape(n, -1, h, w)


@network((1, 16, 8, 9), free={0: "batch", 2: "height"})
def linear_attention():
    return LinearAttention()


@network((1, 16, 12, 8))
def mobile_vit():
    layer = nn.TransformerEncoderLayer(16, 4, 32, activation=F.silu, batch_first=True)

    def unfolded(layer, x):
        columns = F.unfold(x, 2, stride=2)
        tokens = columns.view(16, 4, 24).permute(1, 2, 0)
        columns = layer(tokens).permute(2, 0, 1).reshape(1, 64, 24)
        return F.fold(columns, (12, 8), 2, stride=2), F.unfold(x, 3, dilation=2, padding=1)

    return Function(unfolded, layer)


@network((1, 3, 32, 32), quantised=True)
def mixer():
    class Block(nn.Module):
        """Tolstikhin et al. 2021, arXiv:2105.01601."""

        def __init__(self):
            super().__init__()
            self.norms = nn.ModuleList(nn.LayerNorm(24) for _ in range(2))
            self.tokens = nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))
            self.channels = nn.Sequential(nn.Linear(24, 48), nn.GELU(), nn.Linear(48, 24))

        def forward(self, x):
            x = x + self.tokens(self.norms[0](x).transpose(1, 2)).transpose(1, 2)
            return x + self.channels(self.norms[1](x))

    stem, blocks, head = nn.Conv2d(3, 24, 8, 8), nn.Sequential(Block(), Block()), nn.Linear(24, 10)
    return Function(lambda s, b, h, x: h(b(s(x).flatten(2).transpose(1, 2)).mean(1)), stem, blocks, head)


@network((2, 7, 24), (2, 9, 24))
def masked_attention():
    attention = nn.MultiheadAttention(24, 3, batch_first=True)

    def attend(attention, query, memory):
        mask = torch.ones(7, 9, dtype=torch.bool).tril()
        y, weights = attention(query, memory, memory, attn_mask=~mask)
        heads = query.view(2, 7, 3, 8).transpose(1, 2)
        causal = F.scaled_dot_product_attention(heads, heads, heads, is_causal=True)
        return y, weights, causal, query.masked_fill(query > 0.5, float("-inf")).softmax(-1)

    return Function(attend, attention)


class Detr(nn.Module):
    """Queries that look at a map: Carion et al. 2020, arXiv:2005.12872, with sine positions."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 8, 8)
        self.transformer = nn.Transformer(32, 4, 1, 2, 64, batch_first=True)
        self.queries = nn.Parameter(torch.rand(6, 32))
        self.classes, self.boxes = nn.Linear(32, 5), nn.Linear(32, 4)

    def positions(self, x):
        ones = torch.ones_like(x[:, 0])
        rows, columns = ones.cumsum(1), ones.cumsum(2)
        frequencies = 10000 ** (2 * torch.div(torch.arange(16), 2, rounding_mode="floor") / 16)
        parts = [axis[..., None] / frequencies for axis in (rows, columns)]
        parts = [torch.stack((part[..., 0::2].sin(), part[..., 1::2].cos()), 4).flatten(3) for part in parts]
        return torch.cat(parts, 3).flatten(1, 2)

    def forward(self, image):
        x = self.stem(image)
        memory = x.flatten(2).transpose(1, 2) + self.positions(x)
        y = self.transformer(memory, self.queries.unsqueeze(0).expand(x.shape[0], -1, -1))
        scores, classes = self.classes(y).softmax(-1)[..., :-1].max(-1)
        centre, size = self.boxes(y).sigmoid().chunk(2, -1)
        return scores, classes, torch.cat([centre - size / 2, centre + size / 2], -1)


@network((1, 3, 40, 32))
def detr():
    return Detr()


@network((1, 16, 8, 8))
def rotary_attention():
    """Queries turned by their places: Heo et al. 2024, arXiv:2403.13298, with an attention of few keys."""
    qkv = nn.Linear(16, 48)

    def attend(qkv, x):
        tokens = x.flatten(2).transpose(1, 2)
        q, k, v = qkv(tokens).view(1, 64, 3, 2, 8).permute(2, 0, 3, 1, 4).unbind(0)
        angles = torch.outer(torch.arange(64.0), 100 ** (-torch.arange(0, 8, 2) / 8)).repeat(1, 2)

        def turned(t):
            a, b = t.chunk(2, -1)
            return t * angles.cos() + torch.cat((-b, a), -1) * angles.sin()

        y = F.scaled_dot_product_attention(turned(q), turned(k)[:, :, ::4], v[:, :, ::4])
        return y.transpose(1, 2).reshape(1, 64, 16).transpose(1, 2).view_as(x)

    return Function(attend, qkv)
