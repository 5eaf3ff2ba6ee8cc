"""Reads the weights, inputs and outputs that our engine has written."""

import json
from pathlib import Path

import numpy as np

Arrays = dict[str, np.ndarray]


def read_reference(file: str) -> Arrays:
    """The arrays of a safetensors file of float32."""
    data = Path(file).read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(
            data[8 + length + begin : 8 + length + end], dtype=np.float32
        ).reshape(entry["shape"])
        for name, entry in header.items()
        for begin, end in [entry["data_offsets"]]
    }


def weights_of(arrays: Arrays) -> Arrays:
    """The weights by their PyTorch names."""
    return {
        name.removeprefix("weights."): array
        for name, array in arrays.items()
        if name.startswith("weights.")
    }


def difference(own: np.ndarray, reference: np.ndarray) -> float:
    """max |own - reference| / max |reference|"""
    return float(np.abs(own - reference).max() / np.abs(reference).max())
