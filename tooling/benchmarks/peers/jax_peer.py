"""JAX: the same network and step, compiled whole by jit; weights and moments are donated, as one would."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from engine import Json, Prepared
from reference import difference, read_reference, weights_of

Weights = dict[str, Array]
State = tuple[Weights, Weights, Weights, Array]

MODES = {"periodic": "wrap", "zero": "constant"}


def start(name: str) -> str:
    return f"JAX {jax.__version__}"


def convolve(weights: Weights, name: str, x: Array) -> Array:
    axes = "DHW"[3 - (x.ndim - 2) :]
    return (
        lax.conv_general_dilated(
            x,
            weights[f"{name}.weight"],
            window_strides=[1] * (x.ndim - 2),
            padding="VALID",
            dimension_numbers=(f"N{axes}C", f"{axes}IO", f"N{axes}C"),
        )
        + weights[f"{name}.bias"]
    )


def pad(x: Array, padding: list[str]) -> Array:
    for axis, kind in enumerate(padding):
        amounts = [(0, 0)] * x.ndim
        amounts[axis + 1] = (2, 2)
        x = jnp.pad(x, amounts, mode=MODES[kind])
    return x


def network_of(description: Json) -> Callable[[Weights, Array, Array, Array], Array]:
    depth = len(description["features"]) - 1
    padding = description["padding"]
    rank = len(padding)
    window = (1, *[2] * rank, 1)

    def block(weights: Weights, name: str, x: Array) -> Array:
        hidden = jax.nn.relu(convolve(weights, f"{name}.conv1", pad(x, padding)))
        return convolve(weights, f"{name}.skip", x) + convolve(weights, f"{name}.conv2", hidden)

    def upsample(x: Array) -> Array:
        for axis in range(1, rank + 1):
            x = jnp.repeat(x, 2, axis=axis)
        return x

    def apply(weights: Weights, x: Array, y: Array, t: Array) -> Array:
        time = jnp.broadcast_to(t.reshape(-1, *[1] * (rank + 1)), (*x.shape[:-1], 1))
        h = block(weights, "first", jnp.concatenate([x, y, time], axis=-1))
        skips = []
        for k in range(depth):
            skips.append(h)
            h = block(weights, f"encoder.{k}", h)
            h = lax.reduce_window(h, -jnp.inf, lax.max, window, window, "VALID")
        h = block(weights, "bottleneck", h)
        for k in range(depth):
            h = block(weights, f"upsample.{k}", upsample(h))
            h = jnp.concatenate([h, skips.pop()], axis=-1)
            h = jax.nn.relu(block(weights, f"decoder.{k}", h))
        return block(weights, "final", h)

    return apply


def adam(state: State, gradients: Weights, rate: float) -> State:
    weights, first, second, step = state
    step = step + 1
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
    size = rate * jnp.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    weights = jax.tree.map(
        lambda p, m, v: p - size * m / (jnp.sqrt(v) + 1e-8), weights, first, second
    )
    return weights, first, second, step


def load_weights(arrays: dict[str, np.ndarray]) -> Weights:
    """PyTorch's [out, in, ...kernel] to [...kernel, in, out]."""
    return {
        name: jnp.asarray(np.moveaxis(array, (0, 1), (-1, -2)) if array.ndim > 1 else array)
        for name, array in weights_of(arrays).items()
    }


def first_state(weights: Weights) -> State:
    def zeros() -> Weights:
        return jax.tree.map(jnp.zeros_like, weights)

    return weights, zeros(), zeros(), jnp.zeros(())


def prepare_network(work: Json, file: str) -> Prepared:
    arrays = read_reference(file)
    apply = network_of(work["network"]["description"])
    weights = load_weights(arrays)
    x, y, t, target = (jnp.asarray(arrays[name]) for name in ("x", "y", "t", "target"))
    forward = jax.jit(apply)
    gap = difference(np.asarray(forward(weights, x, y, t)), arrays["output"])
    if work["mode"] == "forward":
        return Prepared(lambda: forward(weights, x, y, t).block_until_ready(), gap)

    def loss_of(weights: Weights) -> Array:
        return jnp.mean(jnp.square(apply(weights, x, y, t) - target))

    def one_step(state: State) -> tuple[State, Array]:
        loss, gradients = jax.value_and_grad(loss_of)(state[0])
        return adam(state, gradients, work["learningRate"]), loss

    compiled = jax.jit(one_step, donate_argnums=0)
    state = first_state(weights)

    def step() -> None:
        nonlocal state
        state, loss = compiled(state)
        jax.block_until_ready((state, loss))

    return Prepared(step, gap)


def prepare_optimizer(work: Json, file: str) -> Prepared:
    weights = load_weights(read_reference(file))
    gradients = jax.tree.map(lambda p: jnp.full_like(p, 1e-3), weights)
    compiled = jax.jit(lambda state, g: adam(state, g, work["learningRate"]), donate_argnums=0)
    state = first_state(weights)

    def step() -> None:
        nonlocal state
        state = jax.block_until_ready(compiled(state, gradients))

    return Prepared(step)


def prepare_spectral_loss(file: str) -> Prepared:
    arrays = read_reference(file)
    x = jnp.asarray(arrays["x"])

    def loss_of(x: Array) -> Array:
        spectrum = jnp.fft.rfft2(x, axes=(1, 2))
        return jnp.mean(jnp.square(spectrum.real) + jnp.square(spectrum.imag))

    gradient = jax.jit(jax.grad(loss_of))
    gap = difference(np.asarray(gradient(x)), arrays["output"])
    return Prepared(lambda: gradient(x).block_until_ready(), gap)


def prepare(work: Json, file: str | None) -> Prepared:
    match work["kind"]:
        case "network":
            return prepare_network(work, file)
        case "spectralLoss":
            return prepare_spectral_loss(file)
        case "optimizer":
            return prepare_optimizer(work, file)
        case other:
            raise ValueError(f"JAX has no work {other!r}")
