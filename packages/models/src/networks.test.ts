import {
  isEddyflowError,
  type NetworkDescription,
  type NetworkKind,
  type OwnNetwork,
} from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import {
  dispose,
  mul,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { correctorFromVelocity } from "./corrector-from-velocity.ts";
import { dynamicsOf } from "./dynamics-of.ts";
import {
  correctorNetwork,
  directNetwork,
  type MeanVelocityNetwork,
  meanVelocityNetwork,
  parameterShapes,
  velocityNetwork,
} from "./networks.ts";
import { parameterCount } from "./parameter-count.ts";
import { uNet } from "./u-net.ts";

const padding = ["periodic", "periodic"] as const;
const ns2d = { stateChannels: 4, conditionChannels: 4, features: [64, 96, 96, 128], padding };
const ks2d = { stateChannels: 1, conditionChannels: 1, features: [64, 128], padding };
const rti3dFull = {
  stateChannels: 5,
  conditionChannels: 5,
  position: [0],
  features: [128, 196],
  padding: ["zero", "periodic", "periodic"],
} as const;
const rti3dSliced = { ...rti3dFull, features: [128, 196, 196, 256], padding };
const small = { stateChannels: 1, conditionChannels: 2, features: [2], padding };

/** A network of one's own that gives its input times a number. */
const times =
  (factor: number): OwnNetwork =>
  ({ stateChannels }) => ({
    init: () => ({ w: zeros([stateChannels, factor]) }),
    apply: (_, x) => mul(x, factor),
  });

test("a description names a network of one's own among those that are given, and each caller has his", async () => {
  const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
  const t = tensor1d([0]);
  const named = { ...small, own: "times" };
  for (const factor of [2, 3]) {
    const options = { networks: { times: times(factor) } };
    const student = { kind: "velocity", ...named } as const;
    expect(parameterShapes(student, options)).toEqual({ w: [1, factor] });
    const dynamics = dynamicsOf({ student }, { student: {} }, options);
    const results = [
      velocityNetwork(named, options).apply({}, x, null, t),
      correctorNetwork(named, options).apply({}, x, null, t, t),
      meanVelocityNetwork(named, options).apply({}, x, null, t, t),
      directNetwork({ kind: "generator", ...named }, options).apply({}, x, null),
      ...(dynamics.kind === "velocity" ? [dynamics.velocity(x, null, t)] : []),
    ];
    expect(results).toHaveLength(5);
    for (const result of results) {
      expect(await result.data()).toBeAllclose([1, 2, 3, 4].map((value) => value * factor));
    }
    const begun = correctorFromVelocity({}, student, options);
    expect(begun["w"]?.shape).toEqual([1, factor]);
    dispose([...results, begun] as never);
  }
  dispose([x, t]);
});

test("a velocity network of one's own is given t alone, also where a step tells its size", () => {
  const [x, t] = [tensor([1, 2], [1, 1, 2, 1]), tensor1d([0])];
  let given = 0;
  const counting: OwnNetwork = () => ({
    init: () => ({}),
    apply: (_, state, __, ...inputs) => {
      given = inputs.length;
      return state;
    },
  });
  const network = velocityNetwork({ ...small, own: "counting" }, { networks: { counting } });
  // Progressive distillation calls velocities and mean velocities alike.
  const told: MeanVelocityNetwork = network;
  told.apply({}, x, null, t, t);
  expect(given).toBe(1);
  dispose([x, t]);
});

test("a network of one's own that is not given is refused, whatever is made of it", () => {
  const named = { ...small, own: "toString" };
  const student = { kind: "velocity", ...named } as const;
  const other = { networks: { times: times(1) } };
  for (const make of [
    () => velocityNetwork(named),
    () => velocityNetwork(named, other),
    () => correctorNetwork(named, other),
    () => meanVelocityNetwork(named, other),
    () => directNetwork({ kind: "predictor", ...named }, other),
    () => parameterShapes(student, other),
    () => correctorFromVelocity({}, student, other),
    () => dynamicsOf({ student }, { student: {} }, other),
  ]) {
    expect(make).toThrow(
      'the model is made of "toString", a network of somebody\'s own that is not known here; expected the module that brings it',
    );
  }
});

test("the networks have the origin's numbers of parameters", () => {
  const count = (description: NetworkDescription) =>
    Object.values(parameterShapes(description)).reduce(
      (sum, shape) => sum + shape.reduce((a, b) => a * b),
      0,
    );
  expect(count({ kind: "velocity", ...ns2d })).toBe(2_082_076);
  expect(count({ kind: "corrector", ...ns2d })).toBe(2_082_716);
  expect(count({ kind: "velocity", ...ks2d })).toBe(819_020);
  expect(count({ kind: "velocity", ...rti3dFull })).toBe(6_863_594);
  expect(count({ kind: "velocity", ...rti3dSliced })).toBe(8_517_976);
});

test("a drawn network has the shapes of its description", () => {
  const networks = {
    velocity: velocityNetwork(ks2d),
    corrector: correctorNetwork(ks2d),
    "mean-velocity": meanVelocityNetwork(ks2d),
    generator: directNetwork({ kind: "generator", ...ks2d }),
    predictor: directNetwork({ kind: "predictor", ...ks2d }),
  };
  // The finest level's first convolution and its shortcut read each input channel: 10 × 64 weights.
  const more = { velocity: 0, corrector: 1, "mean-velocity": 1, generator: -1, predictor: -2 };
  for (const [kind, { init }] of Object.entries(networks) as [
    NetworkKind,
    typeof networks.velocity,
  ][]) {
    const description: NetworkDescription = { kind, ...ks2d };
    const params = init(key(1));
    const shapes = Object.entries(params).map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries(shapes)).toEqual(parameterShapes(description));
    expect(parameterCount(params)).toBe(819_020 + 640 * more[kind]);
    for (const each of Object.values(params)) each.dispose();
  }
});

