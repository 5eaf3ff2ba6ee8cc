# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "scoringrules==0.10.0"]
# ///
"""Writes scores.json: fields, an ensemble, and their scores by other people's code.

- `the_well` (1.2.0): MSE, RMSE, NRMSE, VRMSE and PearsonR by `the_well/benchmark/metrics/spatial.py` as it was released.
  The file is taken out of the wheel, because the package needs PyTorch. Where PyTorch is missing, NumPy stands in for
  the five functions that the file calls: mean, std (divided by N − 1, PyTorch's default), sqrt, abs and flatten.
- `scoringrules`: CRPS (biased, fair) and energy score.
- NumPy: all others, by their definitions on the full complex spectrum.

    pip download the_well==1.2.0 --no-deps -d FOLDER
    python make-fixture.py FOLDER/the_well-1.2.0-py3-none-any.whl
"""

import json
import sys
import types
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import scoringrules


def use_numpy_as_torch():
    """Registers modules of the name torch with what spatial.py and common.py call."""
    torch, nn = types.ModuleType("torch"), types.ModuleType("torch.nn")
    torch.Tensor, nn.Module, torch.nn = np.ndarray, object, nn
    torch.mean = lambda x, dim, keepdim=False: np.mean(x, axis=dim, keepdims=keepdim)
    torch.std = lambda x, dim: np.std(x, axis=dim, ddof=1)
    torch.sqrt, torch.abs, torch.from_numpy = np.sqrt, np.abs, lambda x: x

    def flatten(x, start_dim, end_dim):
        first, last = start_dim % x.ndim, end_dim % x.ndim
        return x.reshape(x.shape[:first] + (-1,) + x.shape[last + 1 :])

    torch.flatten = flatten
    sys.modules |= {"torch": torch, "torch.nn": nn}
    return "NumPy in place of PyTorch"


def the_well(wheel):
    """The module of spatial metrics, without the rest of the package."""
    try:
        import torch

        computed_by = f"PyTorch {torch.__version__}"
    except ImportError:
        computed_by = use_numpy_as_torch()
    for name in ("the_well", "the_well.benchmark", "the_well.benchmark.metrics", "the_well.data"):
        sys.modules[name] = types.ModuleType(name)
    datasets = types.ModuleType("the_well.data.datasets")
    datasets.WellMetadata = object
    sys.modules["the_well.data.datasets"] = datasets
    with ZipFile(wheel) as archive:
        for part in ("common", "spatial"):
            name = f"the_well.benchmark.metrics.{part}"
            module = sys.modules[name] = types.ModuleType(name)
            exec(archive.read(f"the_well/benchmark/metrics/{part}.py"), module.__dict__)
    return sys.modules["the_well.benchmark.metrics.spatial"], computed_by


SHAPE, EXTENT, CHANNELS, MEMBERS = (12, 8), (3.0, 1.0), 2, 5
rng = np.random.default_rng(13)
smooth = rng.normal(size=(3, CHANNELS))
y, x = np.meshgrid(*(np.arange(n) / n for n in SHAPE), indexing="ij")
waves = np.stack([np.sin(2 * np.pi * (x + y)), np.cos(2 * np.pi * 2 * y), np.cos(2 * np.pi * 3 * x)], axis=-1)
truth = np.round(waves @ smooth + [0.4, -3.0] + 0.2 * rng.normal(size=SHAPE + (CHANNELS,)), 3)
members = np.round(truth + [0.1, 0.0] + 0.6 * rng.normal(size=(MEMBERS,) + truth.shape), 3)
prediction = members[0]


def wavenumbers(unit):
    """Per axis, n waves over its length, in the unit; for every point of the spectrum."""
    axes = [np.fft.fftfreq(n, 1 / n) * unit / length for n, length in zip(SHAPE, EXTENT)]
    return np.meshgrid(*axes, indexing="ij")


