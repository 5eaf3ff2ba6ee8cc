import { ArgumentError, ShapeError } from "@eddyflow/core";
import { complexFft, realFft, wavenumbers } from "@eddyflow/spectral";
import { type EtdrkOrder, etdrk } from "../shared/etdrk.ts";
import { heldModes } from "../shared/held-modes.ts";
import type { Stepper } from "../shared/stepper.ts";

/**
 * The fourth-order term: Δ² with symbol |k|⁴ = (kx² + ky²)², or ∂⁴/∂x⁴ + ∂⁴/∂y⁴ with symbol kx⁴ + ky⁴, that of
 * exponax. In one dimension they are the same.
 */
export type FourthOrderOperator = "biharmonic" | "sum-of-fourth-powers";

/**
 * Which modes are held, n whole waves on an axis of N points: |n| < N/3, the usual 2/3 rule, or |n| ≤ N/3 − 1,
 * that of exponax, which is one mode less unless 3 divides N.
 */
export type Dealiasing = "two-thirds" | "two-thirds-less-one";

/**
 * The spatial mean of u: "constant" takes the mean out of the nonlinear term, so that the mean stays what it
 * was; "removed" besides takes it out of the state; "evolving" leaves both in, and the mean falls without
 * bound, by ½⟨|∇u|²⟩ per time. Nothing else depends on it.
 */
export type SpatialMean = "constant" | "removed" | "evolving";

interface CommonOptions {
  /** Time step. */
  readonly dt: number;
  readonly operator: FourthOrderOperator;
  /** Order in time; default 4. At dt = .1 order 2 is far from converged on the attractor. */
  readonly order?: EtdrkOrder;
  /** Default "two-thirds". */
  readonly dealiasing?: Dealiasing;
  /** Default "constant". */
  readonly mean?: SpatialMean;
}

/** What `kuramotoSivashinsky` needs to know. */
export interface KuramotoSivashinskyOptions extends CommonOptions {
  /** Points per axis, `[x]` or `[y, x]`, any number; fastest without prime factors above 5. */
  readonly shape: readonly number[];
  /** Length of the periodic box along each axis, in the order of `shape`. */
  readonly extent: readonly number[];
}

/** What `kuramotoSivashinsky2d` needs to know. */
export interface KuramotoSivashinsky2dOptions extends CommonOptions {
  /** Points along each of the two axes. */
  readonly numPoints: number;
  /** Length L of the periodic box along each axis. */
  readonly extent: number;
}

/** The same on a square: N × N points of the box [0, L)². @see kuramotoSivashinsky */
export function kuramotoSivashinsky2d({
  numPoints,
  extent,
  ...options
}: KuramotoSivashinsky2dOptions): Stepper {
  const [shape, sides] = [
    [numPoints, numPoints],
    [extent, extent],
  ];
  return kuramotoSivashinsky({ ...options, shape, extent: sides });
}

/**
 * The Kuramoto–Sivashinsky equation on a periodic box in one or two dimensions,
 *
 *   u_t = −Δu − D⁴u − ½(|∇u|² − ⟨|∇u|²⟩),
 *
 * with D⁴ = Δ² ("biharmonic") or ∂⁴/∂x⁴ + ∂⁴/∂y⁴ ("sum-of-fourth-powers"). The two have different statistics:
 * name the one you use. ⟨·⟩ is the spatial mean, see `SpatialMean`.
 *
 * Fourier pseudospectral in space, dealiased: the modes beyond those held (`Dealiasing`) are cut from the
 * initial state and from the nonlinear term, so that no product of two modes is aliased. In time by `etdrk`,
 * the linear part exact. The state is kept real by symmetrising its modes at each step: the anti-Hermitian
 * part of the column kx = 0, which no field shows, would otherwise grow from round-off like e^{t/4} and end
 * the run after some 300 time units.
 *
 * The largest wavenumber kept should be 2 or more, N ≥ L: at L = 120 and dt = .2 the standard deviation was
 * 4.1 with N = 128 and 4.4 with 192, but 10.5 with 96, and N ≤ 80 diverged.
 *
 * Both derivatives go through one complex transform, ∂u/∂x + i ∂u/∂y, of which only the squared size is
 * needed, and which is squared and transformed back two rows at a time. A nonlinear term costs 2.5 real
 * transforms; a step has as many as its order.
 *
 * States are `[x]` or `[y, x]`, Float64. A stepper owns its work arrays (about ten fields): a step allocates
 * its result only.
 *
 * @throws ShapeError for a shape that is not one or two whole numbers.
 * @throws ArgumentError for an extent or step that is not positive and finite, an unknown operator, order,
 *   dealiasing or mean, or a grid so coarse that no mode that it holds is damped (|k| > 1).
 */
