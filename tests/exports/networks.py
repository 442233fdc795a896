"""The register of networks that are exported: each is a function that makes a module, with the shapes of its inputs."""

from dataclasses import dataclass
from typing import Callable

import torch

ALL = {}


@dataclass
class Network:
    """A module and what it is fed with."""

    make: Callable[[], torch.nn.Module]
    shapes: list
    # Axes of the first input that the file leaves open, by name.
    free: dict
    # Exported in half precision too.
    half: bool
    # Quantised by ONNX Runtime too.
    quantised: bool


def network(*shapes, free=None, half=False, quantised=False):
    """Registers the decorated class or function by its name."""

    def register(make):
        ALL[make.__name__.lower()] = Network(make, list(shapes), free or {}, half, quantised)
        return make

    return register


class Function(torch.nn.Module):
    """A module of a plain function, and the modules that it uses."""

    def __init__(self, function, *parts):
        super().__init__()
        self.parts = torch.nn.ModuleList(parts)
        self.function = function

    def forward(self, *inputs):
        return self.function(*self.parts, *inputs)
