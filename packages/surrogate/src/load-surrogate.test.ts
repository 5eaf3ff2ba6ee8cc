import {
  encodeSafetensors,
  fileOfSet,
  type Manifest,
  paramsToArrays,
  type Source,
  verifiedSource,
} from "@eddyflow/checkpointing";
import type { Key, NetworkDescription, OwnNetwork, Params } from "@eddyflow/core";
import {
  correctorNetwork,
  directNetwork,
  meanVelocityNetwork,
  type VelocityNetwork,
  velocityNetwork,
} from "@eddyflow/models";
import { key, normal, normalTensor } from "@eddyflow/random";
import { equalSteps, nfeOf, tableaus } from "@eddyflow/samplers";
import {
  add,
  concat,
  dispose,
  div,
  fill,
  memory,
  mul,
  reshape,
  slice,
  sub,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadSurrogate } from "./load-surrogate.ts";

const network = {
  stateChannels: 2,
  conditionChannels: 2,
  features: [2, 3],
  padding: ["periodic", "periodic"],
} as const;
const velocityDescription: NetworkDescription = { kind: "velocity", ...network };
const correctorDescription: NetworkDescription = { kind: "corrector", ...network };
const velocity = velocityNetwork(network);
const corrector = correctorNetwork(network);

const mean = [3, -1];
const std = [2, 0.5];

/** A checkpoint in memory, and the names of the files that were read from it. */
async function checkpointOf(
  sets: Readonly<Record<string, Params>>,
  manifest: Partial<Manifest>,
): Promise<{ readonly source: Source; readonly read: readonly string[] }> {
  const files = new Map<string, Uint8Array>();
  for (const [set, params] of Object.entries(sets)) {
    files.set(fileOfSet(set), encodeSafetensors(await paramsToArrays(params)));
  }
  const entries: [string, { bytes: number; sha256: string }][] = [];
  for (const [file, bytes] of files) {
    const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
    entries.push([file, { bytes: bytes.length, sha256: Buffer.from(digest).toString("hex") }]);
  }
  const whole: Manifest = {
    format: "eddyflow-checkpoint",
    version: 2,
    experiment: "test",
    method: "velocity",
    step: 1,
    networks: { student: velocityDescription },
    sampler: { kind: "integrate", tableau: "midpoint", times: [0, 0.25, 1] },
    conditioning: { history: 1, parameters: { channels: [], mean: [], std: [] } },
    clock: null,
    normalisation: { channels: ["u", "v"], mean, std },
    grid: { shape: [4, 8], extent: [1, 2], boundary: ["periodic", "periodic"] },
    channels: ["u", "v"],
    teacher: null,
    files: Object.fromEntries(entries),
    config: {},
    ...manifest,
  };
  files.set("manifest.json", new TextEncoder().encode(JSON.stringify(whole)));
  const read: string[] = [];
  const source = verifiedSource(async (file) => {
    read.push(file);
    return files.get(file) as Uint8Array;
  });
  return { source, read };
}

let tensors: number;
let previous: Tensor;
let student: Params;
let average: Params;
let phi: Params;
beforeEach(() => {
  tensors = memory().numTensors;
  previous = tidy(() => add(mul(normalTensor(key(1), [3, 4, 8, 2]), 2), 3));
  student = velocity.init(key(2));
  average = velocity.init(key(3));
  phi = corrector.init(key(4));
});
afterEach(() => {
  previous.dispose();
  for (const params of [student, average, phi]) dispose(params);
  expect(memory().numTensors).toBe(tensors);
});

const normalised = (x: Tensor) => div(sub(x, tensor1d(mean)), tensor1d(std));
const physical = (x: Tensor) => add(mul(x, tensor1d(std)), tensor1d(mean));
const times = (t: number) => fill([3], t) as Tensor1D;

/** The noise of a key and the condition, normalised, to the state in physical units. */
function byHand(sample: (x: Tensor, y: Tensor) => Tensor, k: Key): Tensor {
  return tidy(() => physical(sample(tensor(normal(k, 192), [3, 4, 8, 2]), normalised(previous))));
}

