import type { Normalisation, ParamSets, Params } from "@eddyflow/core";
import {
  numPairs,
  type PairFrames,
  readPairs,
  type TrajectoryStore,
  timestampChannel,
  withoutTimestamp,
} from "@eddyflow/datasets";
import type { Learner, Teacher } from "@eddyflow/methods";
import { distillationError } from "@eddyflow/metrics";
import { dynamicsOf } from "@eddyflow/models";
import { keyFor, normalTensor } from "@eddyflow/random";
import { endPoint } from "@eddyflow/samplers";
import { dispose, type Tensor, tidy } from "@tensorflow/tfjs-core";

/** What the checkpoints of a run are compared by; smaller is better. */
export interface Score {
  readonly name: "validationLoss" | "distillationError";
  readonly value: number;
}

export interface ScoreOptions extends PairFrames {
  readonly store: TrajectoryStore;
  readonly normalisation: Normalisation;
  readonly pairs: number;
  readonly batchSize: number;
  readonly seed: number;
  /** The parameters of the trajectory in the condition; none unless given. */
  readonly parameters?: Normalisation;
}

/** Held-out pairs, spread evenly over the store, in batches. */
function* batchesOf(options: ScoreOptions): Generator<readonly number[]> {
  const { store, pairs, batchSize } = options;
  const available = numPairs(store, options);
  const count = Math.min(pairs, available);
  const all = Array.from({ length: count }, (_, i) => Math.floor((i * available) / count));
  for (let i = 0; i < count; i += batchSize) yield all.slice(i, i + batchSize);
}

/**
 * How to score the weights of a model on held-out pairs, the same ones with the same noise each time.
 * A velocity is judged by its loss. A student is judged by the distillation error, because its own loss
 * can fall while it drifts from its teacher: the VRMSE between its end points and the teacher's, from the
 * same noise. The teacher's are computed at the first call.
 */
export function scoring(
  { judge, networks, frozen, sampler }: Learner,
  teacher: Teacher | null,
  { horizon = 1, ...options }: ScoreOptions,
): (params: Params) => Promise<Score> {
  if (judge.kind === "loss") {
    return (params) =>
      validationLoss(judge.objective, { ...frozen, student: params }, { ...options, horizon });
  }
  if (teacher === null) throw new Error("a model that is judged by its teacher has one");
  const { networks: ofTeacher, sets, sampler: taughtBy } = teacher;
  let taught: Promise<readonly Float32Array[]> | null = null;
  return async (params) => {
    taught ??= endPoints((x, y) => endPoint(dynamicsOf(ofTeacher, sets), x, y, taughtBy), options);
    const student = dynamicsOf(networks, { ...frozen, student: params });
    const [own, reference] = [
      await endPoints((x, y) => endPoint(student, x, y, sampler), options),
      await taught,
    ];
    // Time has no variance over a state, and a rollout does not take it from the model.
    const { channels } = options.normalisation;
    const fields = channels.filter((name) => name !== timestampChannel).length;
    const [ends, taughtEnds] = [own, reference].map((states) =>
      states.map((state) => withoutTimestamp(state, channels)),
    ) as [Float32Array[], Float32Array[]];
    return {
      name: "distillationError",
      value: distillationError(ends, taughtEnds, { channels: fields }),
    };
  };
}

async function validationLoss(
  objective: Learner["objective"],
  sets: ParamSets,
  options: ScoreOptions,
): Promise<Score> {
  let [sum, count] = [0, 0];
  for (const [step, indices] of [...batchesOf(options)].entries()) {
    const batch = await readPairs(options.store, indices, options);
    const key = keyFor(options.seed, "validation", step);
    const targets = await objective.targets(sets, batch, { key, step });
    const loss = tidy(() => objective.loss(sets, targets).loss);
    sum += ((await loss.data())[0] as number) * indices.length;
    count += indices.length;
    dispose([batch.previous, batch.next, ...(batch.later ?? []), loss]);
    dispose(Object.values(targets));
  }
  return { name: "validationLoss", value: sum / count };
}

/** The end point under each held-out condition, from noise of its own. */
async function endPoints(
  sample: (x: Tensor, y: Tensor) => Tensor,
  options: ScoreOptions,
): Promise<readonly Float32Array[]> {
  const ends: Float32Array[] = [];
  for (const [step, indices] of [...batchesOf(options)].entries()) {
    const { previous, next } = await readPairs(options.store, indices, options);
    const noise = normalTensor(keyFor(options.seed, "validation", step), next.shape);
    const end = sample(noise, previous);
    const values = (await end.data<"float32">()) as Float32Array;
    const size = values.length / indices.length;
    ends.push(...indices.map((_, i) => values.subarray(i * size, (i + 1) * size)));
    dispose([previous, next, noise, end]);
  }
  return ends;
}
