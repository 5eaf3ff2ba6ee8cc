import type { NetworkDescription, Params } from "@eddyflow/core";
import { spectralGainName, velocityNetwork } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import { euler, uniformTimes } from "@eddyflow/samplers";
import { dispose, grads, type Tensor, tensor, tensor1d, zeros } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { numberOf } from "./gaussian.test.helpers.ts";
import type { PathBatch } from "./paths/path-batch.ts";
import { spectralMatch } from "./spectral-match.ts";

const description = {
  kind: "velocity",
  ...{ stateChannels: 1, conditionChannels: 0, features: [2], spectralGain: 2 },
  padding: ["periodic", "periodic"],
} as const satisfies NetworkDescription;
const n = 8;
const objective = spectralMatch(description, {
  teacher: velocityNetwork(description),
  ...{ tableau: euler, times: uniformTimes(1) },
});
const at = { key: key(1), step: 0 };

/** Waves of one and of two lengths in the box, of these amplitudes. */
const waves = (one: number, two: number): Tensor =>
  tensor(
    Float32Array.from({ length: n * n }, (_, i) => {
      const x = (2 * Math.PI * (i % n)) / n;
      return one * Math.cos(x + 0.4) + two * Math.sin(2 * x);
    }),
    [1, n, n, 1],
  );

/** A student that adds nothing to the noise, but for its gains. */
let params: Params;
beforeAll(() => {
  const drawn = velocityNetwork(description).init(key(0));
  params = Object.fromEntries(
    Object.entries(drawn).map(([name, { shape }]) => [name, zeros(shape)]),
  );
  dispose(drawn as never);
});

/** Noise that the student leaves as it is, and where the teacher leads. */
const batchOf = (start: Tensor, next: Tensor): PathBatch => ({
  previous: null,
  ...{ start, next, t: tensor1d([0]), end: tensor1d([1]) },
});

async function lossOf(gains: readonly number[], batch: PathBatch) {
  const sets = { student: { ...params, [spectralGainName]: tensor([...gains], [2, 1]) } };
  const targets = await objective.targets(sets, batch, at);
  return await numberOf(objective.loss(sets, targets).loss);
}

test("the loss is 0 where each wavenumber has the teacher's energy, and more beside it", async () => {
  // Energies go as squares: the teacher's waves are 1.5 and ½ times as large.
  const batch = batchOf(waves(2, 1), waves(3, 0.5));
  expect(await lossOf([0.5, -0.5], batch)).toBeCloseTo(0, 5);
  for (const gains of [
    [0.4, -0.5],
    [0.6, -0.5],
    [0.5, -0.4],
    [0.5, -0.6],
  ]) {
    expect(await lossOf(gains, batch)).toBeGreaterThan(1e-4);
  }
  // (1 + g)³ e/3 − (1 + g) ê + ⅔ ê √(ê/e) with e = 2, ê = 9/2 and e = ½, ê = ⅛.
  expect(await lossOf([0, 0], batch)).toBeCloseTo(
    2 / 3 - 4.5 + (2 / 3) * 4.5 * 1.5 + 0.5 / 3 - 0.125 + (2 / 3) * 0.125 * 0.5,
    4,
  );
});

test("its gradient leads to the ratio of the sums of the energies of several states", async () => {
  // One state's energy doubles, the other's is halved: 2 + 8 become 4 + 4.
  const gradientAt = async (gain: number, [from, to]: readonly [number, number]) => {
    const batch = batchOf(waves(from, 0), waves(to, 0));
    const targets = await objective.targets({ student: params }, batch, at);
    const own = grads(
      (gains: Tensor) =>
        objective.loss({ student: { ...params, [spectralGainName]: gains } }, targets).loss,
    )([tensor([gain, 0], [2, 1])]);
    return (await (own[0] as Tensor).data())[0] as number;
  };
  const pairs = [
    [2, Math.sqrt(8)],
    [4, Math.sqrt(8)],
  ] as const;
  const together = async (gain: number) =>
    (await gradientAt(gain, pairs[0])) + (await gradientAt(gain, pairs[1]));
  const right = Math.sqrt(8 / 10) - 1;
  expect(await together(right)).toBeCloseTo(0, 5);
  expect(await together(right - 0.1)).toBeLessThan(-0.1);
  expect(await together(right + 0.1)).toBeGreaterThan(0.1);
});

test("a wavenumber without energy asks for nothing that is not finite", async () => {
  expect(await lossOf([0, 0], batchOf(waves(1, 0), waves(1, 0)))).toBeCloseTo(0, 6);
  expect(Number.isFinite(await lossOf([0, 0], batchOf(waves(1, 0), waves(1, 1))))).toBe(true);
});

test("energies are those without the gains that are there already", async () => {
  const noise = normalTensor(key(3), [1, n, n, 1]);
  const ofGain = async (gain: number) => {
    const student = { ...params, [spectralGainName]: tensor([gain, gain], [2, 1]) };
    const { own } = await objective.targets({ student }, batchOf(noise, noise), at);
    return own.data();
  };
  expect(await ofGain(0.7)).toEqual(await ofGain(0));
});
