import {
  ArgumentError,
  type NetworkDescription,
  type Padding,
  type Params,
  ShapeError,
} from "@eddyflow/core";
import {
  div,
  matMul,
  mul,
  reshape,
  square,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
  transpose,
  util,
  zeros,
} from "@tensorflow/tfjs-core";
import { copyParams } from "./copy-params.ts";

/** The parameter of a network that holds its gains: `[wavenumber, channel]`. */
export const spectralGainName = "spectralGain";

/** A wave along one axis of n points: amplitude · √(1/n) · cos(2π waves (j + ½)/n − phase) at point j, of norm 1. */
export interface Wave {
  /** How many of it fill the box. */
  readonly waves: number;
  readonly phase: number;
  readonly amplitude: number;
}

/** The modes that have gains, products of one wave along each axis. */
export interface WaveModes {
  /** The largest wavenumber K with a gain of its own. */
  readonly wavenumbers: number;
  /** The waves of each spatial axis. */
  readonly axes: readonly (readonly Wave[])[];
  /** `[modes, K]`, row-major, the last axis' waves the fastest: how much of each entry of a gain a mode takes. */
  readonly shares: Float32Array;
}

/**
 * What is added to a field where its waves have gains g that depend on channel and wavenumber,
 *
 *   ŷ(k) ↦ g(|k|) ŷ(k),
 *
 * so that y and this have the waves (1 + g) ŷ. g is linear between the entries of `gain` at |k| = 1, 2, …, K and from the last
 * one to 0 at K + 1. Half a wave between walls takes the first one; the mean, which many equations conserve, has none. k counts
 * waves in the box along each axis: Fourier modes where the padding is periodic, elsewhere cosines with whole and half
 * waves. It commutes with shifts along periodic axes.
 *
 * @param y - `[batch, ...space, channel]`.
 * @param gain - `[K, channel]`.
 * @param modes - by {@link waveModes}.
 * @returns like y. The caller disposes it.
 * @throws ShapeError where an axis has 2K points or fewer.
 */
export function spectralGain(y: Tensor, gain: Tensor, modes: WaveModes): Tensor {
  const space = y.shape.slice(1, -1);
  requirePoints(space, modes);
  const channels = y.shape.at(-1) as number;
  return tidy(() => {
    const { bases, shares } = tensorsOf(modes, space);
    const factors = matMul(shares, gain as Tensor2D);
    const counts = bases.map((basis) => basis.shape[1]);
    const channelsLast = [0, ...space.map((_, axis) => axis + 2), 1];
    const found = coefficients(y, bases);
    const scaled = mul(found, reshape(transpose(factors), [1, channels, ...counts]));
    return transpose(alongAxes(scaled, bases, true), channelsLast);
  });
}

/**
 * The energy of a field's waves of each wavenumber, the mean square over the box, all modes as far as they take part in its
 * gain: how {@link spectralGain} divides up a field's energy, but for the mean.
 *
 * @param y - `[batch, ...space, channel]`.
 * @returns `[batch, K, channel]`. The caller disposes it.
 * @throws ShapeError where an axis has 2K points or fewer.
 */
export function waveEnergies(y: Tensor, modes: WaveModes): Tensor {
  const space = y.shape.slice(1, -1);
  requirePoints(space, modes);
  const [batch, channels] = [y.shape[0] as number, y.shape.at(-1) as number];
  return tidy(() => {
    const { bases, shares } = tensorsOf(modes, space);
    const squares = reshape(square(coefficients(y, bases)), [batch * channels, -1]);
    const energies = div(matMul(squares as Tensor2D, shares), util.sizeFromShape(space));
    return transpose(reshape(energies, [batch, channels, modes.wavenumbers]), [0, 2, 1]);
  });
}

/** The waves along each axis, `[points, waves]`, and the shares `[modes, K]`. */
function tensorsOf({ wavenumbers, axes, shares }: WaveModes, space: readonly number[]) {
  return {
    bases: axes.map((waves, axis) => basis(waves, space[axis] as number)),
    shares: tensor(shares, [shares.length / wavenumbers, wavenumbers]) as Tensor2D,
  };
}

/** `[batch, channel, ...waves]`. */
const coefficients = (y: Tensor, bases: readonly Tensor2D[]): Tensor =>
  alongAxes(transpose(y, [0, y.rank - 1, ...bases.map((_, axis) => axis + 1)]), bases, false);