/** The largest difference of two tensors, which are disposed. */
async function distance(a: Tensor, b: Tensor): Promise<number> {
  expect(a.shape).toEqual(b.shape);
  const [left, right] = [await a.data(), await b.data()];
  dispose([a, b]);
  return Math.max(...Array.from(left, (x, i) => Math.abs(x - (right[i] as number))));
}

async function expectClose(found: Tensor, expected: Tensor): Promise<void> {
  expect(await distance(found, expected)).toBeLessThan(1e-4);
}

/** Two midpoint steps, over [0, ¼] and [¼, 1]. */
const midpointTwice = (params: Params) => (noise: Tensor, y: Tensor) => {
  let x = noise;
  for (const [t, h] of [
    [0, 0.25],
    [0.25, 0.75],
  ] as const) {
    const half = add(x, mul(velocity.apply(params, x, y, times(t)), h / 2));
    x = add(x, mul(velocity.apply(params, half, y, times(t + h / 2)), h));
  }
  return x;
};

test("a velocity model integrates from noise to data at the manifest's times, in physical units", async () => {
  const { source } = await checkpointOf({ student }, {});
  const surrogate = await loadSurrogate(source);
  expect(surrogate.nfe).toBe(4);
  expect(surrogate.manifest.method).toBe("velocity");
  await expectClose(await surrogate.next(previous, key(9)), byHand(midpointTwice(student), key(9)));
  surrogate.dispose();
});

test("without a key the noise is zero", async () => {
  const { source } = await checkpointOf({ student }, {});
  const surrogate = await loadSurrogate(source);
  const silent = tidy(() =>
    physical(midpointTwice(student)(zeros([3, 4, 8, 2]), normalised(previous))),
  );
  await expectClose(await surrogate.next(previous, null), silent);
  surrogate.dispose();
});

test("with a key for each member, its next state depends on its own key and not on the batch", async () => {
  const { source } = await checkpointOf({ student }, {});
  const surrogate = await loadSurrogate(source);
  const keys = [key(7), key(8), key(9)];
  const together = await surrogate.next(previous, keys);
  const second = slice(previous, [1, 0, 0, 0], [1, -1, -1, -1]);
  const alone = await surrogate.next(second, keys[1] as Key);
  const within = slice(together, [1, 0, 0, 0], [1, -1, -1, -1]);
  expect(await alone.data()).toBeAllclose(await within.data(), { rtol: 1e-4, atol: 1e-4 });
  await expect(surrogate.next(previous, keys.slice(1))).rejects.toThrow("2 keys for a batch of 3");
  dispose([together, second, alone, within]);
  surrogate.dispose();
});

test("averaged weights are used where there are any, unless the others are asked for", async () => {
  const { source } = await checkpointOf({ student, "student.average": average }, {});
  for (const [params, options] of [
    [average, {}],
    [average, { weights: "average" }],
    [student, { weights: "student" }],
  ] as const) {
    const surrogate = await loadSurrogate(source, options);
    await expectClose(
      await surrogate.next(previous, key(5)),
      byHand(midpointTwice(params), key(5)),
    );
    surrogate.dispose();
  }
  const without = await checkpointOf({ student }, {});
  await expect(loadSurrogate(without.source, { weights: "average" })).rejects.toThrow(
    /has no file "average.safetensors"/,
  );
});

test("another sampler goes in equal steps, from the same noise for the same key", async () => {
  const { source } = await checkpointOf({ student }, {});
  const one = await loadSurrogate(source, { sampler: equalSteps("euler", 1) });
  const three = await loadSurrogate(source, { sampler: equalSteps("euler", 3) });
  expect([one.nfe, three.nfe]).toEqual([1, 3]);
  const euler = (steps: number) => (noise: Tensor, y: Tensor) => {
    let x = noise;
    for (let i = 0; i < steps; i++) {
      x = add(x, div(velocity.apply(student, x, y, times(i / steps)), steps));
    }
    return x;
  };
  await expectClose(await one.next(previous, key(6)), byHand(euler(1), key(6)));
  await expectClose(await three.next(previous, key(6)), byHand(euler(3), key(6)));
  const [same, other] = [await one.next(previous, key(6)), await one.next(previous, key(7))];
  expect(await distance(same, other)).toBeGreaterThan(0.1);
  one.dispose();
  three.dispose();
});