export function kuramotoSivashinsky(options: KuramotoSivashinskyOptions): Stepper {
  checkOptions(options);
  const { shape, extent, dt, operator, order = 4, mean = "constant" } = options;
  const { dealiasing = "two-thirds" } = options;
  const fft = realFft(shape);
  const rowLength = fft.spectrumShape.at(-1) as number;
  // One dimension is a grid of a single row.
  const [ny, nx] = [shape.length === 2 ? (shape[0] as number) : 1, shape.at(-1) as number];
  const [extentY, extentX] = [extent[0] as number, extent.at(-1) as number];
  const size = ny * nx;
  const largestX = largestMode(nx, dealiasing);
  const largestY = shape.length === 2 ? largestMode(ny, dealiasing) : 0;
  const held = heldModes({ ny, rowLength, largest: [largestY, largestX] });
  const { rows, columns, gridRow } = held;
  const modes = rows * columns;
  const width = 2 * largestX + 1;

  const kx = wavenumbers(nx, extentX).subarray(0, columns);
  const ky = new Float64Array(rows);
  const rates = new Float64Array(modes);
  const allKy = wavenumbers(ny, extentY);
  for (let row = 0; row < rows; row++) {
    ky[row] = allKy[gridRow[row] as number] as number;
    for (let column = 0; column < columns; column++) {
      const [x2, y2] = [(kx[column] as number) ** 2, (ky[row] as number) ** 2];
      const damping = operator === "biharmonic" ? (x2 + y2) ** 2 : x2 ** 2 + y2 ** 2;
      rates[row * columns + column] = x2 + y2 - damping;
    }
  }

  const { input: gradient, output: gradientAlongX, ...columnFft } = complexFft(ny, width);
  const { input: rowModes, output: rowGradient, ...gradientFft } = complexFft(nx);
  const { input: rowSquares, output: rowSpectrum, ...squareFft } = complexFft(nx);
  const { input: squares, output: squaresSpectrum, ...squareColumnFft } = complexFft(ny, columns);
  // Of ½|∇u|² with unscaled transforms, and of the half that separates two real rows.
  const scale = 1 / (2 * size);

  /** Writes the modes of ∂u/∂x + i ∂u/∂y, to be inverted, scaled. */
  function differentiate(u: Float64Array): void {
    for (let row = 0, at = 0; row < rows; row++) {
      const y = scale * (ky[row] as number);
      const here = 2 * width * (gridRow[row] as number);
      const mirrored = 2 * width * (gridRow[row === 0 ? 0 : rows - row] as number) + 2 * width;
      gradient[here] = -y * (u[at] as number);
      gradient[here + 1] = -y * (u[at + 1] as number);
      at += 2;
      for (let column = 1; column < columns; column++, at += 2) {
        const x = scale * (kx[column] as number);
        const re = u[at] as number;
        const im = u[at + 1] as number;
        // (ikx − ky)û, and at −k (−ikx + ky) times the conjugate.
        gradient[here + 2 * column] = -y * re - x * im;
        gradient[here + 2 * column + 1] = x * re - y * im;
        gradient[mirrored - 2 * column] = y * re - x * im;
        gradient[mirrored - 2 * column + 1] = -x * re - y * im;
      }
    }
  }

  /** Squares one row of the gradient, as the real (0) or imaginary (1) part of a complex row. */
  function squareRow(row: number, part: 0 | 1): void {
    const from = 2 * width * row;
    const gap = 2 * (nx - width);
    for (let i = 0; i < 2 * columns; i++) rowModes[i] = gradientAlongX[from + i] as number;
    for (let i = 2 * columns; i < 2 * width; i++) {
      rowModes[gap + i] = gradientAlongX[from + i] as number;
    }
    gradientFft.inverse();
    for (let i = 0; i < 2 * nx; i += 2) {
      const re = rowGradient[i] as number;
      const im = rowGradient[i + 1] as number;
      rowSquares[i + part] = re * re + im * im;
    }
  }

  /** Squares the gradient of a row and the next and transforms the two along x. */
  function squareRows(row: number): void {
    const paired = row + 1 < ny;
    squareRow(row, 0);
    if (paired) squareRow(row + 1, 1);
    squareFft.forward();
    // Z = A + iB with A and B Hermitian: 2A_k = Z_k + Z̄_{−k} and 2B_k = −i(Z_k − Z̄_{−k}).
    const to = 2 * columns * row;
    const next = 2 * columns;
    for (let i = 0; i < 2 * columns; i += 2) {
      const mirrored = i === 0 ? 0 : 2 * nx - i;
      const re = rowSpectrum[i] as number;
      const im = rowSpectrum[i + 1] as number;
      const mirroredRe = rowSpectrum[mirrored] as number;
      const mirroredIm = rowSpectrum[mirrored + 1] as number;
      squares[to + i] = re + mirroredRe;
      squares[to + i + 1] = im - mirroredIm;
      if (paired) {
        squares[to + next + i] = im + mirroredIm;
        squares[to + next + i + 1] = mirroredRe - re;
      }
    }
  }

  /** Writes the modes of −½|∇u|² into `out`. */
  function nonlinear(u: Float64Array, out: Float64Array): void {
    differentiate(u);
    columnFft.inverse();
    for (let row = 0; row < ny; row += 2) squareRows(row);
    squareColumnFft.forward();
    for (let row = 0, to = 0; row < rows; row++) {
      let from = 2 * columns * (gridRow[row] as number);
      for (const end = to + 2 * columns; to < end; to++, from++) {
        out[to] = -(squaresSpectrum[from] as number);
      }
    }
    if (mean !== "evolving") {
      out[0] = 0;
      out[1] = 0;
    }
  }

  const advanceModes = etdrk({ order, rates, dt, nonlinear });
  const spectrum = new Float64Array(2 * ny * rowLength);
  const v = new Float64Array(2 * modes);
  return {
    dt,
    shape: [...shape],
    channels: ["u"],
    step(state, steps = 1) {
      if (state.length !== size) {
        throw new ShapeError({
          problem: `the state has ${state.length} numbers`,
          expected: `${size}, for a grid of ${shape.join(" × ")} points`,
          remedy: "resample it to the grid of the solver",
        });
      }
      fft.forward(state, spectrum);
      held.take(spectrum, v);
      if (mean === "removed") v[0] = 0;
      for (let i = 0; i < steps; i++) {
        advanceModes(v);
        held.symmetrise(v);
      }
      held.put(v, spectrum);
      return fft.inverse(spectrum);
    },
  };
}

