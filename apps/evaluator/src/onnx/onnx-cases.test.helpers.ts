import {
  encodeSafetensors,
  fileOfSet,
  loadParams,
  type Manifest,
  paramsToArrays,
} from "@eddyflow/checkpointing";
import type { NetworkDescription, Padding, SamplerDescription } from "@eddyflow/core";
import {
  correctorNetwork,
  directNetwork,
  meanVelocityNetwork,
  parameterShapes,
  spectralGainName,
  velocityNetwork,
} from "@eddyflow/models";
import { key, normal, normalTensor } from "@eddyflow/random";
import { equalSteps, samplerText } from "@eddyflow/samplers";
import { loadSurrogate } from "@eddyflow/surrogate";
import { dispose, type Tensor, type Tensor1D, tensor, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { onnxModels } from "./export-onnx.ts";
import { portsOf } from "./network-graph.ts";

/** A model with inputs and what our own networks make of them. */
export interface OnnxCase {
  readonly name: string;
  readonly model: Uint8Array;
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly output: string;
  readonly expected: Numbers;
}

interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

type Values = Readonly<Record<string, Numbers>>;

const [p, z, r] = ["periodic", "zero", "reflect"] as const;
const batch = 2;
/** As few points as leave the coarsest level three, which reflection needs. */
const spaceOf = (padding: readonly Padding[]): readonly number[] =>
  padding.length === 3 ? [6, 8, 6] : [12, 16].slice(0, padding.length);

/** Every kind of network, number of axes and padding; every kind of sampler; each thing that a condition can have. */
export async function onnxCases(): Promise<readonly OnnxCase[]> {
  const cases: OnnxCase[] = [];
  for (const padding of [[p], [z], [r], [p, p], [z, z], [r, r], [p, z], [r, p], [p, p, p]]) {
    cases.push(...(await casesOf({ padding })));
  }
  const mixed = [z, r, p] as const;
  for (const padding of [[p], [p, r], [z, p, p]]) {
    cases.push(...(await casesOf({ padding, spectralGain: 2 })));
  }
  cases.push(...(await casesOf({ spectralGain: 3, precision: "half" })));
  cases.push(...(await casesOf({ padding: mixed, position: [0, 2] })));
  cases.push(...(await casesOf({ padding: [r, p], sampler: equalSteps("midpoint", 2) })));
  cases.push(...(await casesOf({ sampler: equalSteps("rk4", 1), precision: "half" })));
  for (const steps of [1, 3]) {
    cases.push(...(await casesOf({ kind: "corrector", sampler: equalSteps("flow", steps) })));
    cases.push(...(await casesOf({ kind: "mean-velocity", sampler: equalSteps("flow", steps) })));
  }
  for (const kind of ["generator", "predictor"] as const) {
    cases.push(...(await casesOf({ kind, sampler: { kind: "direct" }, position: [1] })));
  }
  const parameters = { channels: ["atwood", "reynolds"], mean: [0.5, 100], std: [0.1, 30] };
  const clock = { step: 0.75, channel: "time" };
  cases.push(...(await casesOf({ history: 2, parameters, clock })));
  return cases;
}

interface Variant {
  readonly kind?: NetworkDescription["kind"];
  readonly padding?: readonly Padding[];
  readonly position?: readonly number[];
  readonly spectralGain?: number;
  readonly sampler?: SamplerDescription;
  readonly history?: number;
  readonly parameters?: Manifest["conditioning"]["parameters"];
  readonly clock?: Manifest["clock"];
  readonly precision?: "single" | "half";
}

async function casesOf(variant: Variant): Promise<readonly OnnxCase[]> {
  const { kind = "velocity", padding = [p, p], position, history = 1, clock = null } = variant;
  const { spectralGain } = variant;
  const { parameters = { channels: [], mean: [], std: [] }, precision = "single" } = variant;
  const { sampler = equalSteps("euler", 1) } = variant;
  const channels = ["u", "time"];
  const described = {
    stateChannels: channels.length,
    conditionChannels: history * channels.length + parameters.channels.length,
    features: padding.length === 3 ? [3, 4] : [3, 4, 5],
    padding,
    ...(position !== undefined && { position }),
    ...(spectralGain !== undefined && { spectralGain }),
  };
  const networks: Readonly<Record<string, NetworkDescription>> = {
    student: { kind, ...described },
    ...(kind === "corrector" && { velocity: { kind: "velocity", ...described } }),
  };
  const space = spaceOf(padding);
  const manifest: Manifest = {
    format: "eddyflow-checkpoint",
    version: 2,
    experiment: "test",
    method: "test",
    step: 1,
    networks,
    sampler,
    conditioning: { history, parameters },
    normalisation: { channels, mean: [3, -1], std: [2, 0.5] },
    grid: { shape: space, extent: space, boundary: space.map(() => "periodic") },
    channels,
    clock,
    teacher: null,
    files: {},
    config: {},
  };
  const files: Record<string, Uint8Array> = {};
  for (const [i, [set, network]] of Object.entries(networks).entries()) {
    const params = { ...ourNetwork(network).init(key(i)) };
    const { [spectralGainName]: gain } = params;
    if (gain !== undefined) {
      params[spectralGainName] = normalTensor(key(10), gain.shape);
      gain.dispose();
    }
    const arrays = Object.entries(await paramsToArrays(params));
    const dtype = precision === "half" ? "F16" : "F32";
    const stored = arrays.map(([name, array]) => [name, { ...array, dtype }] as const);
    files[fileOfSet(set)] = encodeSafetensors(Object.fromEntries(stored));
    dispose(params);
  }
  const models = onnxModels(manifest, files);
  const name = [
    kind,
    padding.join("-"),
    ...(position === undefined ? [] : [`position ${position.join("+")}`]),
    ...(spectralGain === undefined ? [] : [`gains to ${spectralGain}`]),
    ...(history === 1 ? [] : ["history, parameters, clock"]),
    samplerText(sampler),
    precision,
  ].join(" ");
  const whole = await nextCase(manifest, files, models["next.onnx"] as Uint8Array);
  const cases: OnnxCase[] = [{ ...whole, name: `next: ${name}` }];
  for (const [set, network] of Object.entries(networks)) {
    const one = await networkCase(network, files, set);
    const model = models[`${set}.onnx`] as Uint8Array;
    cases.push({ ...one, model, name: `${set}: ${name}` });
  }
  return cases;
}

const numbersOf = (seed: number, shape: readonly number[]): Numbers => ({
  shape,
  data: Float32Array.from(
    normal(
      key(seed),
      shape.reduce((n, m) => n * m, 1),
    ),
  ),
});
const tensorOf = ({ data, shape }: Numbers): Tensor => tensor(data, [...shape]);

/** A step of the surrogate, with the noise that it draws. */
async function nextCase(
  manifest: Manifest,
  files: Readonly<Record<string, Uint8Array>>,
  model: Uint8Array,
): Promise<Omit<OnnxCase, "name">> {
  const { channels, conditioning, grid, networks } = manifest;
  const manifestBytes = new TextEncoder().encode(JSON.stringify(manifest));
  const surrogate = await loadSurrogate(async (file) =>
    file === "manifest.json" ? manifestBytes : (files[file] as Uint8Array),
  );
  const previous = numbersOf(5, [batch, ...grid.shape, conditioning.history * channels.length]);
  const names = conditioning.parameters.channels;
  const parameters = numbersOf(6, [batch, names.length]);
  const known = names.map((name, i) => [
    name,
    [0, 1].map((row) => parameters.data[row * names.length + i] as number),
  ]);
  const given = tensorOf(previous);
  const next = await surrogate.next(given, key(7), { parameters: Object.fromEntries(known) });
  const expected = { shape: next.shape, data: (await next.data()) as Float32Array };
  dispose([given, next]);
  surrogate.dispose();
  return {
    model,
    inputs: {
      previous,
      ...(networks["student"]?.kind !== "predictor" && { noise: numbersOf(7, next.shape) }),
      ...(names.length > 0 && { parameters }),
    },
    output: "next",
    expected,
  };
}

/** One evaluation of a network. */
async function networkCase(
  description: NetworkDescription,
  files: Readonly<Record<string, Uint8Array>>,
  set: string,
): Promise<Omit<OnnxCase, "name" | "model">> {
  const { kind, stateChannels, conditionChannels, padding } = description;
  const { state, times, output } = portsOf[kind];
  const space = spaceOf(padding);
  const x = numbersOf(8, [batch, ...space, stateChannels]);
  const y = numbersOf(9, [batch, ...space, conditionChannels]);
  const at: Values = {
    t: { shape: [batch], data: Float32Array.of(0.25, 0.5) },
    delta: { shape: [batch], data: Float32Array.of(0.5, 0.125) },
  };
  const source = async (file: string) => files[file] as Uint8Array;
  const params = await loadParams(source, set, parameterShapes(description));
  const result = tidy(() =>
    ourNetwork(description).apply(
      params,
      tensorOf(x),
      tensorOf(y),
      ...times.map((time) => tensor1d((at[time] as Numbers).data) as Tensor1D),
    ),
  );
  const expected = { shape: result.shape, data: (await result.data()) as Float32Array };
  dispose(params);
  result.dispose();
  const own = times.map((time) => [time, at[time] as Numbers] as const);
  return {
    inputs: { ...(state !== null && { [state]: x }), y, ...Object.fromEntries(own) },
    output,
    expected,
  };
}

/** A network of its description, of as many times as its kind reads. */
function ourNetwork(description: NetworkDescription) {
  const { kind } = description;
  const network =
    kind === "velocity"
      ? velocityNetwork(description)
      : kind === "corrector"
        ? correctorNetwork(description)
        : kind === "mean-velocity"
          ? meanVelocityNetwork(description)
          : directNetwork({ ...description, kind });
  const apply = network.apply as (...inputs: readonly unknown[]) => Tensor;
  return { init: network.init, apply };
}