const flow: Partial<Manifest> = {
  method: "flow",
  networks: { student: correctorDescription, velocity: velocityDescription },
  sampler: equalSteps("flow", 1),
};

test("a student that is run in other steps than it was trained on says so, and runs", async () => {
  const trainedOn = { increments: [0.5, 0.5], times: [0, 0.5, 1], tableau: "euler" } as const;
  const own = { sampler: equalSteps("euler", 2), trainedOn };
  const warningOf = async (manifest: Partial<Manifest>, steps?: number) => {
    const { source } = await checkpointOf({ student }, manifest);
    const sampler = steps === undefined ? {} : { sampler: equalSteps("euler", steps) };
    const surrogate = await loadSurrogate(source, sampler);
    const next = await surrogate.next(previous, key(5));
    expect(next.shape).toEqual(previous.shape);
    next.dispose();
    surrogate.dispose();
    return surrogate.warning;
  };
  expect(await warningOf(own)).toBeNull();
  expect(await warningOf(own, 2)).toBeNull();
  expect(await warningOf(own, 3)).toBe("run by euler:3, trained on the flow times 0, 0.5, 1 only");
  expect(await warningOf({}, 3)).toBeNull();
});

test("a flow map in one step is x + φ, and reads no velocity", async () => {
  const { source, read } = await checkpointOf({ student: phi, velocity: student }, flow);
  const surrogate = await loadSurrogate(source);
  expect(surrogate.nfe).toBe(1);
  expect(read).not.toContain("velocity.safetensors");
  const jump = (x: Tensor, y: Tensor) => add(x, corrector.apply(phi, x, y, times(0), times(1)));
  await expectClose(await surrogate.next(previous, key(8)), byHand(jump, key(8)));
  surrogate.dispose();
});

test("a flow map in two steps is x + ¼v + ¼φ twice, at two evaluations each", async () => {
  const { source } = await checkpointOf({ student: phi, velocity: student }, flow);
  const surrogate = await loadSurrogate(source, { sampler: equalSteps("flow", 2) });
  expect(surrogate.nfe).toBe(4);
  const jumps = (noise: Tensor, y: Tensor) => {
    let x = noise;
    for (const t of [0, 0.5]) {
      const v = velocity.apply(student, x, y, times(t));
      const correction = corrector.apply(phi, x, y, times(t), times(0.5));
      x = add(x, div(add(v, correction), 4));
    }
    return x;
  };
  await expectClose(await surrogate.next(previous, key(8)), byHand(jumps, key(8)));
  surrogate.dispose();
});

test("the networks count as many evaluations as nfeOf says, for every kind and sampler", async () => {
  const first = slice(previous, [0, 0, 0, 0], [1, -1, -1, -1]);
  const mean = meanVelocityNetwork(network).init(key(5));
  const generator = directNetwork({ kind: "generator", ...network }).init(key(6));
  const predictor = directNetwork({ kind: "predictor", ...network }).init(key(7));
  const ofKind = (kind: "mean-velocity" | "generator" | "predictor", student: Params) =>
    checkpointOf(
      { student },
      {
        method: kind,
        networks: { student: { ...network, kind } },
        sampler: kind === "mean-velocity" ? equalSteps("flow", 1) : equalSteps("direct", 1),
      },
    );
  const jumps = [1, 3].map((steps) => equalSteps("flow", steps));
  const integrations = tableaus.map(
    ({ name }) => ({ kind: "integrate", tableau: name, times: [0, 0.1, 1] }) as const,
  );
  const cases = [
    ["velocity", await checkpointOf({ student }, {}), integrations],
    ["corrector", await checkpointOf({ student: phi, velocity: student }, flow), jumps],
    ["mean-velocity", await ofKind("mean-velocity", mean), jumps],
    ["generator", await ofKind("generator", generator), [equalSteps("direct", 1)]],
    ["predictor", await ofKind("predictor", predictor), [equalSteps("direct", 1)]],
  ] as const;
  for (const [kind, { source }, samplers] of cases) {
    for (const sampler of samplers) {
      const surrogate = await loadSurrogate(source, { sampler });
      expect(surrogate.nfe).toBe(nfeOf(sampler, kind));
      (await surrogate.next(first, key(8))).dispose();
      expect(surrogate.evaluations).toBe(surrogate.nfe);
      surrogate.dispose();
    }
  }
  for (const params of [mean, generator, predictor, { first }]) dispose(params);
});