/** The largest whole wavenumber held on an axis of n points. */
const largestMode = (n: number, dealiasing: Dealiasing): number =>
  dealiasing === "two-thirds" ? Math.ceil(n / 3) - 1 : Math.floor(n / 3) - 1;

/** What an option may be, by its name. */
const choices = {
  operator: ["biharmonic", "sum-of-fourth-powers"],
  order: [1, 2, 3, 4],
  dealiasing: ["two-thirds", "two-thirds-less-one"],
  mean: ["constant", "removed", "evolving"],
} as const;

function checkOptions(options: KuramotoSivashinskyOptions): void {
  const { shape, extent, dt, dealiasing = "two-thirds" } = options;
  if (
    (shape.length !== 1 && shape.length !== 2) ||
    shape.length !== extent.length ||
    !shape.every((n) => Number.isSafeInteger(n) && n > 0)
  ) {
    throw new ShapeError({
      problem: `a grid of shape [${shape.join(", ")}] with extent [${extent.join(", ")}] is not usable`,
      expected: "one or two positive whole numbers, and as many lengths",
      remedy: "give [x] or [y, x] for both",
    });
  }
  for (const [name, value] of [
    ["dt", dt],
    ...extent.map((length) => ["extent", length] as const),
  ] as const) {
    if (!(Number.isFinite(value) && value > 0)) {
      throw new ArgumentError({
        problem: `${name} ${value} is not usable`,
        expected: "a positive number",
        remedy: `give another ${name}`,
      });
    }
  }
  for (const [name, known] of Object.entries(choices)) {
    const value = options[name as keyof typeof choices];
    if (value !== undefined && !(known as readonly unknown[]).includes(value)) {
      throw new ArgumentError({
        problem: `unknown ${name} "${value}"`,
        expected: known.join(", "),
        remedy: "give one of them",
      });
    }
  }
  shape.forEach((n, axis) => {
    const length = extent[axis] as number;
    // |k| > 1 is damped: the largest mode held must lie beyond.
    const needed = Math.floor(length / (2 * Math.PI)) + 1;
    if (largestMode(n, dealiasing) < needed) {
      throw new ArgumentError({
        problem: `${n} points are too coarse for a box of length ${length}`,
        expected: `${dealiasing === "two-thirds" ? 3 * needed + 1 : 3 * needed + 3} or more, so that some modes are damped`,
        remedy: "take a finer grid; a resampled state can start on it",
      });
    }
  });
}
