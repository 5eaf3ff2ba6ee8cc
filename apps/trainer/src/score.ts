import type { BatchRows, Normalisation, OwnNetworks, ParamSets, Params } from "@eddyflow/core";
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
import { type Communicator, oneProcess } from "@eddyflow/parallel";
import { drawRows, keyFor, normalTensor, numRows } from "@eddyflow/random";
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
  /** The ranks that share out the pairs; this process alone unless given. */
  readonly communicator?: Communicator;
  /** The parameters of the trajectory in the condition; none unless given. */
  readonly parameters?: Normalisation;
  /** Networks of one's own, of which student and teacher may be made; none unless given. */
  readonly networks?: OwnNetworks;
}

/** The rows of a batch of held-out pairs that a rank scores. */
interface OwnPairs {
  /** The number of the batch. */
  readonly step: number;
  readonly indices: readonly number[];
  /** Which of the batch they are; absent where one process has all. */
  readonly rows?: BatchRows;
}

/** Held-out pairs, spread evenly over the store, in batches that the ranks share out. */
function* batchesOf(options: ScoreOptions): Generator<OwnPairs> {
  const { store, pairs, batchSize, communicator: { rank, size } = oneProcess() } = options;
  const available = numPairs(store, options);
  const count = Math.min(pairs, available);
  const all = Array.from({ length: count }, (_, i) => Math.floor((i * available) / count));
  for (let step = 0; step * batchSize < count; step++) {
    const batch = all.slice(step * batchSize, (step + 1) * batchSize);
    if (size === 1) yield { step, indices: batch };
    const rows = { from: rank, every: size, of: batch.length };
    // The last batch may have fewer pairs than there are ranks.
    if (size === 1 || numRows(rows) === 0) continue;
    const own = drawRows(numRows(rows), rows, () => Float64Array.from(batch));
    yield { step, indices: [...own], rows };
  }
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
  { horizon = 1, networks: named = {}, ...options }: ScoreOptions,
): (params: Params) => Promise<Score> {
  if (judge.kind === "loss") {
    return (params) =>
      validationLoss(judge.objective, { ...frozen, student: params }, { ...options, horizon });
  }
  if (teacher === null) throw new Error("a model that is judged by its teacher has one");
  const { networks: ofTeacher, sets, sampler: taughtBy } = teacher;
  const teaching = dynamicsOf(ofTeacher, sets, { networks: named });
  let taught: Promise<readonly Float32Array[]> | null = null;
  return async (params) => {
    taught ??= endPoints((x, y) => endPoint(teaching, x, y, taughtBy), options);
    // One after the other: ranks meet in both.
    const reference = await taught;
    const student = dynamicsOf(networks, { ...frozen, student: params }, { networks: named });
    const own = await endPoints((x, y) => endPoint(student, x, y, sampler), options);
    const { communicator = oneProcess() } = options;
    const score = Float64Array.of(0);
    // Time has no variance over a state, and a rollout does not take it from the model.
    const { channels } = options.normalisation;
    const fields = channels.filter((name) => name !== timestampChannel).length;
    const [ends, taughtEnds] = [own, reference].map((states) =>
      states.map((state) => withoutTimestamp(state, channels)),
    ) as [Float32Array[], Float32Array[]];
    if (communicator.rank === 0) {
      score[0] = distillationError(ends, taughtEnds, { channels: fields });
    }
    await communicator.allReduceSum(score);
    return { name: "distillationError", value: score[0] as number };
  };
}

async function validationLoss(
  objective: Learner["objective"],
  sets: ParamSets,
  options: ScoreOptions,
): Promise<Score> {
  const { communicator = oneProcess() } = options;
  let [sum, count] = [0, 0];
  for (const { step, indices, rows } of batchesOf(options)) {
    const batch = await readPairs(options.store, indices, options);
    const key = keyFor(options.seed, "validation", step);
    const targets = await objective.targets(sets, batch, { key, step, rows });
    const loss = tidy(() => objective.loss(sets, targets).loss);
    sum += ((await loss.data())[0] as number) * indices.length;
    count += indices.length;
    dispose([batch.previous, batch.next, ...(batch.later ?? []), loss]);
    dispose(Object.values(targets));
  }
  const total = Float64Array.of(sum, count);
  await communicator.allReduceSum(total);
  return { name: "validationLoss", value: (total[0] as number) / (total[1] as number) };
}

/** The end point under each held-out condition, from noise of its own: of all ranks at rank 0, elsewhere the rank's own. */
async function endPoints(
  sample: (x: Tensor, y: Tensor) => Tensor,
  options: ScoreOptions,
): Promise<readonly Float32Array[]> {
  const { communicator = oneProcess() } = options;
  const ends: Float32Array[] = [];
  for (const { step, indices, rows } of batchesOf(options)) {
    const { previous, next } = await readPairs(options.store, indices, options);
    const noise = normalTensor(keyFor(options.seed, "validation", step), next.shape, rows);
    const end = sample(noise, previous);
    const values = (await end.data<"float32">()) as Float32Array;
    const size = values.length / indices.length;
    ends.push(...indices.map((_, i) => values.subarray(i * size, (i + 1) * size)));
    dispose([previous, next, noise, end]);
  }
  return communicator.size === 1 ? ends : await endsOfAll(ends, communicator);
}

/** At rank 0 the states of all ranks, those of rank 0 first. */
async function endsOfAll(
  own: readonly Float32Array[],
  { rank, gather }: Communicator,
): Promise<readonly Float32Array[]> {
  const size = own[0]?.length ?? 0;
  const values = new Float32Array(own.length * size);
  for (const [i, state] of own.entries()) values.set(state, i * size);
  const all = await gather(new Uint8Array(values.buffer));
  if (rank > 0) return own;
  return all.flatMap(({ buffer, byteOffset, byteLength }) => {
    const states = new Float32Array(buffer, byteOffset, byteLength / 4);
    return Array.from({ length: states.length / size }, (_, i) =>
      states.subarray(i * size, (i + 1) * size),
    );
  });
}
