import {
  type Network,
  type NetworkDescription,
  type NetworkKind,
  type OwnNetworks,
  ShapeError,
} from "@eddyflow/core";
import { concatenateChannels } from "@eddyflow/ops";
import { key } from "@eddyflow/random";
import {
  add,
  broadcastTo,
  reshape,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import { ownNetwork } from "./own-network.ts";
import { parameter } from "./residual-block.ts";
import { spectralGain, spectralGainName, waveModes } from "./spectral-gain.ts";
import { type EvaluationOptions, type UNetOptions, uNet, uNetShapes } from "./u-net.ts";

/** How the network of a description is made. */
export interface BuildOptions extends EvaluationOptions {
  /** Networks of one's own, one of which the description may name; none unless given. They choose their precision themselves. */
  readonly networks?: OwnNetworks;
}

/** Networks of the velocity v(x_t, y, t). */
export type VelocityNetwork = Network<[x: Tensor, y: Tensor | null, t: Tensor1D]>;

/** Networks of the corrector φ(x_t, y, t, δ) of a flow map. */
export type CorrectorNetwork = Network<[x: Tensor, y: Tensor | null, t: Tensor1D, delta: Tensor1D]>;

/** A network's description without what it computes. */
export type FieldNetworkOptions = Omit<NetworkDescription, "kind">;

type NetworkOptions = FieldNetworkOptions & { readonly kind?: NetworkKind };

/** Networks of the mean velocity u(x_t, y, t, δ) of a flow map. */
export type MeanVelocityNetwork = CorrectorNetwork;

/** Networks of the next state G(z, y) or G(y), which does without the noise z. */
export type DirectNetwork = Network<[z: Tensor, y: Tensor | null]>;

/** What each kind of network reads: its state or noise, and how many times. */
const inputsOf: Readonly<
  Record<NetworkKind, { readonly state: boolean; readonly times: 0 | 1 | 2 }>
> = {
  velocity: { state: true, times: 1 },
  corrector: { state: true, times: 2 },
  "mean-velocity": { state: true, times: 2 },
  generator: { state: true, times: 0 },
  predictor: { state: false, times: 0 },
};

function uNetOptions({
  kind,
  stateChannels,
  conditionChannels,
  features,
  padding,
  position = [],
}: NetworkDescription): UNetOptions {
  const { state, times } = inputsOf[kind];
  const inChannels = (state ? stateChannels : 0) + conditionChannels + position.length + times;
  return { features, inChannels, outChannels: stateChannels, padding };
}

/** The coordinate along an axis at every point of a space, in units of its own deviation. */
const coordinate = (space: readonly number[], axis: number): Float32Array => {
  const n = space[axis] as number;
  const inner = product(space.slice(axis + 1));
  return Float32Array.from(
    { length: product(space) },
    (_, point) => (Math.sqrt(12) * ((Math.floor(point / inner) % n) + 0.5 - n / 2)) / n,
  );
};

const product = (sizes: readonly number[]): number => sizes.reduce((size, n) => size * n, 1);

/** Joins cat[x, y, …position, …times] along the channels, each time constant in space; a predictor reads no x. */
function joinInputs(
  { kind, stateChannels, conditionChannels, position = [] }: NetworkOptions,
  x: Tensor,
  y: Tensor | null,
  ...times: readonly Tensor1D[]
): Tensor {
  const channels = [x.shape.at(-1), y === null ? 0 : y.shape.at(-1)];
  if (channels[0] !== stateChannels || channels[1] !== conditionChannels) {
    throw new ShapeError({
      problem: `a state of ${channels[0]} and a condition of ${channels[1]} channels`,
      expected: `${stateChannels} and ${conditionChannels}`,
      remedy: "use the network with the data that it was made for",
    });
  }
  const points = x.shape.slice(0, -1);
  const [batch, ...space] = points as [number, ...number[]];
  const everywhere = (values: Tensor) =>
    reshape(broadcastTo(values, [batch, product(space)]), [...points, 1]);
  const fields = [
    ...position.map((axis) => everywhere(reshape(tensor1d(coordinate(space, axis)), [1, -1]))),
    ...times.map((time) => everywhere(reshape(time, [-1, 1]))),
  ];
  const state = kind === "predictor" ? [] : [x];
  return concatenateChannels([...state, ...(y === null ? [] : [y]), ...fields]);
}

/**
 * A U-Net for the velocity v(x_t, y, t), reading cat[x_t, y, position, t] along the channels.
 *
 * The state x is `[batch, ...space, stateChannels]`, as is the result; the condition is
 * `[batch, ...space, conditionChannels]`, or null where that is 0; t is `[batch]`. Space is `x`, `y, x` or
 * `z, y, x`. With `spectralGain` the waves of x + v, where an Euler step over all of flow time leads, have gains
 * (see {@link spectralGain}); such a network is for that step alone.
 *
 * @throws ShapeError, when applied, where the shapes do not fit; ArgumentError as {@link uNet}, and for a
 *   network of one's own that is not given.
 */
export function velocityNetwork(
  options: FieldNetworkOptions,
  { networks = {}, ...evaluation }: BuildOptions = {},
): VelocityNetwork {
  const description = { ...options, kind: "velocity" } as const;
  const own = ownNetwork(description, networks);
  if (own !== null) {
    // It may read all times that it is given, and a step of distillation gives its size too.
    return { init: own.init, apply: (params, x, y, t) => own.apply(params, x, y, t) };
  }
  const { init, apply } = uNet(uNetOptions(description), evaluation);
  const velocity: VelocityNetwork["apply"] = (params, x, y, t) =>
    tidy(() => apply(params, joinInputs(options, x, y, t)));
  const { spectralGain: wavenumbers, stateChannels, padding } = options;
  if (wavenumbers === undefined) return { init, apply: velocity };
  const modes = waveModes(padding, wavenumbers);
  return {
    init: (key) => ({
      ...init(key),
      [spectralGainName]: zeros([wavenumbers, stateChannels]),
    }),
    apply: (params, x, y, t) =>
      tidy(() => {
        const gain = parameter(params, spectralGainName);
        const v = velocity(params, x, y, t);
        return add(v, spectralGain(add(x, v), gain, modes));
      }),
  };
}

/**
 * A U-Net for the corrector φ(x_t, y, t, δ) of a flow map, reading cat[x_t, y, position, t, δ] along the channels.
 * Shapes as for {@link velocityNetwork}; δ is `[batch]`.
 *
 * @throws ShapeError, when applied, where the shapes do not fit; ArgumentError as {@link uNet}, and for a
 *   network of one's own that is not given.
 */
export function correctorNetwork(
  options: FieldNetworkOptions,
  { networks = {}, ...evaluation }: BuildOptions = {},
): CorrectorNetwork {
  const description = { ...options, kind: "corrector" } as const;
  const own = ownNetwork(description, networks);
  if (own !== null) return own;
  const { init, apply } = uNet(uNetOptions(description), evaluation);
  return {
    init,
    apply: (params, x, y, t, delta) =>
      tidy(() => apply(params, joinInputs(options, x, y, t, delta))),
  };
}

/**
 * A U-Net for the mean velocity u(x_t, y, t, δ) of a flow map x + δu, reading cat[x_t, y, position, t, δ] along the
 * channels as {@link correctorNetwork} does.
 *
 * @throws ShapeError, when applied, where the shapes do not fit; ArgumentError as {@link uNet}, and for a
 *   network of one's own that is not given.
 */
export function meanVelocityNetwork(
  options: FieldNetworkOptions,
  { networks = {}, ...evaluation }: BuildOptions = {},
): MeanVelocityNetwork {
  const own = ownNetwork({ ...options, kind: "mean-velocity" }, networks);
  return own ?? correctorNetwork(options, evaluation);
}

/**
 * A U-Net that makes the next state at once: G(z, y), reading cat[z, y, position], where it is fed noise z like the
 * state; G(y), reading cat[y, position], where it is a predictor. z, y and the result are as for
 * {@link velocityNetwork}.
 *
 * @throws ShapeError, when applied, where the shapes do not fit; ArgumentError as {@link uNet}, and for a
 *   network of one's own that is not given.
 */
export function directNetwork(
  description: FieldNetworkOptions & { readonly kind: "generator" | "predictor" },
  { networks = {}, ...evaluation }: BuildOptions = {},
): DirectNetwork {
  const own = ownNetwork(description, networks);
  if (own !== null) return own;
  const { init, apply } = uNet(uNetOptions(description), evaluation);
  return {
    init,
    apply: (params, z, y) => tidy(() => apply(params, joinInputs(description, z, y))),
  };
}

/**
 * The shape of every parameter of a network by name, in the order of its parameters.
 *
 * @throws ArgumentError where the network is one's own and not given.
 */
export function parameterShapes(
  description: NetworkDescription,
  { networks = {} }: Pick<BuildOptions, "networks"> = {},
): Readonly<Record<string, readonly number[]>> {
  const own = ownNetwork(description, networks);
  if (own !== null) return shapesDrawn(own);
  const shapes = uNetShapes(uNetOptions(description));
  const { kind, spectralGain: wavenumbers, stateChannels } = description;
  if (kind !== "velocity" || wavenumbers === undefined) return shapes;
  return { ...shapes, [spectralGainName]: [wavenumbers, stateChannels] };
}

/** The shape of every parameter that a network draws, by name. */
export function shapesDrawn<Inputs extends readonly (Tensor | null)[]>({
  init,
}: Network<Inputs>): Readonly<Record<string, readonly number[]>> {
  const shapes: Record<string, readonly number[]> = {};
  tidy(() => {
    for (const [name, { shape }] of Object.entries(init(key(0)))) shapes[name] = shape;
  });
  return shapes;
}