def derivative(u, axis):
    """By Fourier along a periodic axis; the Nyquist mode has none."""
    n = SHAPE[axis]
    k = 2 * np.pi / EXTENT[axis] * np.fft.fftfreq(n, 1 / n)
    k[n // 2] = 0
    spectrum = np.fft.fft(u, axis=axis) * 1j * np.expand_dims(k, tuple({0, 1} - {axis}))
    return np.fft.ifft(spectrum, axis=axis).real


def wall_derivative(u, axis):
    return np.gradient(u, EXTENT[axis] / SHAPE[axis], axis=axis, edge_order=2)


def h1(slope):
    length = max(EXTENT) / (2 * np.pi)

    def norm(u):
        return np.mean(u**2) + length**2 * sum(np.mean(slope(u, axis) ** 2) for axis in (0, 1))

    error = prediction - truth
    return [np.sqrt(norm(error[..., c]) / norm(truth[..., c])) for c in range(CHANNELS)]


def divergence(slope):
    total = slope(truth[..., 0], 0) + slope(truth[..., 1], 1)
    gradient = sum(np.mean(slope(truth[..., c], axis) ** 2) for c in (0, 1) for axis in (0, 1))
    return np.sqrt(np.mean(total**2) / gradient)


def spectrum(u):
    """Energy by shell of |k| in waves along the longest side, and in the three bands."""
    energy = np.abs(np.fft.fft2(u) / u.size) ** 2
    k = np.hypot(*wavenumbers(max(EXTENT)))
    shells = np.bincount(np.floor(k + 0.5).astype(int).ravel(), weights=energy.ravel())
    complete = min(n / 2 * max(EXTENT) / length for n, length in zip(SHAPE, EXTENT))
    edges = [complete / 4, complete / 2]
    bands = [energy[(k > 0) & (k < edges[0])], energy[(k >= edges[0]) & (k < edges[1])], energy[k >= edges[1]]]
    return {"shells": shells.tolist(), "bands": [float(np.sum(band)) for band in bands]}


def correlation_time(correlations, interval, threshold):
    curve = np.array([1.0, *correlations])
    after = int(np.argmax(curve < threshold))
    times = interval * np.arange(len(curve))
    return float(np.interp(-threshold, -curve[after - 1 : after + 1], times[after - 1 : after + 1]))


well, computed_by = the_well(sys.argv[1])
meta = types.SimpleNamespace(n_spatial_dims=2)
errors = {name: getattr(well, name).eval(prediction, truth, meta).tolist() for name in ("MSE", "RMSE", "NRMSE", "VRMSE", "PearsonR")}

per_cell = np.moveaxis(members, 0, -1)
crps = {name: float(np.mean(scoringrules.crps_ensemble(truth, per_cell, estimator=name))) for name in ("nrg", "fair")}
flat, flat_truth = members.reshape(MEMBERS, -1), truth.ravel()
energy = {name: float(scoringrules.es_ensemble(flat_truth, flat, estimator=name)) for name in ("nrg", "fair")}

mean = members.mean(axis=0)
ranks = np.sum(members < truth, axis=0)
correlations = [0.97, 0.94, 0.86, 0.81, 0.6, 0.7]
values = np.round(rng.normal(size=6), 3)
draws = rng.integers(0, 6, size=(40, 6))
fixture = {
    "versions": {
        "the_well": f"{Path(sys.argv[1]).name.split('-')[1]}, computed by {computed_by}",
        "scoringrules": scoringrules.__version__,
        "numpy": np.__version__,
    },
    "shape": SHAPE,
    "extent": EXTENT,
    "channels": CHANNELS,
    "truth": truth.ravel().tolist(),
    "members": [member.ravel().tolist() for member in members],
    "the_well": errors,
    "scoringrules": {"crps": crps, "energyScore": energy},
    "numpy": {
        "vrmse": [float(np.sqrt(np.mean((prediction - truth)[..., c] ** 2) / np.var(truth[..., c]))) for c in range(CHANNELS)],
        "pearson": [float(np.corrcoef(prediction[..., c].ravel(), truth[..., c].ravel())[0, 1]) for c in range(CHANNELS)],
        "h1": {"periodic": h1(derivative), "wall": h1(wall_derivative)},
        "divergence": {"periodic": divergence(derivative), "wall": divergence(wall_derivative)},
        "spectra": [spectrum(truth[..., c]) for c in range(CHANNELS)],
        "spread": float(np.sqrt(np.mean(np.var(members, axis=0, ddof=1)))),
        "skill": float(np.sqrt(np.mean((mean - truth) ** 2))),
        "coverage": float(np.mean((members.min(axis=0) <= truth) & (truth <= members.max(axis=0)))),
        "rankHistogram": (np.bincount(ranks.ravel(), minlength=MEMBERS + 1) / ranks.size).tolist(),
        "meanDrift": [float(np.mean(prediction[..., c]) - np.mean(truth[..., c])) for c in range(CHANNELS)],
        "energyDrift": [float(np.mean(prediction[..., c] ** 2) / np.mean(truth[..., c] ** 2) - 1) for c in range(CHANNELS)],
        "correlationTime": {
            "correlations": correlations,
            "interval": 0.5,
            "times": {str(level): correlation_time(correlations, 0.5, level) for level in (0.9, 0.8)},
        },
        "bootstrap": {
            "values": values.tolist(),
            "draws": draws.tolist(),
            "interval": np.quantile(values[draws].mean(axis=1), [0.025, 0.975]).tolist(),
        },
    },
}
Path(__file__).with_name("scores.json").write_text(json.dumps(fixture) + "\n")
