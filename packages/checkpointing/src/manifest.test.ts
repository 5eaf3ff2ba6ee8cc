import { expect, test } from "vitest";
import { isSafeName, type Manifest, parseManifest } from "./manifest.ts";

const network = {
  stateChannels: 1,
  conditionChannels: 1,
  features: [4, 8],
  padding: ["periodic", "zero"],
} as const;

const manifest: Manifest = {
  format: "eddyflow-checkpoint",
  version: 2,
  experiment: "ks2d",
  method: "flow",
  step: 4000,
  networks: {
    student: { kind: "corrector", ...network, spectralGain: 3 },
    velocity: { kind: "velocity", ...network, position: [1] },
  },
  sampler: { kind: "jump", times: [0, 1] },
  conditioning: { history: 2, parameters: { channels: ["atwood"], mean: [0.5], std: [0.25] } },
  normalisation: { channels: ["u"], mean: [0.25], std: [1.5] },
  grid: { shape: [32, 32], extent: [120, 120], boundary: ["periodic", "wall"] },
  channels: ["u"],
  clock: null,
  teacher: { sha256: "0".repeat(64), run: "runs/ks2d/velocity/a" },
  files: { "weights.safetensors": { bytes: 12, sha256: "ab".repeat(32) } },
  config: { seed: 1 },
};

const data = {
  train: { trajectories: 8, frames: 50, sha256: "cd".repeat(32) },
  validation: { trajectories: 2, frames: 50, sha256: "ef".repeat(32) },
  normalisation: { channels: ["u"], mean: [0.5], std: [2] },
};

test("a manifest is read as it was written", () => {
  expect(parseManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  expect(parseManifest({ ...manifest, teacher: null }).teacher).toBeNull();
  const direct = { kind: "direct" };
  expect(parseManifest({ ...manifest, sampler: direct }).sampler).toEqual(direct);
  const score = { name: "distillationError", value: 0.1 };
  expect(parseManifest({ ...manifest, score }).score).toEqual(score);
  for (const trainedOn of [
    { increments: [0.5, 0.5], times: [0, 0.5, 1], tableau: "heun" },
    { increments: [0.001, 1] },
    { increments: [0.25, 1], levels: [1, 0.5, 0.25] },
  ]) {
    expect(parseManifest({ ...manifest, trainedOn }).trainedOn).toEqual(trainedOn);
  }
  expect(parseManifest(manifest)).not.toHaveProperty("trainedOn");
  expect(parseManifest({ ...manifest, data }).data).toEqual(data);
  const clock = { step: 0.5, channel: "u" };
  expect(parseManifest({ ...manifest, clock }).clock).toEqual(clock);
});

test("each field that is absent or wrong is named", () => {
  for (const field of Object.keys(manifest)) {
    const { [field as keyof Manifest]: _, ...rest } = manifest;
    expect(() => parseManifest(rest)).toThrow(field);
  }
  const wrong: readonly [object, RegExp][] = [
    [{ score: { name: "loss", value: null } }, /score.value .* is null; expected a number/],
    [{ clock: { step: 0, channel: null } }, /clock.step .* is 0; expected a number > 0/],
    [{ clock: { step: 1, channel: "w" } }, /clock.channel .* is "w"; expected null or one of u/],
    [{ data: { ...data, train: { ...data.train, frames: 0 } } }, /data.train.frames .* is 0/],
    [{ data: { ...data, validation: null } }, /data.validation .* is null; expected an object/],
    [{ step: -1 }, /^step in the checkpoint's manifest is -1; expected a whole number/],
    [
      { sampler: { kind: "leap", times: [0, 1] } },
      /sampler.kind .* "leap"; expected integrate, jump, direct/,
    ],
    [
      { sampler: { kind: "integrate", times: [0, 1] } },
      /sampler.tableau .* absent; expected a text/,
    ],
    ...[[0], [0, 0.5], [0, 0.5, 0.5, 1], [0.5, 1], [1, 0]].map(
      (times) =>
        [{ sampler: { kind: "jump", times } }, /sampler.times .* rise from 0 to 1/] as [
          object,
          RegExp,
        ],
    ),
    [{ trainedOn: { increments: [0, 1] } }, /trainedOn.increments\[0\] .* is 0/],
    [{ trainedOn: { increments: [1] } }, /trainedOn.increments .* expected 2 entries/],
    [{ trainedOn: { increments: [0.5, 0.25] } }, /trainedOn.increments .* \[0.5,0.25\]/],
    [{ trainedOn: { increments: [0.5, 1.5] } }, /trainedOn.increments .* up to 1/],
    [{ trainedOn: { increments: [0.5, 1], levels: [0.5, 0] } }, /trainedOn.levels\[1\] .* is 0/],
    [{ trainedOn: { increments: [0.5, 0.5], times: [0, 0.5] } }, /trainedOn.times .* rise from 0/],
    [{ trainedOn: { increments: [1, 1], tableau: 1 } }, /trainedOn.tableau .* expected a text/],
    [{ conditioning: { ...manifest.conditioning, history: 0 } }, /conditioning.history .* is 0/],
    [{ networks: { student: { ...network, kind: "velocty" } } }, /student.kind .* "velocty"/],
    [{ normalisation: { ...manifest.normalisation, std: [0] } }, /normalisation.std\[0\]/],
    [{ normalisation: { ...manifest.normalisation, mean: [] } }, /normalisation.mean.*1 entries/],
    [{ grid: { ...manifest.grid, boundary: ["open", "wall"] } }, /grid.boundary\[0\].*"open"/],
    [{ teacher: { run: "x", sha256: "F".repeat(64) } }, /teacher.sha256/],
    [{ files: { "../x": { bytes: 1, sha256: "0".repeat(64) } } }, /name in files.*\.\.\/x/],
    [{ networks: { student: [] } }, /networks.student/],
  ];
  for (const [change, message] of wrong) {
    expect(() => parseManifest({ ...manifest, ...change })).toThrow(message);
  }
  expect(() => parseManifest([])).toThrow(/the manifest/);
});

test("a manifest of another version is refused with the remedy", () => {
  expect(() => parseManifest({ ...manifest, version: 4 })).toThrow(
    "the checkpoint has format version 4; expected version 1, 2 or 3; use the release of Eddyflow",
  );
});

test("a safe name stays in its folder", () => {
  expect(["a", "weights.safetensors", "2026-11-23T10-00-00"].every(isSafeName)).toBe(true);
  expect(["", ".", "..", ".hidden", "a/b", "a\\b", "a b", "-x", "\0"].some(isSafeName)).toBe(false);
});

test("a manifest of version 1 is read as one of this version", () => {
  const { method, clock: _, conditioning: __, sampler: ___, ...kept } = manifest;
  const old = { ...kept, version: 1, model: method };
  const conditioning = { history: 1, parameters: { channels: [], mean: [], std: [] } };
  const flow = { method: "flow", steps: 1, grid: [0, 1] };
  expect(parseManifest({ ...old, sampler: flow })).toEqual({ ...manifest, conditioning });
  const midpoint = { method: "midpoint", steps: 2, grid: [0, 0.5, 1] };
  const clock = { step: 0.5, channel: null };
  expect(parseManifest({ ...old, sampler: midpoint, clock })).toEqual({
    ...manifest,
    conditioning,
    sampler: { kind: "integrate", tableau: "midpoint", times: [0, 0.5, 1] },
    clock,
  });
});
