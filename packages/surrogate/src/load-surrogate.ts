import {
  fileOfSet,
  loadParams,
  type Manifest,
  readManifest,
  type Source,
} from "@eddyflow/checkpointing";
import { type Key, type Params, ShapeError } from "@eddyflow/core";
import {
  correctorNetwork,
  flowMap,
  type NetworkDescription,
  parameterShapes,
  velocityField,
  velocityNetwork,
} from "@eddyflow/models";
import { denormalise, normalise } from "@eddyflow/ops";
import { normalTensor } from "@eddyflow/random";
import { integrate, jump, nfeOf, type SamplerDescription, tableaus } from "@eddyflow/samplers";
import { add, concat, dispose, slice, type Tensor, tidy, zeros } from "@tensorflow/tfjs-core";
import { chooseSampler, type UniformSampler } from "./choose-sampler.ts";
import { describeNetwork } from "./describe-network.ts";

export interface LoadSurrogateOptions {
  /** Another way to sample than the manifest's, on a uniform grid of so many steps. */
  readonly sampler?: UniformSampler;
  /** Which weights to use; the average wherever the checkpoint has one. */
  readonly weights?: "average" | "student";
}

/** A trained model behind one function, in physical units. */
export interface Surrogate {
  /** Network evaluations per call of `next`, whatever the batch. */
  readonly nfe: number;
  readonly manifest: Manifest;
  /**
   * Draws a next state given the present one, `[batch, ...space, channel]` both, in physical units. The
   * noise is `normalTensor(key, shape)`: two samplers start from the same noise for the same key, and
   * each member of the batch has noise of its own. Without a key the noise is zero, its mean, and the
   * answer always the same. A channel that holds the time, which the manifest's clock names, is that of
   * `previous` a step later, whatever was drawn for it. The caller disposes the result; `previous` is untouched.
   *
   * @throws ShapeError where `previous` does not have the grid and the channels of the manifest.
   */
  next(previous: Tensor, key: Key | null): Promise<Tensor>;
  /** Frees the parameters; the surrogate cannot be used any more. */
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
  { sampler: wanted, weights }: LoadSurrogateOptions = {},
): Promise<Surrogate> {
  const manifest = await readManifest(source);
  const description = describeNetwork(manifest, "student", ["velocity", "corrector"]);
  const sampler = chooseSampler(description.kind, manifest, wanted);
  const nfe = nfeOf(sampler);
  const isVelocityUsed = sampler.method === "flow" && nfe > sampler.steps;
  const velocity = isVelocityUsed
    ? await load(source, "velocity", describeNetwork(manifest, "velocity", ["velocity"]))
    : null;
  const hasAverage = Object.hasOwn(manifest.files, fileOfSet("student.average"));
  const isAveraged = weights === undefined ? hasAverage : weights === "average";
  const set = isAveraged ? "student.average" : "student";
  const student = await load(source, set, description).catch((error: unknown) => {
    if (velocity) dispose(velocity.params);
    throw error;
  });
  const sample = sampleWith(sampler, student, velocity);
  const shape = [...manifest.grid.shape, manifest.channels.length];
  return {
    nfe,
    manifest,
    async next(previous, key) {
      requireShape(previous, shape);
      return tidy(() => {
        const condition = normalise(previous, manifest.normalisation);
        const noise = key === null ? zeros(previous.shape) : normalTensor(key, previous.shape);
        const drawn = denormalise(sample(noise, condition), manifest.normalisation);
        return withClock(drawn, previous, manifest);
      });
    },
    dispose() {
      for (const loaded of [student, velocity]) if (loaded) dispose(loaded.params);
    },
  };
}

/** The state that was drawn, with the time taken from the clock instead. */
function withClock(drawn: Tensor, previous: Tensor, { clock, channels }: Manifest): Tensor {
  if (!clock || clock.channel === null) return drawn;
  const at = channels.indexOf(clock.channel);
  const part = (state: Tensor, from: number, count: number) =>
    slice(state, [...state.shape.slice(1).fill(0), from], [...state.shape.slice(0, -1), count]);
  const after = channels.length - at - 1;
  return concat(
    [
      ...(at > 0 ? [part(drawn, 0, at)] : []),
      add(part(previous, at, 1), clock.step),
      ...(after > 0 ? [part(drawn, at + 1, after)] : []),
    ],
    -1,
  );
}

interface LoadedNetwork {
  readonly description: NetworkDescription;
  readonly params: Params;
}

async function load(
  source: Source,
  set: string,
  description: NetworkDescription,
): Promise<LoadedNetwork> {
  const params = await loadParams(source, set, parameterShapes(description));
  return { description, params };
}

/** From noise at t = 0 to a state at t = 1, given the condition; all normalised. */
function sampleWith(
  { method, grid }: SamplerDescription,
  student: LoadedNetwork,
  velocity: LoadedNetwork | null,
): (noise: Tensor, condition: Tensor) => Tensor {
  const fieldOf = ({ description, params }: LoadedNetwork) =>
    velocityField(velocityNetwork(description), params);
  if (method === "flow") {
    const corrector = correctorNetwork(student.description);
    const map = flowMap(corrector, student.params, velocity && fieldOf(velocity));
    return (noise, condition) => jump(map, noise, condition, grid);
  }
  const field = fieldOf(student);
  const tableau = tableaus[method];
  return (noise, condition) => integrate(field, noise, condition, { tableau, grid });
}

function requireShape({ shape }: Tensor, expected: readonly number[]): void {
  const [, ...found] = shape;
  if (shape.length === expected.length + 1 && found.every((n, i) => n === expected[i])) return;
  throw new ShapeError({
    problem: `the state has shape [${shape.join(", ")}]`,
    expected: `[batch, ${expected.join(", ")}]`,
    remedy: "give states on the grid and with the channels that the model was trained on",
  });
}