function requirePoints(space: readonly number[], { wavenumbers }: WaveModes): void {
  if (Math.min(...space) > 2 * wavenumbers) return;
  throw new ShapeError({
    problem: `a gain up to wavenumber ${wavenumbers} of a field of ${space.join(" × ")} points`,
    expected: `more than ${2 * wavenumbers} points along each axis`,
    remedy: "give the gain fewer wavenumbers, or the network a finer field",
  });
}

/**
 * The modes of {@link spectralGain}, made once for a network.
 *
 * @param padding - how each spatial axis goes on beyond its ends.
 * @param wavenumbers - the largest with a gain of its own, K.
 */
export function waveModes(padding: readonly Padding[], wavenumbers: number): WaveModes {
  const axes = padding.map((kind) =>
    Array.from({ length: 2 * wavenumbers + 1 }, (_, i): Wave => {
      const isPeriodic = kind === "periodic";
      return {
        waves: isPeriodic ? Math.ceil(i / 2) : i / 2,
        phase: isPeriodic && i % 2 === 1 ? Math.PI / 2 : 0,
        amplitude: i === 0 ? 1 : Math.SQRT2,
      };
    }),
  );
  const squares = axes.reduce<readonly number[]>(
    (sums, along) => sums.flatMap((sum) => along.map(({ waves }) => sum + waves ** 2)),
    [0],
  );
  const shares = Float32Array.from({ length: squares.length * wavenumbers }, (_, j) => {
    const k = Math.sqrt(squares[Math.floor(j / wavenumbers)] as number);
    const entry = (j % wavenumbers) + 1;
    return k === 0 ? 0 : Math.max(0, 1 - Math.abs(Math.max(k, 1) - entry));
  });
  return { wavenumbers, axes, shares };
}

/**
 * The description of a velocity network with gains.
 *
 * @throws ArgumentError for a network of one's own, and where it has gains up to another wavenumber.
 */
export function withSpectralGain<Description extends NetworkDescription>(
  network: Description,
  wavenumbers: number,
): Description & { readonly spectralGain: number } {
  const { own, spectralGain: present = wavenumbers } = network;
  if (own === undefined && present === wavenumbers) {
    return { ...network, spectralGain: wavenumbers };
  }
  const found =
    own === undefined ? `a network with gains up to ${present}` : `the network "${own}"`;
  throw new ArgumentError({
    problem: `gains up to wavenumber ${wavenumbers} for ${found}`,
    expected: "a U-Net without gains, or with as many",
    remedy: "leave spectralGain out",
  });
}

/**
 * Weights of a network with gains, made of those of one that may lack them. Gains that it lacks are 0, so that it computes
 * the same. They share no memory with those given; the caller disposes them.
 */
export function copyWithGains(
  params: Params,
  { spectralGain: wavenumbers, stateChannels }: NetworkDescription,
): Params {
  const copy = copyParams(params);
  if (wavenumbers === undefined || params[spectralGainName] !== undefined) return copy;
  return { ...copy, [spectralGainName]: zeros([wavenumbers, stateChannels]) };
}

/** Waves at all points of an axis, `[points, waves]`: orthonormal columns. */
function basis(waves: readonly Wave[], points: number): Tensor2D {
  const count = waves.length;
  const values = Float32Array.from({ length: points * count }, (_, j) => {
    const { waves: often, phase, amplitude } = waves[j % count] as Wave;
    const angle = (2 * Math.PI * often * (Math.floor(j / count) + 0.5)) / points;
    return (amplitude * Math.cos(angle - phase)) / Math.sqrt(points);
  });
  return tensor(values, [points, count]) as Tensor2D;
}

/** A matrix for each axis from the third on, applied along it. */
function alongAxes(x: Tensor, matrices: readonly Tensor2D[], isTransposed: boolean): Tensor {
  const rank = x.rank;
  // The last axis goes before the other spatial ones: once round, all are where they were.
  const round = [0, 1, rank - 1, ...Array.from({ length: rank - 3 }, (_, axis) => axis + 2)];
  return [...matrices].reverse().reduce((field, matrix) => {
    const n = field.shape[rank - 1] as number;
    const product = matMul(
      reshape(field, [util.sizeFromShape(field.shape) / n, n]),
      matrix,
      false,
      isTransposed,
    );
    const along = reshape(product, [...field.shape.slice(0, -1), product.shape[1] as number]);
    return rank === 3 ? along : transpose(along, round);
  }, x);
}
