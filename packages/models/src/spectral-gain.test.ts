import { isEddyflowError, type NetworkDescription, type Padding } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import {
  add,
  dispose,
  grad,
  memory,
  mul,
  sum,
  type Tensor,
  tensor,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { parameterShapes, velocityNetwork } from "./networks.ts";
import {
  copyWithGains,
  spectralGain,
  spectralGainName,
  waveEnergies,
  waveModes,
  withSpectralGain,
} from "./spectral-gain.ts";

const [p, z, r] = ["periodic", "zero", "reflect"] as const;

/** A product of waves, cos(2π waves (j + ½)/n + phase) along each axis. */
function wave(space: readonly number[], along: readonly (readonly [number, number])[]) {
  const size = space.reduce((n, m) => n * m, 1);
  return Float64Array.from({ length: size }, (_, point) => {
    let rest = point;
    return space.reduceRight((product, n, axis) => {
      const j = rest % n;
      rest = Math.floor(rest / n);
      const [waves, phase] = along[axis] as readonly [number, number];
      return product * Math.cos((2 * Math.PI * waves * (j + 0.5)) / n + phase);
    }, 1);
  });
}

/** What gains add to a field of one channel. */
async function gained(
  field: Float64Array,
  space: readonly number[],
  gain: readonly number[],
  padding: readonly Padding[],
): Promise<Float32Array> {
  const result = tidy(() =>
    spectralGain(
      tensor(Float32Array.from(field), [1, ...space, 1]),
      tensor(gain, [gain.length, 1]),
      waveModes(padding, gain.length),
    ),
  );
  const values = (await result.data()) as Float32Array;
  result.dispose();
  return values;
}

const furthest = (a: ArrayLike<number>, b: Float64Array): number =>
  b.reduce((most, value, i) => Math.max(most, Math.abs((a[i] as number) - value)), 0);

test.each([
  { name: "the wave of a line at 2", space: [24], padding: [p], along: [[2, 0.3]], factor: 1.5 },
  {
    name: "a wave between 2 and 3",
    space: [16, 12],
    padding: [p, p],
    along: [
      [1, 0.3],
      [2, -1],
    ],
    // g(√5), linear from .5 at 2 to −.25 at 3.
    factor: 1 + 0.5 - (Math.sqrt(5) - 2) * 0.75,
  },
  {
    name: "a wave beyond the last entry",
    space: [16, 12],
    padding: [p, p],
    along: [
      [3, 0.3],
      [1, 2],
    ],
    factor: 1 - 0.25 * (4 - Math.sqrt(10)),
  },
  {
    name: "a wave beyond all gains",
    space: [16, 12],
    padding: [p, p],
    along: [
      [4, 0.3],
      [0, 0],
    ],
    factor: 1,
  },
  {
    name: "the mean, which has none,",
    space: [16, 12],
    padding: [p, z],
    along: [
      [0, 0],
      [0, 0],
    ],
    factor: 1,
  },
  {
    name: "one and a half waves between walls",
    space: [16, 12],
    padding: [p, r],
    along: [
      [0, 0],
      [1.5, 0],
    ],
    factor: 1 + (0.2 + 0.5) / 2,
  },
  {
    name: "a wave of a volume",
    space: [8, 12, 10],
    padding: [z, p, p],
    along: [
      [0.5, 0],
      [1, 1],
      [1, -0.4],
    ],
    // g(3/2).
    factor: 1 + (0.2 + 0.5) / 2,
  },
  {
    name: "half a wave between walls",
    space: [16, 12],
    padding: [p, z],
    along: [
      [0, 0],
      [0.5, 0],
    ],
    factor: 1.2,
  },
] as const)("$name is larger by the gain at its wavenumber", async (each) => {
  const { space, padding, along, factor } = each;
  const field = wave(space, along as unknown as readonly (readonly [number, number])[]);
  const result = await gained(field, space, [0.2, 0.5, -0.25], padding);
  expect(
    furthest(
      result,
      field.map((u) => u * (factor - 1)),
    ),
  ).toBeLessThan(2e-6);
});

test("each channel has gains of its own, and zeros add nothing", async () => {
  const y = normalTensor(key(1), [2, 16, 12, 2]);
  const gain = tensor([0, 0.5, 0, 0], [2, 2]);
  const added = spectralGain(y, gain, waveModes([p, p], 2));
  const values = await added.data();
  const isThere = (channel: number) => values.some((value, i) => i % 2 === channel && value !== 0);
  expect([isThere(0), isThere(1)]).toEqual([false, true]);
  dispose([y, gain, added]);
});

test("the energies of the wavenumbers are those of waves, and with all of them that of the field", async () => {
  const modes = waveModes([p, z], 4);
  // Mean squares 9/4 at |k| = 3, and ½ half way between 1 and 2.
  const space = [16, 12];
  const [one, other] = [
    wave(space, [
      [3, 0.2],
      [0, 0],
    ]),
    wave(space, [
      [0, 0],
      [1.5, 0],
    ]),
  ] as const;
  const field = Float32Array.from(one, (u, i) => 1 + (3 / Math.SQRT2) * u + (other[i] as number));
  const energies = tidy(() => waveEnergies(tensor(field, [1, ...space, 1]), modes));
  const expected = [0.25, 0.25, 2.25, 0];
  (await energies.data()).forEach((energy, i) => {
    expect(energy).toBeCloseTo(expected[i] as number, 5);
  });
  energies.dispose();
});

test("its gradients are its adjoint and the change that a gain makes", async () => {
  const shape = [2, 16, 12, 3];
  const modes = waveModes([p, z], 3);
  const [y, dy] = [normalTensor(key(1), shape), normalTensor(key(2), shape)];
  const [gain, direction] = [normalTensor(key(3), [3, 3]), normalTensor(key(4), [3, 3])];
  const at = (field: Tensor, gains: Tensor) => spectralGain(field, gains, modes);
  const dot = (a: Tensor, b: Tensor): number =>
    tidy(() => (sum(mul(a, b)).arraySync() as number) / shape.reduce((n, m) => n * m, 1));
  const [toField, toGain] = tidy(() => [
    grad((field: Tensor) => at(field, gain))(y, dy),
    grad((gains: Tensor) => at(y, gains))(gain, dy),
  ]) as [Tensor, Tensor];
  // The map is symmetric in the field and linear in the gain.
  expect(dot(toField, y)).toBeCloseTo(dot(dy, at(y, gain)), 5);
  const change = at(y, direction);
  const found = tidy(() => sum(mul(toGain, direction)).arraySync() as number);
  expect(found / shape.reduce((n, m) => n * m, 1)).toBeCloseTo(dot(dy, change), 5);
});

test("it commutes with a shift by one cell along periodic axes", async () => {
  const space = [16, 12];
  const values = Float64Array.from({ length: 16 * 12 }, (_, i) => Math.sin(i * i));
  const shifted = values.map(
    (_, i) => values[((Math.floor(i / 12) + 1) % 16) * 12 + ((i + 1) % 12)] as number,
  );
  const gain = [-0.4, 0.5];
  const result = await gained(values, space, gain, [p, p]);
  const expected = Float64Array.from(
    values,
    (_, i) => result[((Math.floor(i / 12) + 1) % 16) * 12 + ((i + 1) % 12)] as number,
  );
  expect(furthest(await gained(shifted, space, gain, [p, p]), expected)).toBeLessThan(2e-6);
});

const description: NetworkDescription = {
  kind: "velocity",
  ...{ stateChannels: 2, conditionChannels: 2, features: [4, 6], padding: [p, p] },
};

test("a velocity that is given gains is the same until they are learnt, and then they are those of x + v", async () => {
  const network = withSpectralGain(description, 3);
  const params = velocityNetwork(description).init(key(1));
  const own = copyWithGains(params, network);
  const shapes = Object.entries(own).map(([name, { shape }]) => [name, shape] as const);
  expect(Object.fromEntries(shapes)).toEqual(parameterShapes(network));
  expect(Object.keys(velocityNetwork(network).init(key(1)))).toEqual(Object.keys(own));
  const inputs = [key(2), key(3)].map((each) => normalTensor(each, [2, 8, 12, 2]));
  const [x, y] = inputs as [Tensor, Tensor];
  const t = tensor1d([0, 0.5]);
  const before = velocityNetwork(description).apply(params, x, y, t);
  const after = velocityNetwork(network).apply(own, x, y, t);
  expect(await after.data()).toEqual(await before.data());
  const grown = { ...own, [spectralGainName]: normalTensor(key(4), [3, 2]) };
  const changed = velocityNetwork(network).apply(grown, x, y, t);
  const added = spectralGain(
    add(x, before),
    grown[spectralGainName] as Tensor,
    waveModes(network.padding, 3),
  );
  expect(await changed.data()).toBeAllclose(await add(before, added).data());
});

test("it leaves no tensors behind", () => {
  const y = normalTensor(key(1), [1, 8, 8, 1]);
  const gain = tensor([1], [1, 1]);
  const before = memory().numTensors;
  spectralGain(y, gain, waveModes([p, p], 1)).dispose();
  expect(memory().numTensors).toBe(before);
});

test("too few points are a ShapeError; gains for a network that cannot take them an ArgumentError", () => {
  const calls = [
    () =>
      spectralGain(
        normalTensor(key(1), [1, 8, 6, 1]),
        tensor([0, 0, 0], [3, 1]),
        waveModes([p, p], 3),
      ),
    () => withSpectralGain({ ...description, own: "mine" }, 3),
    () => withSpectralGain(withSpectralGain(description, 2), 3),
  ];
  const codes = calls.map((call) => {
    try {
      call();
    } catch (error) {
      return isEddyflowError(error) ? error.name : error;
    }
    return "nothing thrown";
  });
  expect(codes).toEqual(["ShapeError", "ArgumentError", "ArgumentError"]);
});
