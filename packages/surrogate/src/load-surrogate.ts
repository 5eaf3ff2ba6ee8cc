import {
  fileOfSet,
  loadParams,
  type Manifest,
  readManifest,
  type Source,
} from "@eddyflow/checkpointing";
import {
  ArgumentError,
  type Conditioning,
  type Dynamics,
  type NetworkDescription,
  type NetworkKind,
  type Normalisation,
  type SamplerDescription,
  ShapeError,
} from "@eddyflow/core";
import { dynamicsOf, requireHalvings } from "@eddyflow/models";
import { denormalise, normalise } from "@eddyflow/ops";
import {
  directName,
  endPoint,
  jumpName,
  nfeOf,
  outsideTraining,
  samplerName,
  stepsOf,
  tableaus,
} from "@eddyflow/samplers";
import {
  add,
  broadcastTo,
  concat,
  dispose,
  reshape,
  slice,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { checkNetworks } from "./check-networks.ts";
import { type NoiseKeys, noiseOf } from "./noise.ts";
import { type OwnNetworkOption, type OwnNetworks, shapesOfSet } from "./own-networks.ts";
import { type SharedWeights, sharedWeights } from "./shared-weights.ts";

export interface LoadSurrogateOptions {
  /** Another way to sample than the manifest's, such as `equalSteps("euler", 2)` of `@eddyflow/samplers`. */
  readonly sampler?: SamplerDescription | OwnSampler;
  /** Which weights to use; the average wherever the checkpoint has one. */
  readonly weights?: "average" | "student";
  /**
   * Networks of one's own, by their sets ("student", and "velocity" of a flow map), in place of the U-Nets that the manifest
   * describes. Each has the inputs of its kind there, and its `init` says names and shapes of the weights.
   */
  readonly networks?: Readonly<Record<string, OwnNetworkOption>>;
}

/**
 * A sampler of one's own: from noise x under the condition y, both normalised, to the end point, by what carries states.
 * It disposes what it makes but its result, and leaves x and y alone.
 */
export type OwnSampler = (dynamics: Dynamics, x: Tensor, y: Tensor) => Tensor | Promise<Tensor>;

/** What is known besides the states before. */
export interface ConditionOptions {
  /**
   * The parameters of the trajectory that the model was told of, such as `{ atwood: 0.5 }`: one number for the
   * whole batch, or one for each of its members.
   */
  readonly parameters?: Readonly<Record<string, number | readonly number[]>>;
}

/** A trained model behind one function, in physical units. */
export interface Surrogate {
  /**
   * Network evaluations per call of `next`, whatever the batch, as the sampler says; NaN for a sampler of one's own, which
   * `evaluations` counts.
   */
  readonly nfe: number;
  /** Network evaluations made so far, counted by the networks themselves: `nfe` more after each `next`. */
  readonly evaluations: number;
  readonly manifest: Manifest;
  /**
   * In what it is run otherwise than it learnt to be, in words without a full stop, such as "run by euler:3, trained on
   * the flow times 0, 0.5, 1 only"; null where it is not. It runs all the same, but expect worse states.
   */
  readonly warning: string | null;
  /**
   * Draws a next state, `[batch, ...space, channel]`, given those before it, `[batch, ...space, history · channel]`
   * with the oldest first; most models know one. Both are in physical units. The noise is
   * `normalTensor(key, shape)` of the next state's shape: two samplers start from the same noise for the same key,
   * and each member of the batch has noise of its own. With a list of keys, one for each member, the noise of a member
   * depends on its own key alone: it gets the same next state in any batch. Without a key the noise is zero, its mean,
   * and the answer always the same. A channel that holds the time, which the manifest's clock names, is that of the latest state
   * a step later, whatever was drawn for it. The caller disposes the result; `previous` is untouched.
   *
   * The grid may have other numbers of points than the manifest's where the network's shape allows them, and then cells of
   * the same size are what it learnt.
   *
   * @throws ShapeError where `previous` does not have the axes and the channels of the manifest, or its points cannot be
   *   halved as often as the network does; ArgumentError where a parameter is missing or is not one that the model
   *   knows, there are not as many keys as members, a key is none, or after `dispose()`.
   */
  next(previous: Tensor, key: NoiseKeys, known?: ConditionOptions): Promise<Tensor>;
  /**
   * The same model sampled in another way, as one more surrogate with a count of its own. The two share their weights.
   *
   * @throws ArgumentError where the sampler is not one for this kind of model, or after `dispose()`; CheckpointError where
   *   weights that only this sampler needs are missing or damaged.
   */
  sampledBy(sampler: SamplerDescription | OwnSampler): Promise<Surrogate>;
  /** The surrogate cannot be used any more. Frees the weights unless another surrogate shares them. A second call does nothing. */
  dispose(): void;
}

/**
 * Loads a checkpoint, from a folder or a URL: networks from their descriptions, the weights (averaged
 * where there are such), the sampler. Only files that are used are read: a flow map that goes all the
 * way in one step, δ = 1, needs no velocity.
 *
 * @throws CheckpointError where the checkpoint is incomplete, damaged, of another network or lacks the
 *   wanted weights; ArgumentError where the wanted sampler is not one for this kind of model.
 */
export async function loadSurrogate(
  source: Source,
  { sampler: wanted, weights, networks: given = {} }: LoadSurrogateOptions = {},
): Promise<Surrogate> {
  const manifest = await readManifest(source);
  const networks = checkNetworks(manifest);
  requireKnownSets(given, networks);
  const own: OwnNetworks = Object.fromEntries(
    Object.entries(given).map(([set, network]) => [
      set,
      typeof network === "function" ? network(networks[set] as NetworkDescription) : network,
    ]),
  );
  const hasAverage = Object.hasOwn(manifest.files, fileOfSet("student.average"));
  const isAveraged = weights === undefined ? hasAverage : weights === "average";
  const shared = sharedWeights((set) => {
    const file = set === "student" && isAveraged ? "student.average" : set;
    return loadParams(source, file, shapesOfSet(networks[set] as NetworkDescription, own[set]));
  });
  return await surrogateOf({ manifest, networks, own, shared }, wanted ?? manifest.sampler);
}

/** What surrogates of one checkpoint have in common. */
interface Loaded {
  readonly manifest: Manifest;
  readonly networks: Manifest["networks"];
  readonly own: OwnNetworks;
  readonly shared: SharedWeights;
}

async function surrogateOf(
  loaded: Loaded,
  sampler: SamplerDescription | OwnSampler,
): Promise<Surrogate> {
  const { manifest, networks, own, shared } = loaded;
  const isOwn = typeof sampler === "function";
  if (!isOwn) requireSampler(sampler, manifest);
  const { kind } = networks["student"] as NetworkDescription;
  const nfe = isOwn ? Number.NaN : nfeOf(sampler, kind);
  // A jump all the way, δ = 1, has no weight for the velocity.
  const needsVelocity = kind === "corrector" && (isOwn || nfe > stepsOf(sampler));
  const sets = await shared.hold(["student", ...(needsVelocity ? ["velocity"] : [])]);
  let evaluations = 0;
  let isDisposed = false;
  const dynamics: Dynamics = dynamicsOf(networks, sets, { own, onEvaluation: () => evaluations++ });
  const { features, own: ownName } = networks["student"] as NetworkDescription;
  const isUNet = own["student"] === undefined && ownName === undefined;
  return {
    nfe,
    get evaluations() {
      return evaluations;
    },
    manifest,
    warning:
      isOwn || manifest.trainedOn === undefined
        ? null
        : outsideTraining(sampler, manifest.trainedOn),
    async next(previous, key, known = {}) {
      if (isDisposed) throw disposed;
      requireShape(previous, manifest);
      if (isUNet) requireHalvings(features, previous.shape.slice(1, -1));
      const [noise, condition] = tidy(() => {
        const stateShape = [...previous.shape.slice(0, -1), manifest.channels.length];
        return [noiseOf(key, stateShape), conditionOf(previous, known, manifest)];
      }) as [Tensor, Tensor];
      try {
        const end = isOwn
          ? await sampler(dynamics, noise, condition)
          : tidy(() => endPoint(dynamics, noise, condition, sampler));
        const next = tidy(() =>
          withClock(denormalise(end, manifest.normalisation), previous, manifest),
        );
        if (end !== noise) end.dispose();
        return next;
      } finally {
        dispose([noise, condition]);
      }
    },
    async sampledBy(other) {
      if (isDisposed) throw disposed;
      return await surrogateOf(loaded, other);
    },
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      shared.release();
    },
  };
}

