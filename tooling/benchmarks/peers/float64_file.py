"""Reads what our engine has written in Float64: the initial state, then the state after one step."""

import numpy as np


def read_states(file: str, shape: list[int]) -> tuple[np.ndarray, np.ndarray]:
    states = np.fromfile(f"{file}.f64", dtype="<f8").reshape(2, *shape)
    return states[0], states[1]
