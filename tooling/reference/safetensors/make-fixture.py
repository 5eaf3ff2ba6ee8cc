"""Writes python.safetensors with the reference implementation: pip install numpy safetensors."""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

weight = np.arange(2 * 3 * 1 * 2, dtype=np.float32).reshape(2, 3, 1, 2)  # [out, in, kh, kw]
tensors = {
    "conv.weight": weight,
    "conv.bias": np.array([0.5, -1.25], dtype=np.float32),
    "half": np.array([1.0, -2.5, 65504.0, 2.0**-24, np.inf], dtype=np.float16),
    "double": np.array([[1 / 3, np.pi]], dtype=np.float64),
    "steps": np.array([2**40 + 1, -7], dtype=np.int64),
    "counts": np.array([-1, 2**31 - 1], dtype=np.int32),
    "bytes": np.array([0, 255, 7], dtype=np.uint8),
    "scalar": np.array(42.0, dtype=np.float32),
}
save_file(tensors, Path(__file__).with_name("python.safetensors"), metadata={"made by": "numpy"})
