import { isEddyflowError } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import {
  add,
  concat,
  div,
  fill,
  grad,
  mul,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { l2 } from "./l2.ts";
import type { Norm } from "./norm.ts";
import { sobolev } from "./sobolev.ts";

const numberOf = async (norm: Norm, error: Tensor, t: Tensor1D): Promise<number> => {
  const value = norm(error, t);
  const [number] = await value.data();
  value.dispose();
  return number as number;
};

/** sin(2πp j/ny)·sin(2πq i/nx) on a grid of [ny, nx], one channel, one sample. */
const sines = (ny: number, nx: number, p: number, q: number): Tensor =>
  tensor(
    Float32Array.from(
      { length: ny * nx },
      (_, index) =>
        Math.sin((2 * Math.PI * p * Math.floor(index / nx)) / ny) *
        Math.sin((2 * Math.PI * q * (index % nx)) / nx),
    ),
    [1, ny, nx, 1],
  );

const t = tensor1d([0.5]);

test("the mean square of a product of sines is ¼", async () => {
  const error = sines(16, 12, 2, 3);
  expect(await numberOf(l2(), error, t)).toBeCloseTo(1 / 4, 6);
  error.dispose();
});

test("the Sobolev norm of a product of sines is ¼(α + β Σᵢ sin²(κᵢ)), κᵢ the phase per cell", async () => {
  // Central differences turn sin(κj) into sin(κ)cos(κj), exactly.
  const error = sines(16, 12, 2, 3);
  const [ky, kx] = [(2 * Math.PI * 2) / 16, (2 * Math.PI * 3) / 12];
  const norm = (beta: number) =>
    sobolev({ alpha: 2, beta, spacing: [1, 1], boundary: ["periodic", "periodic"] });
  for (const beta of [0, 1, 20]) {
    expect(await numberOf(norm(beta), error, t)).toBeCloseTo(
      (2 + beta * (Math.sin(ky) ** 2 + Math.sin(kx) ** 2)) / 4,
      4,
    );
  }
  error.dispose();
});

test("with forward differences a wave of κ per cell counts 4 sin²(κ/2), and one of two cells counts most", async () => {
  const axes = { spacing: [1, 1], boundary: ["periodic", "periodic"] } as const;
  const forward = sobolev({ alpha: 0, beta: 1, ...axes, differences: "forward" });
  const error = sines(16, 12, 2, 3);
  const [ky, kx] = [(2 * Math.PI * 2) / 16, (2 * Math.PI * 3) / 12];
  expect(await numberOf(forward, error, t)).toBeCloseTo(
    Math.sin(ky / 2) ** 2 + Math.sin(kx / 2) ** 2,
    5,
  );
  const shortest = tensor(
    Float32Array.from({ length: 48 }, (_, index) => (-1) ** index),
    [1, 6, 8, 1],
  );
  expect(await numberOf(forward, shortest, t)).toBe(4);
  expect(await numberOf(sobolev({ alpha: 0, beta: 1, ...axes }), shortest, t)).toBe(0);
  error.dispose();
  shortest.dispose();
});

test("second differences of a wave count (Σᵢ 4 sin²(κᵢ/2))², those of a coarser axis by (h_min/h)²", async () => {
  const error = sines(16, 12, 2, 3);
  const [ky, kx] = [(2 * Math.PI * 2) / 16, (2 * Math.PI * 3) / 12];
  for (const spacing of [
    [1, 1],
    [0.3, 0.1],
  ] as const) {
    const norm = sobolev({
      ...{ alpha: 0, beta: 0, gamma: 3, spacing },
      ...{ boundary: ["periodic", "periodic"], differences: "forward" },
    });
    const [hy, hx] = spacing.map((h) => (Math.min(...spacing) / h) ** 2) as [number, number];
    const symbol = 4 * hy * Math.sin(ky / 2) ** 2 + 4 * hx * Math.sin(kx / 2) ** 2;
    expect(await numberOf(norm, error, t)).toBeAllclose((3 * symbol ** 2) / 4, { rtol: 1e-5 });
  }
  error.dispose();
});

test("between walls a quadratic error has its second difference, and a linear one has none", async () => {
  const [square, line] = [2, 1].map((power) =>
    tensor(
      Float32Array.from({ length: 18 }, (_, index) => Math.floor(index / 3) ** power),
      [1, 6, 3, 1],
    ),
  ) as [Tensor, Tensor];
  const norm = sobolev({
    ...{ alpha: 0, beta: 0, gamma: 1, spacing: [1, 1] },
    ...{ boundary: ["wall", "wall"], differences: "forward" },
  });
  expect(await numberOf(norm, square, t)).toBeCloseTo(4, 5);
  expect(await numberOf(norm, line, t)).toBe(0);
  for (const each of [square, line]) each.dispose();
});

test("between walls forward differences of a linear error are its slope", async () => {
  const error = tensor(
    Float32Array.from({ length: 15 }, (_, index) => 3 * Math.floor(index / 3)),
    [1, 5, 3, 1],
  );
  const norm = sobolev({
    alpha: 0,
    beta: 1,
    ...{ spacing: [1, 1], boundary: ["wall", "wall"], differences: "forward" },
  });
  expect(await numberOf(norm, error, t)).toBeCloseTo(9, 6);
  error.dispose();
});

test("a coarser axis counts by (h_min/h)²", async () => {
  const error = sines(16, 12, 2, 3);
  const [ky, kx] = [(2 * Math.PI * 2) / 16, (2 * Math.PI * 3) / 12];
  const norm = sobolev({
    alpha: 0,
    beta: 1,
    spacing: [0.3, 0.1],
    boundary: ["periodic", "periodic"],
  });
  expect(await numberOf(norm, error, t)).toBeCloseTo(
    (Math.sin(ky) ** 2 / 9 + Math.sin(kx) ** 2) / 4,
    5,
  );
  error.dispose();
});

test("β divided by h_min² weighs the gradient per unit of length, of which a wave has ¼(p² + q²)(2π/L)²", async () => {
  // Extents 3 along y and 2 along x; differences of second order on grids ever finer.
  const exact = ((2 * Math.PI * 2) / 3) ** 2 / 4 + ((2 * Math.PI * 1) / 2) ** 2 / 4;
  const errors: number[] = [];
  for (const n of [32, 64]) {
    const spacing = [3 / n, 2 / n];
    const beta = 1 / Math.min(...spacing) ** 2;
    const norm = sobolev({ alpha: 0, beta, spacing, boundary: ["periodic", "periodic"] });
    const error = sines(n, n, 2, 1);
    errors.push(Math.abs((await numberOf(norm, error, t)) / exact - 1));
    error.dispose();
  }
  const [coarse, fine] = errors as [number, number];
  expect(fine).toBeLessThan(0.02);
  expect(coarse / fine).toBeAllclose(4, { rtol: 0.1 });
});

test("a linear error has slope one at walls too, and a jump where it is taken for periodic", async () => {
  const n = 8;
  const error = tensor(
    Float32Array.from({ length: n * 4 }, (_, index) => Math.floor(index / 4)),
    [1, n, 4, 1],
  );
  const norm = (boundary: "wall" | "periodic") =>
    sobolev({ alpha: 0, beta: 1, spacing: [1, 1], boundary: [boundary, "periodic"] });
  expect(await numberOf(norm("wall"), error, t)).toBeCloseTo(1, 6);
  const ends = 2 * ((n - 2) / 2) ** 2;
  expect(await numberOf(norm("periodic"), error, t)).toBeCloseTo((n - 2 + ends) / n, 5);
  error.dispose();
});

test("a weight of the time is taken sample by sample", async () => {
  const one = sines(8, 8, 1, 2);
  const error = tidy(() => tensor([...one.dataSync(), ...one.dataSync()], [2, 8, 8, 1]));
  const times = tensor1d([0.25, 1]);
  const fixed = sobolev({ alpha: 0, beta: 1, spacing: [1, 1], boundary: ["periodic", "periodic"] });
  const growing = sobolev({
    alpha: 0,
    beta: (time) => square(time),
    spacing: [1, 1],
    boundary: ["periodic", "periodic"],
  });
  const ratio = (await numberOf(growing, error, times)) / (await numberOf(fixed, error, times));
  expect(ratio).toBeCloseTo((0.25 ** 2 + 1) / 2, 5);
  for (const each of [one, error, times]) each.dispose();
});

test("both weights may be functions of the time: α(t)‖e‖² + β(t)‖∇e‖², sample by sample", async () => {
  const one = sines(16, 12, 2, 3);
  const [ky, kx] = [(2 * Math.PI * 2) / 16, (2 * Math.PI * 3) / 12];
  // The second sample is twice the first, so that a mean over the batch before the weight would show.
  const error = tidy(() => concat([one, mul(one, 2)], 0));
  const times = tensor1d([0.25, 0.5]);
  const norm = sobolev({
    alpha: (time) => sub<Tensor1D>(2, time),
    beta: (time) => mul<Tensor1D>(square(time), 3),
    spacing: [1, 1],
    boundary: ["periodic", "periodic"],
  });
  const gradient = Math.sin(ky) ** 2 + Math.sin(kx) ** 2;
  const expected = [0.25, 0.5].map(
    (time, i) => (4 ** i / 4) * (2 - time + 3 * time ** 2 * gradient),
  );
  const [first = 0, second = 0] = expected;
  expect(await numberOf(norm, error, times)).toBeAllclose((first + second) / 2, { rtol: 1e-5 });
  for (const each of [one, error, times]) each.dispose();
});

test("a weight of the error itself that is constant in time is that number", async () => {
  const error = normalTensor(key(3), [3, 6, 5, 2]);
  const times = tensor1d([0, 0.5, 1]);
  const axes = { spacing: [1, 2], boundary: ["wall", "periodic"] } as const;
  const constant = sobolev({ ...axes, alpha: (time) => fill(time.shape, 0.7), beta: 0.3 });
  const number = sobolev({ ...axes, alpha: 0.7, beta: 0.3 });
  expect(await numberOf(constant, error, times)).toBeAllclose(
    await numberOf(number, error, times),
    { rtol: 1e-6 },
  );
  for (const each of [error, times]) each.dispose();
});

test("the gradient of each norm agrees with finite differences", async () => {
  const norms = [
    l2(),
    sobolev({
      alpha: 0.7,
      beta: (time) => square(time),
      spacing: [1, 2],
      boundary: ["wall", "periodic"],
    }),
    sobolev({
      alpha: (time) => sub<Tensor1D>(1, time),
      beta: (time) => square(time),
      spacing: [1, 2],
      boundary: ["wall", "periodic"],
    }),
    sobolev({
      ...{ alpha: 0.7, beta: 2, spacing: [1, 2] },
      ...{ boundary: ["wall", "periodic"], differences: "forward" },
    }),
    sobolev({
      ...{ alpha: 0.7, beta: 0.5, gamma: (time) => square(time), spacing: [1, 2] },
      boundary: ["wall", "periodic"],
    }),
  ];
  const error = normalTensor(key(1), [2, 4, 5, 1]);
  const direction = normalTensor(key(2), [2, 4, 5, 1]);
  const times = tensor1d([0.4, 0.9]);
  const step = 1e-2;
  for (const norm of norms) {
    const along = tidy(() => sum(mul(grad((e) => norm(e, times))(error), direction))) as Scalar;
    // A quadratic: the central difference has no truncation error.
    const difference = tidy(() => {
      const ahead = norm(add(error, mul(direction, step)), times);
      const behind = norm(sub(error, mul(direction, step)), times);
      return div(sub(ahead, behind), 2 * step);
    });
    const [analytic] = await along.data();
    const [measured] = await difference.data();
    expect(analytic).toBeAllclose(measured as number, { atol: 2e-4 });
    along.dispose();
    difference.dispose();
  }
  for (const each of [error, direction, times]) each.dispose();
});

test("a norm for other axes than the error's is refused", () => {
  const error = sines(4, 4, 1, 1);
  const refused = (name: "ArgumentError" | "ShapeError", body: () => unknown) => {
    try {
      body();
      expect.unreachable();
    } catch (problem) {
      expect(isEddyflowError(problem, name)).toBe(true);
    }
  };
  refused("ShapeError", () =>
    sobolev({ alpha: 1, beta: 1, spacing: [1], boundary: ["wall"] })(error, t),
  );
  refused("ArgumentError", () =>
    sobolev({ alpha: 1, beta: 1, spacing: [1, 0], boundary: ["wall", "wall"] }),
  );
  refused("ArgumentError", () => sobolev({ alpha: 1, beta: -1, spacing: [1], boundary: ["wall"] }));
  refused("ArgumentError", () =>
    sobolev({ alpha: 1, beta: 1, gamma: -1, spacing: [1], boundary: ["wall"] }),
  );
  error.dispose();
});
