# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "scipy==1.17.1"]
# ///
"""Writes rk45.json: SciPy's RK45 on the Brusselator, its steps and evaluations, and the exact solution.

u' = T (1 + u²w − 4u), w' = T (3u − u²w) for t in [0, 1], four starts [u, w] in one system, so that all step together.
The exact solution is by DOP853 at a tolerance of 1e-12.
"""

import json
from pathlib import Path

import numpy as np
from scipy.integrate import RK45, solve_ivp

LENGTH = 10.0
STARTS = [[1.5, 3.0], [0.5, 2.0], [2.0, 1.0], [1.2, 4.0]]
TIMES = [0.1, 0.35, 0.5, 0.8, 1.0]
ABSOLUTE = 1e-6


def velocity(_, state):
    u, w = state.reshape(-1, 2).T
    cubic = u**2 * w
    return LENGTH * np.stack([1 + cubic - 4 * u, 3 * u - cubic], axis=1).ravel()


def run(relative):
    start = np.ravel(STARTS)
    solver = RK45(velocity, 0, start, 1, rtol=relative, atol=ABSOLUTE)
    accepted = 0
    while solver.status == "running":
        solver.step()
        accepted += 1
    assert solver.status == "finished"
    return {
        "relativeTolerance": relative,
        "evaluations": solver.nfev,
        "acceptedSteps": accepted,
        # Two evaluations begin, six make an attempt.
        "rejectedSteps": (solver.nfev - 2) // 6 - accepted,
        "end": solver.y.tolist(),
    }


exact = solve_ivp(
    velocity, (0, 1), np.ravel(STARTS), method="DOP853", rtol=1e-12, atol=1e-13, t_eval=TIMES
)
fixture = {
    "length": LENGTH,
    "starts": STARTS,
    "absoluteTolerance": ABSOLUTE,
    "runs": [run(relative) for relative in (1e-3, 1e-4, 1e-5)],
    "exact": {"times": TIMES, "states": exact.y.T.tolist()},
}
Path(__file__).with_name("rk45.json").write_text(json.dumps(fixture, indent=2) + "\n")
