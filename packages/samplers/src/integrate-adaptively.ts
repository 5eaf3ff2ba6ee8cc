import { ArgumentError, type VelocityField } from "@eddyflow/core";
import {
  abs,
  add,
  clone,
  dispose,
  div,
  fill,
  maximum,
  mean,
  mul,
  sqrt,
  square,
  stack,
  sub,
  type Tensor,
  type Tensor1D,
  tidy,
} from "@tensorflow/tfjs-core";
import { dormandPrince } from "./dormand-prince.ts";
import { intervalsOf } from "./intervals-of.ts";

export interface IntegrateAdaptivelyOptions {
  /**
   * Flow times, strictly rising or strictly falling within [0, 1]. The way leads from the first to the last; the state
   * at each time between them is given too, at no further evaluation. [0, 1] unless given.
   */
  readonly times?: readonly number[];
  /** rtol, from 1e-6 on, since states are in float32; 1e-4 unless given. */
  readonly relativeTolerance?: number;
  /** atol, in units of the state, above 0; 1e-6 unless given. */
  readonly absoluteTolerance?: number;
  /** |h| of the first step; by Hairer's rule unless given, which costs an evaluation. */
  readonly firstStep?: number;
}

/** What an adaptive integration found, and what it cost. The caller disposes the states. */
export interface AdaptiveIntegration {
  /** The state at the last of the times. */
  readonly end: Tensor;
  /** The states at the times between the first and the last, by the interpolant of order 4. */
  readonly between: readonly Tensor[];
  readonly acceptedSteps: number;
  readonly rejectedSteps: number;
  /** Evaluations of the velocity, counted as they were made. */
  readonly nfe: number;
}

/** Steps change by .9 ‖e‖^(−1/5), and never by less or more than these factors. */
const safety = 0.9;
const smallestFactor = 0.2;
const largestFactor = 10;
/** Smaller steps would not move a flow time, which is float32 where the velocity reads it. */
const smallestStep = 1e-6;

/**
 * Integrates dx/dt = v(x, y, t) by the pair of Dormand and Prince of orders 5 and 4, with steps as long as the error
 * allows: for reference solutions. A step from x to x′ with the error e is accepted where
 *
 *   ‖e‖ = √(mean (e / (atol + rtol · max(|x|, |x′|)))²) < 1,
 *
 * the mean taken over all values of the batch, which steps together. The next step is longer by the factor
 * .9 ‖e‖^(−1/5), at least .2 and at most 10, and at most 1 after a rejection, as in SciPy's `RK45`. An accepted step
 * costs six evaluations, and so does a rejected one; the start costs two.
 *
 * The state x and the condition y are `[batch, ...space, channel]`; neither is consumed. One number is read from the
 * device for each step, without blocking.
 *
 * @throws ArgumentError for times that `intervalsOf` refuses, for tolerances and a first step out of range, and where
 *   the tolerance cannot be met since the velocity is not smooth, or not finite.
 * @see Hairer, Nørsett, Wanner, "Solving Ordinary Differential Equations I", section II.4.
 */
export async function integrateAdaptively(
  velocity: VelocityField,
  x: Tensor,
  y: Tensor | null,
  {
    times = [0, 1],
    relativeTolerance = 1e-4,
    absoluteTolerance = 1e-6,
    firstStep,
  }: IntegrateAdaptivelyOptions = {},
): Promise<AdaptiveIntegration> {
  const direction = Math.sign(intervalsOf(times)[0]?.[1] as number);
  requireTolerances(relativeTolerance, absoluteTolerance, firstStep);
  const [first, last] = [times[0] as number, times.at(-1) as number];
  const batch = x.shape[0] as number;
  let nfe = 0;
  const velocityAt = (state: Tensor, time: number): Tensor => {
    nfe++;
    return tidy(() => velocity(state, y, fill([batch], time) as Tensor1D));
  };
  const scaleOf = (size: Tensor): Tensor => add(mul(size, relativeTolerance), absoluteTolerance);

  let time = first;
  let state = clone(x);
  let slope = velocityAt(state, time);
  const between: Tensor[] = [];
  let [acceptedSteps, rejectedSteps] = [0, 0];
  try {
    let step =
      firstStep ??
      (await initialStep({
        state,
        slope,
        time,
        direction,
        velocityAt,
        scaleOf,
        longest: Math.abs(last - first),
      }));
    let wasRejected = false;
    while (time !== last) {
      const left = Math.abs(last - time);
      if (!(step >= Math.min(smallestStep, left))) throw unmet(time, relativeTolerance);
      const isLast = step >= left;
      const next = isLast ? last : time + direction * step;
      const h = next - time;
      const { end, stages, error } = tryStep(state, slope, { time, h, velocityAt, scaleOf });
      const [norm = Number.NaN] = await error.data();
      error.dispose();
      // A velocity that is not finite far away may be so after a shorter step.
      const growth = Number.isFinite(norm) ? safety * norm ** (-1 / 5) : smallestFactor;
      if (!(norm < 1)) {
        dispose([end, ...stages]);
        step = Math.abs(h) * Math.max(smallestFactor, growth);
        wasRejected = true;
        rejectedSteps++;
        continue;
      }
      for (let wanted = times[between.length + 1]; ; wanted = times[between.length + 1]) {
        if (wanted === undefined || wanted === last || direction * (wanted - next) > 0) break;
        between.push(interpolated(state, [slope, ...stages], { h, fraction: (wanted - time) / h }));
      }
      const ending = stages.pop() as Tensor;
      dispose([state, slope, ...stages]);
      [state, slope, time] = [end, ending, next];
      step = Math.abs(h) * Math.min(wasRejected ? 1 : largestFactor, growth);
      wasRejected = false;
      acceptedSteps++;
    }
  } catch (error) {
    dispose([state, slope, ...between]);
    throw error;
  }
  slope.dispose();
  return { end: state, between, acceptedSteps, rejectedSteps, nfe };
}

