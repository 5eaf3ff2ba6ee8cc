"""exponax: Kuramoto-Sivashinsky by its own stepper, compiled by jit, in Float64."""

import exponax
import jax
import jax.numpy as jnp

from engine import Json, Prepared
from float64_file import read_states
from reference import difference

jax.config.update("jax_enable_x64", True)


def start(name: str) -> str:
    return f"exponax {exponax.__version__}, JAX {jax.__version__}"


def prepare(work: Json, file: str | None) -> Prepared:
    if work["kind"] != "kuramotoSivashinsky":
        raise ValueError(f"exponax has no work {work['kind']!r}")
    n = work["numPoints"]
    stepper = exponax.stepper.KuramotoSivashinsky(
        2, work["extent"], n, work["dt"], order=4, dealiasing_fraction=2 / 3
    )
    initial, after_one = read_states(file, [n, n])
    state = jnp.asarray(initial)[None]
    step = jax.jit(lambda u: stepper(u))
    gap = difference(step(state)[0], after_one)
    if work["frames"] == 0:
        run = step
    else:
        frames = exponax.repeat(stepper, work["stepsPerFrame"])
        run = jax.jit(exponax.rollout(frames, work["frames"]))
    return Prepared(lambda: run(state).block_until_ready(), gap)