test("a sampler that stops half-way is refused", async () => {
  const { source } = await checkpointOf({ student }, {});
  const sampler = { kind: "integrate", tableau: "euler", times: [0, 0.5] } as const;
  await expect(loadSurrogate(source, { sampler })).rejects.toMatchObject({ name: "ArgumentError" });
});

test.each([
  ["u", [0]],
  ["v", [1]],
] as const)(
  "the channel %s that holds the time is the clock's in a rollout, the others are drawn",
  async (channel, [at]) => {
    const { source } = await checkpointOf({ student }, { clock: { step: 0.75, channel } });
    const surrogate = await loadSurrogate(source);
    const plain = byHand(midpointTwice(student), key(9));
    const [before, drawn] = [await previous.data(), await plain.data()];
    const next = await surrogate.next(previous, key(9));
    (await next.data()).forEach((value, i) => {
      const isTime = i % 2 === at;
      expect(value).toBeCloseTo(isTime ? (before[i] as number) + 0.75 : (drawn[i] as number), 4);
    });
    const later = await surrogate.next(next, key(10));
    (await later.data()).forEach((value, i) => {
      if (i % 2 === at) expect(value).toBeCloseTo((before[i] as number) + 1.5, 4);
    });
    dispose([plain, next, later]);
    surrogate.dispose();
  },
);

test("a network that is told its position is told the same without the data", async () => {
  const described = { ...velocityDescription, position: [1] };
  const told = velocityNetwork(described);
  const params = told.init(key(5));
  const { source } = await checkpointOf({ student: params }, { networks: { student: described } });
  const surrogate = await loadSurrogate(source, { sampler: equalSteps("euler", 1) });
  const step = (noise: Tensor, y: Tensor) => add(noise, told.apply(params, noise, y, times(0)));
  await expectClose(await surrogate.next(previous, key(6)), byHand(step, key(6)));
  dispose(params);
  surrogate.dispose();
});

test("no tensor is left over 20 steps of a rollout", async () => {
  const { source } = await checkpointOf({ student: phi, velocity: student }, flow);
  const surrogate = await loadSurrogate(source);
  const first = slice(previous, [0, 0, 0, 0], [1, -1, -1, -1]);
  let state = await surrogate.next(first, key(0));
  first.dispose();
  const before = memory().numTensors;
  for (let step = 1; step < 20; step++) {
    const next = await surrogate.next(state, key(step));
    state.dispose();
    state = next;
    expect(memory().numTensors).toBe(before);
  }
  state.dispose();
  surrogate.dispose();
});

test("a state with other axes or channels, or points that cannot be halved, is refused", async () => {
  const { source } = await checkpointOf({ student }, {});
  const surrogate = await loadSurrogate(source);
  for (const [shape, message] of [
    [[3, 4, 8, 1], /expected \[batch, 4, 8, 2\], or other numbers of points/],
    [[4, 8, 2], /expected \[batch, 4, 8, 2\]/],
    [[1, 2, 4, 8, 2], /expected \[batch, 4, 8, 2\]/],
    [[3, 5, 8, 2], /cannot halve a field of 5 × 8 points; expected multiples of 2/],
  ] as const) {
    const state = fill([...shape], 0);
    await expect(surrogate.next(state, key(0))).rejects.toThrow(message);
    await expect(surrogate.next(state, key(0))).rejects.toMatchObject({ name: "ShapeError" });
    state.dispose();
  }
  surrogate.dispose();
});

test("a periodic model steps a field that is repeated as it steps the field", async () => {
  const { source } = await checkpointOf({ student }, {});
  const surrogate = await loadSurrogate(source);
  const twice = concat([previous, previous], 1);
  const [next, wide] = [await surrogate.next(previous, null), await surrogate.next(twice, null)];
  await expectClose(wide, concat([next, next], 1));
  dispose([twice, next]);
  surrogate.dispose();
});