interface Field {
  readonly velocityAt: (state: Tensor, time: number) => Tensor;
  /** What an error is measured in where values have the given sizes. */
  readonly scaleOf: (size: Tensor) => Tensor;
}

/** The end of a step, the stages after the first, and the norm of the error. The caller disposes all. */
function tryStep(
  state: Tensor,
  slope: Tensor,
  { time, h, velocityAt, scaleOf }: Field & { readonly time: number; readonly h: number },
): { readonly end: Tensor; readonly stages: Tensor[]; readonly error: Tensor } {
  const { a, c, error: weights } = dormandPrince;
  const made = tidy(() => {
    const stages = [slope];
    let end = state;
    for (let i = 1; i < a.length; i++) {
      end = add(state, mul(combined(stages, a[i] as readonly number[]), h));
      stages.push(velocityAt(end, time + (c[i] as number) * h));
    }
    const error = mul(combined(stages, weights), h);
    const norm = rms(div(error, scaleOf(maximum(abs(state), abs(end)))));
    return [end, norm, ...stages.slice(1)];
  });
  const [end, error, ...stages] = made as [Tensor, Tensor, ...Tensor[]];
  return { end, stages, error };
}

/** The state at a fraction of a step. The caller disposes it. */
function interpolated(
  state: Tensor,
  stages: readonly Tensor[],
  { h, fraction }: { readonly h: number; readonly fraction: number },
): Tensor {
  const weights = dormandPrince.interpolant.map((row) =>
    row.reduce((sum, p, j) => sum + p * fraction ** (j + 1), 0),
  );
  return tidy(() => add(state, mul(combined(stages, weights), h)));
}

/**
 * The length of the first step: a hundredth of the size of x over that of v, then as long as the change of v over it
 * allows. Hairer, Nørsett, Wanner, page 169.
 */
async function initialStep({
  state,
  slope,
  time,
  direction,
  velocityAt,
  scaleOf,
  longest,
}: Field & {
  readonly state: Tensor;
  readonly slope: Tensor;
  readonly time: number;
  readonly direction: number;
  readonly longest: number;
}): Promise<number> {
  const sizes = tidy(() => {
    const scale = scaleOf(abs(state));
    return stack([rms(div(state, scale)), rms(div(slope, scale))]);
  });
  const [sizeOfState = 0, sizeOfSlope = 0] = await sizes.data();
  sizes.dispose();
  const guess =
    sizeOfState < 1e-5 || sizeOfSlope < 1e-5 ? smallestStep : (0.01 * sizeOfState) / sizeOfSlope;
  const trial = Math.min(guess, longest);
  const change = tidy(() => {
    const ahead = velocityAt(add(state, mul(slope, direction * trial)), time + direction * trial);
    return rms(div(sub(ahead, slope), scaleOf(abs(state))));
  });
  const sizeOfCurve = ((await change.data())[0] as number) / trial;
  change.dispose();
  const largest = Math.max(sizeOfSlope, sizeOfCurve);
  const step =
    largest <= 1e-15 ? Math.max(smallestStep, trial * 1e-3) : (0.01 / largest) ** (1 / 5);
  return Math.max(smallestStep, Math.min(100 * trial, step, longest));
}

const rms = (values: Tensor): Tensor => sqrt(mean(square(values)));

/** Σᵢ wᵢ kᵢ; one of the weights is not 0. */
function combined(stages: readonly Tensor[], weights: readonly number[]): Tensor {
  const terms = stages.flatMap((stage, i) => {
    const weight = weights[i] as number;
    return weight === 0 ? [] : [mul(stage, weight)];
  });
  return terms.reduce((sum, term) => add(sum, term));
}

function requireTolerances(relative: number, absolute: number, firstStep = 1): void {
  const wrong = !(relative >= 1e-6 && relative < 1)
    ? `a relative tolerance of ${relative}`
    : !(absolute > 0 && Number.isFinite(absolute))
      ? `an absolute tolerance of ${absolute}`
      : !(firstStep >= smallestStep && firstStep <= 1)
        ? `a first step of ${firstStep}`
        : null;
  if (wrong === null) return;
  throw new ArgumentError({
    problem: `an adaptive integration cannot have ${wrong}`,
    expected: `a relative tolerance from 1e-6, an absolute one above 0, a first step from ${smallestStep} to 1`,
    remedy: "give numbers in these ranges; states are in float32",
  });
}

const unmet = (time: number, relative: number) =>
  new ArgumentError({
    problem: `the tolerance ${relative} cannot be met at flow time ${time}, where steps became too short`,
    expected: "a velocity that is finite and smooth",
    remedy: "give larger tolerances, or look at the velocity there",
  });
