import { advance, type Stepper } from "@eddyflow/pde";

/** The channels of a state of the compressible equations. */
type GasPoint = readonly [vx: number, vy: number, density: number, pressure: number];

/** A flow as a function of place and time. */
export type GasFlow = (x: number, y: number, time: number) => GasPoint;

/** A flow at the centres of `[y, x]` square cells of size h. */
export function sampleFlow(
  flow: GasFlow,
  [ny, nx]: readonly number[],
  h: number,
  time: number,
): Float64Array {
  const state = new Float64Array(4 * (ny as number) * (nx as number));
  for (let i = 0; i < state.length / 4; i++) {
    const [row, column] = [Math.floor(i / (nx as number)), i % (nx as number)];
    state.set(flow((column + 0.5) * h, (row + 0.5) * h, time), 4 * i);
  }
  return state;
}

/** Mean of |a − b| over the cells in one channel. */
export function meanError(a: Float64Array, b: Float64Array, channel: number): number {
  let sum = 0;
  for (let i = channel; i < a.length; i += 4) {
    sum += Math.abs((a[i] as number) - (b[i] as number));
  }
  return sum / (a.length / 4);
}

/** The mean error of `steps` steps of a stepper from a flow at time 0, in one channel. */
export function flowError(
  stepper: Stepper,
  h: number,
  flow: GasFlow,
  channel: number,
  steps = 1,
): number {
  const end = advance(stepper, sampleFlow(flow, stepper.shape, h, 0), steps);
  return meanError(end, sampleFlow(flow, stepper.shape, h, steps * stepper.dt), channel);
}

/** A number brought into [−extent/2, extent/2) by whole extents. */
const wrapped = (x: number, extent: number): number => x - extent * Math.floor(x / extent + 0.5);

/**
 * The isentropic vortex of Yee, Sandham and Djomehri (J. Comput. Phys. 150 (1999) 199) carried along at (1, 1) in
 * a periodic box: δv = β/2π·e^{(1 − r²)/2}·(−y, x), T = 1 − (γ − 1)β²/(8γπ²)·e^{1 − r²}, ρ = T^{1/(γ − 1)}, p = ρT,
 * at rest in the gas around it. Exact but for what e^{(1 − r²)/2} still is where the box closes.
 */
export function isentropicVortex(extent: number, strength: number, gamma: number): GasFlow {
  return (x, y, time) => {
    const a = wrapped(x - extent / 2 - time, extent);
    const b = wrapped(y - extent / 2 - time, extent);
    const bell = (strength / (2 * Math.PI)) * Math.exp((1 - a * a - b * b) / 2);
    const temperature = 1 - ((gamma - 1) / (2 * gamma)) * bell * bell;
    const density = temperature ** (1 / (gamma - 1));
    return [1 - b * bell, 1 + a * bell, density, density * temperature];
  };
}

/** What `soundWave` needs to know of a gas of density 1 and pressure 1. */
export interface SoundWaveOptions {
  readonly gamma: number;
  readonly eta: number;
  readonly zeta: number;
  /** Wavevector. */
  readonly k: readonly [x: number, y: number];
  readonly size: number;
}

/** Damping Γ and frequency ω of sound in a gas of density 1 and pressure 1, the roots −Γ ± iω of λ² + νk²λ + γk² = 0. */
export function soundRates({ gamma, eta, zeta, k }: SoundWaveOptions) {
  const square = k[0] * k[0] + k[1] * k[1];
  const damping = 0.5 * ((4 / 3) * eta + zeta) * square;
  return { damping, frequency: Math.sqrt(gamma * square - damping * damping) };
}

/** A plane wave of sound, exact to first order in its size: ρ' = s·e^{−Γt}·cos(k·x − ωt), p' = γρ'. */
export function soundWave(options: SoundWaveOptions): GasFlow {
  const { gamma, k, size } = options;
  const { damping, frequency } = soundRates(options);
  const square = k[0] * k[0] + k[1] * k[1];
  return (x, y, time) => {
    const phase = k[0] * x + k[1] * y - frequency * time;
    const height = size * Math.exp(-damping * time);
    const along = (height * (frequency * Math.cos(phase) + damping * Math.sin(phase))) / square;
    const density = height * Math.cos(phase);
    return [along * k[0], along * k[1], 1 + density, 1 + gamma * density];
  };
}

/**
 * Sound of finite size that runs to the right into ρ = 1, p = 1 and steepens: c = c₀(1 + s·sin 2πξ) and
 * u = 2(c − c₀)/(γ − 1) stay constant on x = ξ + (u + c)t, isentropic, until waves catch up with each other at
 * t = (γ − 1)/((γ + 1)2πc₀s). Box of length 1.
 */
export function simpleWave(size: number, gamma: number): GasFlow {
  const c0 = Math.sqrt(gamma);
  const turn = 2 * Math.PI;
  return (x, _, time) => {
    const slope = ((gamma + 1) / (gamma - 1)) * c0 * size * time;
    let from = x - c0 * time;
    for (let i = 0; i < 50; i++) {
      const miss = from + c0 * time + slope * Math.sin(turn * from) - x;
      from -= miss / (1 + turn * slope * Math.cos(turn * from));
    }
    const ratio = 1 + size * Math.sin(turn * from);
    return [
      (2 * c0 * (ratio - 1)) / (gamma - 1),
      0,
      ratio ** (2 / (gamma - 1)),
      ratio ** ((2 * gamma) / (gamma - 1)),
    ];
  };
}

/** A flow with the axes exchanged. */
export const exchanged =
  (flow: GasFlow): GasFlow =>
  (x, y, time) => {
    const [vx, vy, density, pressure] = flow(y, x, time);
    return [vy, vx, density, pressure];
  };