test("a number is no key, and a surrogate that was disposed says so", async () => {
  const { source } = await checkpointOf({ student }, {});
  const surrogate = await loadSurrogate(source);
  const seed = 3 as unknown as Key;
  await expect(surrogate.next(previous, seed)).rejects.toThrow("make one of a seed: key(3)");
  await expect(surrogate.next(previous, [seed, seed, seed])).rejects.toThrow(
    "[3,3,3] is no random key",
  );
  surrogate.dispose();
  surrogate.dispose();
  await expect(surrogate.next(previous, key(0))).rejects.toThrow("the surrogate was disposed");
});

test("a network of one's own is served by its description's kind, with its own weights", async () => {
  const own: VelocityNetwork = {
    init: (k) => ({ gain: normalTensor(k, [1]) }),
    apply: ({ gain }, x, y, t) =>
      tidy(() => add(mul(gain as Tensor, sub(y as Tensor, x)), reshape(t, [-1, 1, 1, 1]))),
  };
  const params = own.init(key(12));
  const description = { ...velocityDescription, features: [] };
  const { source } = await checkpointOf(
    { student: params },
    { networks: { student: description } },
  );
  const surrogate = await loadSurrogate(source, {
    networks: { student: own },
    sampler: equalSteps("euler", 1),
  });
  const byOwn = (x: Tensor, y: Tensor) => add(x, own.apply(params, x, y, times(0)));
  await expectClose(await surrogate.next(previous, key(8)), byHand(byOwn, key(8)));
  expect(surrogate.evaluations).toBe(1);
  await expect(loadSurrogate(source, { networks: { teacher: own } })).rejects.toThrow(
    'no network "teacher"; expected student',
  );
  dispose(params);
  surrogate.dispose();
});

test("a network that the manifest names is made by what is given for its set, and refused without", async () => {
  const description = { ...velocityDescription, own: "scaled" };
  const params = { gain: tensor1d([2]) };
  const { source } = await checkpointOf(
    { student: params },
    { networks: { student: description } },
  );
  const scaled =
    (by: number): OwnNetwork =>
    () => ({
      init: () => ({ gain: tensor1d([0]) }),
      apply: ({ gain }, x) => tidy(() => mul(mul(x, gain as Tensor), by)),
    });
  for (const by of [1, -1]) {
    const surrogate = await loadSurrogate(source, {
      networks: { student: scaled(by) },
      sampler: equalSteps("euler", 1),
    });
    const byScaled = (x: Tensor) => add(x, mul(x, 2 * by));
    await expectClose(await surrogate.next(previous, key(8)), byHand(byScaled, key(8)));
    surrogate.dispose();
  }
  await expect(loadSurrogate(source)).rejects.toThrow(
    'the model is made of "scaled", a network of somebody\'s own that is not known here',
  );
  dispose(params);
});

test("a sampler for another kind of model, and another network's weights, are refused", async () => {
  const { source } = await checkpointOf({ student }, {});
  await expect(loadSurrogate(source, { sampler: equalSteps("flow", 1) })).rejects.toThrow(
    /velocity checkpoint cannot be sampled by "flow"; expected euler, midpoint/,
  );
  const flowMap = await checkpointOf({ student: phi, velocity: student }, flow);
  await expect(loadSurrogate(flowMap.source, { sampler: equalSteps("euler", 1) })).rejects.toThrow(
    /flow checkpoint cannot be sampled by "euler"; expected flow/,
  );
  const wide = { ...velocityDescription, features: [5, 4] };
  const other = await checkpointOf({ student }, { networks: { student: wide } });
  await expect(loadSurrogate(other.source)).rejects.toThrow(/tensor "first.conv1.weight" .* shape/);
  const swapped = await checkpointOf({ student: phi, velocity: phi }, flow);
  await expect(loadSurrogate(swapped.source, { sampler: equalSteps("flow", 2) })).rejects.toThrow(
    /belongs to another network/,
  );
});

