"""NumPy: the solvers by the schemes of packages/pde."""

import numpy as np

import numpy_hllc
from engine import Json, Prepared
from float64_file import read_states
from reference import difference, read_reference


def start(name: str) -> str:
    return f"NumPy {np.__version__}"


def coefficients(rates: np.ndarray, dt: float) -> tuple[np.ndarray, ...]:
    """Of ETDRK4, as means over a circle (Kassam and Trefethen 2005)."""
    circle = np.exp(1j * np.pi * (np.arange(1, 17) - 0.5) / 16)
    z = rates[..., None] * dt + circle
    e = np.exp(z)
    mean = [
        (np.exp(z / 2) - 1) / z,
        (-4 - z + e * (4 - 3 * z + z**2)) / z**3,
        2 * (2 + z + e * (z - 2)) / z**3,
        (-4 - 3 * z - z**2 + e * (4 - z)) / z**3,
    ]
    return np.exp(rates * dt), np.exp(rates * dt / 2), *(dt * f.mean(-1).real for f in mean)


def stepper(n: int, extent: float, dt: float):
    """u_t = -Lu - LLu - (|grad u|^2 - mean)/2 with the Laplacian L, modes |n| < N/3."""
    k = 2 * np.pi / extent
    ky, kx = np.meshgrid(k * np.fft.fftfreq(n, 1 / n), k * np.fft.rfftfreq(n, 1 / n), indexing="ij")
    square = kx**2 + ky**2
    kept = (np.abs(kx) < k * n / 3) & (np.abs(ky) < k * n / 3)
    whole, half, stage, first, middle, last = coefficients(square - square**2, dt)
    ikx, iky = 1j * kx * kept, 1j * ky * kept
    kept_without_mean = kept.copy()
    kept_without_mean[0, 0] = False

    def nonlinear(v: np.ndarray) -> np.ndarray:
        ux = np.fft.irfft2(ikx * v, (n, n))
        uy = np.fft.irfft2(iky * v, (n, n))
        return np.fft.rfft2(-0.5 * (ux**2 + uy**2)) * kept_without_mean

    def step(u: np.ndarray, steps: int) -> np.ndarray:
        v = np.fft.rfft2(u) * kept
        for _ in range(steps):
            nv = nonlinear(v)
            a = half * v + stage * nv
            na = nonlinear(a)
            b = half * v + stage * na
            nb = nonlinear(b)
            c = half * a + stage * (2 * nb - nv)
            v = whole * v + first * nv + middle * (na + nb) + last * nonlinear(c)
            v[:, 0] = (v[:, 0] + np.conj(np.roll(v[::-1, 0], 1))) / 2
        return np.fft.irfft2(v, (n, n))

    return step


def prepare(work: Json, file: str | None) -> Prepared:
    if work["kind"] == "compressibleNavierStokes":
        n = work["numPoints"]
        step_frame = numpy_hllc.stepper(n, 1.0, work["frameInterval"], work["eta"], work["zeta"])
        initial, after_one = read_states(file, [n, n, 4])
        gap = difference(step_frame(initial), after_one)
        return Prepared(lambda: step_frame(initial), gap)
    if work["kind"] != "simulator":
        raise ValueError(f"NumPy has no work {work['kind']!r}")
    arrays = read_reference(file)
    step = stepper(work["numPoints"], work["extent"], work["dt"])
    initial = arrays["initial"].astype(np.float64)
    gap = difference(step(initial, work["steps"]), arrays["output"])
    return Prepared(lambda: step(initial, work["steps"]), gap)
