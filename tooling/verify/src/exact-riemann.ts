import { ArgumentError } from "@eddyflow/core";

/** A gas at rest or moving along one axis. */
export interface Gas {
  readonly density: number;
  readonly velocity: number;
  readonly pressure: number;
}

/** The solution that two uniform gases side by side at x = 0 run into. */
export interface RiemannSolution {
  /** Pressure p* and velocity u* between the two outer waves. */
  readonly star: { readonly pressure: number; readonly velocity: number };
  /** The gas at x/t. */
  at(speed: number): Gas;
}

/**
 * The exact solution of the Riemann problem of an ideal gas (Toro, Riemann Solvers and Numerical Methods for Fluid
 * Dynamics, 2009, ch. 4): p* is the root of f(p, left) + f(p, right) + u_right − u_left, where f is the change of
 * velocity through a shock, p > p_K, or a rarefaction,
 *
 *   f = (p − p_K)·√(A/(p + B)),  A = 2/((γ + 1)ρ_K),  B = (γ − 1)/(γ + 1)·p_K,
 *   f = 2c_K/(γ − 1)·((p/p_K)^{(γ − 1)/2γ} − 1).
 *
 * @throws ArgumentError where a vacuum would open between the gases.
 */
export function exactRiemann(left: Gas, right: Gas, gamma: number): RiemannSolution {
  const sound = ({ pressure, density }: Gas) => Math.sqrt((gamma * pressure) / density);
  const jump = right.velocity - left.velocity;
  if ((2 / (gamma - 1)) * (sound(left) + sound(right)) <= jump) {
    throw new ArgumentError({
      problem: "the gases leave a vacuum between them",
      expected: "u_right − u_left below 2(c_left + c_right)/(γ − 1)",
      remedy: "let them part more slowly",
    });
  }
  const through = (gas: Gas, p: number): number => {
    if (p > gas.pressure) {
      const a = 2 / ((gamma + 1) * gas.density);
      const b = ((gamma - 1) / (gamma + 1)) * gas.pressure;
      return (p - gas.pressure) * Math.sqrt(a / (p + b));
    }
    const power = (p / gas.pressure) ** ((gamma - 1) / (2 * gamma));
    return ((2 * sound(gas)) / (gamma - 1)) * (power - 1);
  };
  const excess = (p: number) => through(left, p) + through(right, p) + jump;
  // Rising in p: bisection, in the logarithm, down to the last bit.
  let low = 1e-12 * Math.min(left.pressure, right.pressure);
  let high = Math.max(left.pressure, right.pressure);
  while (excess(high) < 0) high *= 2;
  for (let i = 0; i < 200; i++) {
    const middle = Math.sqrt(low * high);
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  const pressure = Math.sqrt(low * high);
  const velocity =
    0.5 * (left.velocity + right.velocity + through(right, pressure) - through(left, pressure));

  /** The gas at the distance `speed` from a gas on the left, all velocities seen from there. */
  function side(gas: Gas, star: number, speed: number): Gas {
    const c = sound(gas);
    const ratio = pressure / gas.pressure;
    if (ratio > 1) {
      const shock = gas.velocity - c * Math.sqrt(((gamma + 1) * ratio + gamma - 1) / (2 * gamma));
      if (speed < shock) return gas;
      const share = (gamma - 1) / (gamma + 1);
      const density = (gas.density * (ratio + share)) / (share * ratio + 1);
      return { density, velocity: star, pressure };
    }
    if (speed < gas.velocity - c) return gas;
    if (speed > star - c * ratio ** ((gamma - 1) / (2 * gamma))) {
      return { density: gas.density * ratio ** (1 / gamma), velocity: star, pressure };
    }
    const slower = (2 + ((gamma - 1) / c) * (gas.velocity - speed)) / (gamma + 1);
    return {
      density: gas.density * slower ** (2 / (gamma - 1)),
      velocity: (2 / (gamma + 1)) * (c + ((gamma - 1) / 2) * gas.velocity + speed),
      pressure: gas.pressure * slower ** ((2 * gamma) / (gamma - 1)),
    };
  }

  return {
    star: { pressure, velocity },
    at(speed) {
      if (speed < velocity) return side(left, velocity, speed);
      const mirrored = side({ ...right, velocity: -right.velocity }, -velocity, -speed);
      return { ...mirrored, velocity: -mirrored.velocity };
    },
  };
}