/** The condition of the network: the states before and the parameters, all normalised. */
function conditionOf(
  previous: Tensor,
  { parameters: given = {} }: ConditionOptions,
  { conditioning: { history, parameters }, normalisation }: Manifest,
): Tensor {
  const states = normalise(previous, repeated(normalisation, history));
  const wrong = Object.keys(given).find((name) => !parameters.channels.includes(name));
  if (wrong !== undefined) throw unknownParameter(wrong, parameters);
  if (parameters.channels.length === 0) return states;
  const [batch, ...space] = previous.shape.slice(0, -1) as [number, ...number[]];
  const rows = Array.from({ length: batch }, (_, row) =>
    parameters.channels.map((name, i) => {
      const value = given[name];
      const own = typeof value === "number" ? value : value?.[row];
      if (own === undefined || !Number.isFinite(own)) throw missingParameter(name, row);
      return (own - (parameters.mean[i] as number)) / (parameters.std[i] as number);
    }),
  );
  const ones = space.map(() => 1);
  const constant = reshape(tensor(rows), [batch, ...ones, parameters.channels.length]);
  return concat([states, broadcastTo(constant, [batch, ...space, parameters.channels.length])], -1);
}

/** The normalisation of several states beside each other as channels. */
function repeated(
  { channels, mean, std }: Normalisation,
  history: Conditioning["history"],
): Normalisation {
  const times = <T>(values: readonly T[]) => Array.from({ length: history }, () => values).flat();
  return { channels: times(channels), mean: times(mean), std: times(std) };
}