test.each([
  { space: [3, 3], padding },
  { space: [3, 1, 3], padding: ["periodic", "zero", "reflect"] as const },
])("inputs are read in the order x, y, t, δ, the times constant in space: $space", async (c) => {
  const options = { ...small, padding: c.padding };
  const corrector = correctorNetwork(options);
  const params = corrector.init(key(1));
  const x = normalTensor(key(2), [2, ...c.space, 1]);
  const y = normalTensor(key(3), [2, ...c.space, 2]);
  const [t, delta] = [tensor1d([0.25, 0.5]), tensor1d([0.125, 0.75])];
  const [xs, ys] = [await x.data(), await y.data()];
  const joined = Float32Array.from({ length: 2 * 9 * 5 }, (_, index) => {
    const [point, channel] = [Math.floor(index / 5), index % 5];
    const sample = Math.floor(point / 9);
    const values = [
      xs[point],
      ys[2 * point],
      ys[2 * point + 1],
      [0.25, 0.5][sample],
      [0.125, 0.75][sample],
    ];
    return values[channel] as number;
  });
  const plain = uNet({ ...options, inChannels: 5, outChannels: 1 });
  const expected = await plain.apply(params, tensor(joined, [2, ...c.space, 5])).data();
  (await corrector.apply(params, x, y, t, delta).data()).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 6);
  });
});

test("the position is a condition: mean 0 and variance 1 over the box, equal steps along its axis", async () => {
  const options = { ...small, padding: ["zero", "zero", "periodic"] as const };
  const [told, given] = [
    velocityNetwork({ ...options, position: [0, 2] }),
    velocityNetwork({ ...options, conditionChannels: 4 }),
  ];
  const params = told.init(key(1));
  const [x, y] = [normalTensor(key(2), [2, 4, 1, 3, 1]), normalTensor(key(3), [2, 4, 1, 3, 2])];
  const t = tensor1d([0.25, 0.5]);
  const ys = await y.data();
  const cells = (n: number) => Array.from({ length: n }, (_, i) => (i + 0.5) / n - 0.5);
  const [z, along] = [cells(4), cells(3)];
  const joined = Float32Array.from({ length: 2 * 12 * 4 }, (_, index) => {
    const [point, channel] = [Math.floor(index / 4), index % 4];
    if (channel < 2) return ys[2 * point + channel] as number;
    const centre = channel === 2 ? z[Math.floor(point / 3) % 4] : along[point % 3];
    // A uniform coordinate on an interval of length 1 has the variance 1/12.
    return (centre as number) * Math.sqrt(12);
  });
  const expected = await given.apply(params, x, tensor(joined, [2, 4, 1, 3, 4]), t).data();
  (await told.apply(params, x, y, t).data()).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 5);
  });
});

test("a state or condition of other channels is refused", () => {
  const velocity = velocityNetwork(small);
  const params = velocity.init(key(1));
  const t = tensor1d([0]);
  const cases: [Tensor, Tensor | null, Tensor1D][] = [
    [zeros([1, 2, 2, 1]), null, t],
    [zeros([1, 2, 2, 1]), zeros([1, 2, 2, 1]), t],
    [zeros([1, 2, 2, 2]), zeros([1, 2, 2, 2]), t],
  ];
  for (const [x, y, time] of cases) {
    try {
      velocity.apply(params, x, y, time);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ShapeError")).toBe(true);
    }
  }
});