test("a description that cannot be used is named", async () => {
  for (const [change, message] of [
    [{ kind: "transformer" }, /student.kind .* "transformer"; expected velocity, corrector/],
    [{ stateChannels: 1 }, /stateChannels are 1; expected 2/],
    [{ conditionChannels: 0 }, /conditionChannels are 0; expected 2/],
    [{ features: [3, -4] }, /features\[1\] .* is -4/],
    [{ spectralGain: 0 }, /student.spectralGain .* is 0; expected a whole number ≥ 1/],
    [{ spectralGain: 2 }, /lacks "spectralGain"/],
    [{ position: [2] }, /position\[0\] .* is 2; expected a whole number below 2/],
    [{ padding: ["open"] }, /padding\[0\] .* is "open"; expected periodic, zero, reflect/],
    [{ padding: ["zero"] }, /pads 1 axes; expected 2/],
  ] as const) {
    const networks = { student: { ...velocityDescription, ...change } as NetworkDescription };
    const { source } = await checkpointOf({ student }, { networks });
    await expect(loadSurrogate(source)).rejects.toThrow(message);
  }
});

test("a model of two previous states and a parameter is told both, normalised", async () => {
  const described = { ...velocityDescription, conditionChannels: 5 };
  const told = velocityNetwork(described);
  const params = told.init(key(11));
  const { source } = await checkpointOf(
    { student: params },
    {
      networks: { student: described },
      conditioning: { history: 2, parameters: { channels: ["mu"], mean: [2], std: [0.5] } },
    },
  );
  const surrogate = await loadSurrogate(source, { sampler: equalSteps("euler", 1) });
  const before = tidy(() => mul(previous, 0.5));
  const both = concat([before, previous], -1);
  const mu = [2, 3, 1];
  const expected = tidy(() => {
    const channel = tensor(
      mu.flatMap((value) => Array(32).fill((value - 2) / 0.5)),
      [3, 4, 8, 1],
    );
    const y = concat([normalised(before), normalised(previous), channel], -1);
    const noise = normalTensor(key(6), [3, 4, 8, 2]);
    return physical(add(noise, told.apply(params, noise, y, times(0))));
  });
  const next = await surrogate.next(both, key(6), { parameters: { mu } });
  expect(await distance(next, expected)).toBeLessThan(1e-4);
  await expect(surrogate.next(both, key(6))).rejects.toThrow(/needs to know "mu"/);
  await expect(surrogate.next(both, key(6), { parameters: { mu: 2, nu: 1 } })).rejects.toThrow(
    /knows no parameter "nu"; expected mu/,
  );
  await expect(surrogate.next(previous, key(6))).rejects.toThrow(/expected \[batch, 4, 8, 4\]/);
  dispose([before, both]);
  dispose(params);
  surrogate.dispose();
});

test("one checkpoint is read once for several samplers, and each counts its own evaluations", async () => {
  const { source, read } = await checkpointOf({ student }, {});
  const [one, two] = [equalSteps("euler", 1), equalSteps("midpoint", 2)];
  const first = await loadSurrogate(source, { sampler: one });
  const second = await first.sampledBy(two);
  expect(read.filter((file) => file !== "manifest.json")).toHaveLength(1);
  expect([first.nfe, second.nfe]).toEqual([1, 4]);
  first.dispose();
  // The weights are there as long as anybody needs them.
  const [own, alone] = [second, await loadSurrogate(source, { sampler: two })];
  const [a, b] = [await own.next(previous, key(9)), await alone.next(previous, key(9))];
  expect(await a.data()).toEqual(await b.data());
  expect([first.evaluations, own.evaluations]).toEqual([0, 4]);
  for (const each of [own, alone, a, b]) each.dispose();
});

test("a sampler of another kind is refused for weights that are there, which stay", async () => {
  const { source } = await checkpointOf({ student }, {});
  const surrogate = await loadSurrogate(source);
  await expect(surrogate.sampledBy(equalSteps("flow", 1))).rejects.toThrow(/cannot be sampled by/u);
  (await surrogate.next(previous, key(9))).dispose();
  surrogate.dispose();
});

test("the velocity of a flow map is read when a sampler first needs it", async () => {
  const { source, read } = await checkpointOf(
    { student: phi, velocity: student },
    {
      method: "flow",
      networks: { student: correctorDescription, velocity: velocityDescription },
      sampler: equalSteps("flow", 1),
    },
  );
  const jump = await loadSurrogate(source);
  expect(read).not.toContain(fileOfSet("velocity"));
  const jumps = await jump.sampledBy(equalSteps("flow", 2));
  expect(read).toContain(fileOfSet("velocity"));
  for (const each of [jump, jumps]) each.dispose();
});