const missingParameter = (name: string, row: number) =>
  new ArgumentError({
    problem: `the model needs to know "${name}", and member ${row} of the batch has none`,
    expected: "a finite number, or one for each member",
    remedy: `give next(previous, key, { parameters: { ${name}: … } })`,
  });

const unknownParameter = (name: string, { channels }: Normalisation) =>
  new ArgumentError({
    problem: `the model knows no parameter "${name}"`,
    expected: channels.length === 0 ? "no parameters" : channels.join(", "),
    remedy: "leave it out",
  });

/** The state that was drawn, with the time taken from the clock instead. */
function withClock(drawn: Tensor, previous: Tensor, { clock, channels }: Manifest): Tensor {
  if (clock === null || clock.channel === null) return drawn;
  const at = channels.indexOf(clock.channel);
  const latest = (previous.shape.at(-1) as number) - channels.length;
  const part = (state: Tensor, from: number, count: number) =>
    slice(state, [...state.shape.slice(1).fill(0), from], [...state.shape.slice(0, -1), count]);
  const after = channels.length - at - 1;
  return concat(
    [
      ...(at > 0 ? [part(drawn, 0, at)] : []),
      add(part(previous, latest + at, 1), clock.step),
      ...(after > 0 ? [part(drawn, at + 1, after)] : []),
    ],
    -1,
  );
}

/** The samplers that run a network of each kind. */
const samplersOf: Readonly<Record<NetworkKind, SamplerDescription["kind"]>> = {
  velocity: "integrate",
  corrector: "jump",
  "mean-velocity": "jump",
  generator: "direct",
  predictor: "direct",
};

/** Refuses a sampler of another kind than the student's. */
function requireSampler(sampler: SamplerDescription, { networks, method }: Manifest): void {
  const wanted = samplersOf[(networks["student"] as NetworkDescription).kind];
  if (sampler.kind === wanted) return;
  const names = {
    integrate: tableaus.map(({ name }) => name),
    jump: [jumpName],
    direct: [directName],
  };
  throw new ArgumentError({
    problem: `a ${method} checkpoint cannot be sampled by "${samplerName(sampler)}"`,
    expected: names[wanted].join(", "),
    remedy: "give another sampler or another checkpoint",
  });
}

const disposed = new ArgumentError({
  problem: "the surrogate was disposed, and its weights with it",
  expected: "a surrogate that is in use",
  remedy: "load it again, or call dispose() after the last next()",
});

function requireKnownSets(own: object, networks: Manifest["networks"]): void {
  const unknown = Object.keys(own).find((set) => networks[set] === undefined);
  if (unknown === undefined) return;
  throw new ArgumentError({
    problem: `the checkpoint has no network "${unknown}"`,
    expected: Object.keys(networks).join(", "),
    remedy: "name your networks as the manifest does",
  });
}

/** The points may be others than the manifest's, their axes and the channels not. */
function requireShape({ shape }: Tensor, { grid, channels, conditioning }: Manifest): void {
  const count = conditioning.history * channels.length;
  if (shape.length === grid.shape.length + 2 && shape.at(-1) === count) return;
  throw new ShapeError({
    problem: `the state has shape [${shape.join(", ")}]`,
    expected: `[batch, ${[...grid.shape, count].join(", ")}], or other numbers of points`,
    remedy: "give states with the axes and the channels that the model was trained on",
  });
}
