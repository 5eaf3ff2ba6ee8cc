import {
  abs,
  add,
  addN,
  broadcastTo,
  cast,
  clone,
  concat,
  conv2d,
  div,
  engine,
  equal,
  exp,
  expm1,
  fill,
  matMul,
  maximum,
  mean,
  min,
  minimum,
  mul,
  neg,
  ones,
  pad,
  pow,
  relu,
  reshape,
  reverse,
  scalar,
  slice,
  softplus,
  sqrt,
  square,
  stack,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
  tensor1d,
  tile,
  transpose,
  unstack,
  where,
  zeros,
  zerosLike,
} from "@tensorflow/tfjs-core";
import type { Case } from "./case.ts";
import { at, build, given, type NdArray, random } from "./nd-array.ts";
import {
  broadcastShape,
  concatenated,
  convolved,
  correlated,
  elementwise,
  reduced,
  reshaped,
  reversed,
  sliced,
  total,
  transposed,
} from "./references.ts";

const used = (one: Omit<Case, "group">): Case => ({ group: "used of TensorFlow.js", ...one });

const full = (shape: readonly number[], value: number): NdArray => build(shape, () => value);

/** Every rank, with the broadcasting that our packages use and size-1 and empty axes. */
const operands: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[5], [5]],
  [
    [3, 4],
    [3, 4],
  ],
  [[2, 3, 4], [4]],
  [
    [2, 3, 5, 3],
    [2, 3, 5, 3],
  ],
  [
    [2, 1, 1, 1],
    [2, 3, 5, 3],
  ],
  [[2, 3, 5, 3], []],
  [[], [2, 3, 5, 3]],
  [[2, 3, 5, 3], [3]],
  [
    [2, 3, 2, 3, 2],
    [2, 3, 2, 3, 2],
  ],
  [
    [2, 1, 1, 1, 1],
    [2, 3, 2, 3, 2],
  ],
  [[2, 3, 2, 3, 2], [2]],
  [[2, 3, 2, 3, 2], []],
  [
    [1, 4],
    [3, 1],
  ],
  [
    [0, 3],
    [1, 3],
  ],
  [[1], [1]],
];

interface Binary {
  readonly operation: string;
  readonly run: (a: Tensor, b: Tensor) => Tensor;
  readonly f: (a: number, b: number) => number;
  readonly gradient?: "none";
  /** A product of two such numbers is no longer one. */
  readonly multiplies?: boolean;
}

const binaries: readonly Binary[] = [
  { operation: "add", run: add, f: (a, b) => a + b },
  { operation: "sub", run: sub, f: (a, b) => a - b },
  { operation: "mul", run: mul, f: (a, b) => a * b, multiplies: true },
  { operation: "div", run: div, f: (a, b) => a / b },
  // Only inside kernels, where there is no tape; they have no gradient by a broadcast operand.
  { operation: "maximum", run: maximum, f: Math.max, gradient: "none" },
  { operation: "minimum", run: minimum, f: Math.min, gradient: "none" },
];

function binaryCases({ operation, run, f, gradient = undefined, multiplies }: Binary): Case[] {
  const one = (name: string, inputs: NdArray[], kind: Case["gradient"]): Case =>
    used({
      operation,
      name,
      inputs,
      run: (a, b) => run(a as Tensor, b as Tensor),
      reference: (a, b) =>
        elementwise(f as (...xs: number[]) => number, a as NdArray, b as NdArray),
      gradient: kind,
    });
  const tiny = multiplies ? 1e-15 : 1e-30;
  const large = multiplies ? 1e15 : 1e30;
  const special = [Number.NaN, 1, Infinity, -Infinity, 2, -3];
  return [
    ...operands.map(([a, b]) =>
      one(`[${a}] [${b}]`, [random(a, 201), random(b, 202)], gradient ?? "numeric"),
    ),
    one(
      "tiny values",
      [random([7], 203, { scale: tiny }), random([7], 204, { scale: tiny })],
      "none",
    ),
    one(
      "large values",
      [random([7], 205, { scale: large }), random([7], 206, { scale: large })],
      "none",
    ),
    ...(gradient === undefined
      ? [one("NaN and infinities", [given([6], special), given([6], [1, 2, 3, 4, -5, -6])], "none")]
      : []),
  ];
}

interface Unary {
  readonly operation: string;
  readonly run: (x: Tensor) => Tensor;
  readonly f: (x: number) => number;
  readonly gradient?: "none";
  readonly positive?: boolean;
  readonly special: readonly number[];
}

const unaries: readonly Unary[] = [
  { operation: "neg", run: neg, f: (x) => -x, special: [Number.NaN, Infinity, 0, 1e-30, -1e30] },
  { operation: "abs", run: abs, f: Math.abs, special: [Number.NaN, -Infinity, 1e-30, -1e30] },
  {
    operation: "square",
    run: square,
    f: (x) => x * x,
    special: [Number.NaN, -Infinity, 0, 1e-15, -1e18],
  },
  {
    operation: "sqrt",
    run: sqrt,
    f: Math.sqrt,
    positive: true,
    special: [Number.NaN, Infinity, 0, 1e30],
  },
  {
    operation: "pow",
    run: (x) => pow(x, 2),
    f: (x) => x * x,
    positive: true,
    special: [Number.NaN, Infinity, 0, 1e-15],
  },
  // A shader may do as it likes with NaN and infinities (WGSL, 15.7.2). Our packages give it none.
  { operation: "exp", run: exp, f: Math.exp, special: [0, -50, 5, 1e-30] },
  { operation: "expm1", run: expm1, f: Math.expm1, special: [0, -50, 5, 1e-30] },
  {
    operation: "softplus",
    run: softplus,
    f: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    special: [0, -50, 5, 50, 1e-30],
  },
  { operation: "clone", run: clone, f: (x) => x, special: [Number.NaN, Infinity, -1e-30, 1e30] },
  { operation: "relu", run: relu, f: (x) => Math.max(x, 0), special: [Infinity, -Infinity, 0, -2] },
  {
    operation: "step",
    run: step,
    f: (x) => (x > 0 ? 1 : 0),
    gradient: "none",
    special: [0, -0, 2],
  },
  {
    operation: "zerosLike",
    run: zerosLike,
    f: () => 0,
    gradient: "none",
    special: [Number.NaN, Infinity, 3],
  },
];

const unaryCases = ({ operation, run, f, gradient, positive, special }: Unary): Case[] =>
  [[], [5], [3, 4], [2, 3, 4], [2, 3, 5, 3], [2, 3, 2, 3, 2], [0, 3]]
    .map((shape): readonly [string, NdArray, Case["gradient"]] => [
      `[${shape}]`,
      random(shape, 211, positive ? { scale: 0.4, offset: 0.6 } : {}),
      gradient ?? "numeric",
    ])
    .concat([["special values", given([special.length], special), "none"]])
    .map(([name, x, kind]) =>
      used({
        operation,
        name,
        inputs: [x],
        run: (t) => run(t as Tensor),
        reference: (z) => elementwise(f, z as NdArray),
        gradient: kind,
      }),
    );

interface Reduction {
  readonly operation: string;
  readonly run: (x: Tensor, axis: number[], keepDims: boolean) => Tensor;
  readonly f: (values: readonly number[]) => number;
  readonly gradient?: "none";
  readonly ofNothing?: boolean;
}

const reductions: readonly Reduction[] = [
  { operation: "sum", run: sum, f: total, ofNothing: true },
  { operation: "mean", run: mean, f: (values) => total(values) / values.length },
  { operation: "min", run: min, f: (values) => Math.min(...values), gradient: "none" },
];

const reductionCases = ({ operation, run, f, gradient, ofNothing }: Reduction): Case[] =>
  (
    [
      [[7], [0]],
      [
        [3, 4],
        [0, 1],
      ],
      [[3, 4], [0]],
      [[3, 4], [1]],
      [[30, 3], [0]],
      [
        [2, 3, 5, 3],
        [1, 2, 3],
      ],
      [
        [2, 3, 5, 3],
        [0, 1, 2, 3],
      ],
      [
        [2, 3, 5, 3],
        [1, 2],
      ],
      [
        [2, 3, 2, 3, 2],
        [1, 2, 3, 4],
      ],
      [
        [2, 3, 2, 3, 2],
        [0, 1, 2, 3],
      ],
      [[2, 1, 3], [1]],
      ...(ofNothing
        ? [
            [[3, 0], [1]],
            [[0, 3], [0]],
            [
              [0, 3],
              [0, 1],
            ],
          ]
        : []),
    ] as [number[], number[]][]
  ).flatMap(([shape, axes]) =>
    [false, true].map((keepDims) =>
      used({
        operation,
        name: `[${shape}] over ${axes}${keepDims ? ", axes kept" : ""}`,
        inputs: [random(shape, 221, { scale: 0.5, offset: 0.25 })],
        run: (x) => run(x as Tensor, axes, keepDims),
        reference: (x) => reduced(f, x as NdArray, axes, keepDims),
        gradient: gradient ?? "numeric",
      }),
    ),
  );

/** So many numbers that adding them up one after the other in single precision is off by a part in a thousand. */
const many = 10_000_020;

/** Equal numbers, so that every rounding goes the same way; made when they are asked for. */
const longReductionCases: Case[] = [
  { operation: "sum", run: sum, expected: (value: number) => value * many },
  { operation: "mean", run: mean, expected: (value: number) => value },
].map(({ operation, run, expected }) => ({
  group: "used of TensorFlow.js",
  operation,
  name: `[${many}] over 0`,
  get inputs() {
    return [{ shape: [many], data: new Float64Array(many).fill(Math.fround(0.1)) }];
  },
  run: (x) => run(x as Tensor),
  reference: (x) => ({
    shape: [],
    data: Float64Array.of(expected((x as NdArray).data[0] as number)),
  }),
  gradient: "none",
}));

const one = (
  operation: string,
  name: string,
  inputs: readonly NdArray[],
  run: (...xs: Tensor[]) => Tensor,
  reference: (...xs: NdArray[]) => NdArray,
  gradient: Case["gradient"] = "numeric",
): Case => used({ operation, name, inputs, run, reference, gradient });

const orders = [
  [1, 0],
  [3, 1, 2, 0],
  [1, 2, 0, 3],
  [0, 1, 3, 2],
  [2, 3, 1, 0],
  [0, 4, 2, 1, 3],
  [3, 4, 2, 1, 0],
  [2, 0, 1],
];

const shapeCases: Case[] = [
  ...orders.map((order) => {
    const x = random([2, 3, 4, 2, 3].slice(0, order.length), 231);
    return one(
      "transpose",
      `rank ${order.length} to ${order}`,
      [x],
      (t) => transpose(t as Tensor, order),
      (z) => transposed(z as NdArray, order),
    );
  }),
  ...(
    [
      [[6], [0]],
      [
        [3, 3, 2, 4],
        [0, 1],
      ],
      [[2, 3, 5, 3], [2]],
      [
        [2, 3, 2, 3, 2],
        [1, 2, 3],
      ],
    ] as [number[], number[]][]
  ).map(([shape, axes]) =>
    one(
      "reverse",
      `[${shape}] of ${axes}`,
      [random(shape, 232)],
      (x) => reverse(x as Tensor, axes),
      (x) => reversed(x as NdArray, axes),
    ),
  ),
  ...(
    [
      [[7], [2], [3]],
      [
        [3, 12],
        [0, 4],
        [3, 8],
      ],
      [
        [2, 3, 4],
        [1, 0, 2],
        [1, 3, 2],
      ],
      [
        [2, 3, 5, 3],
        [0, 1, 2, 0],
        [2, 1, 3, 2],
      ],
      [
        [2, 3, 2, 3, 2],
        [0, 1, 0, 1, 1],
        [2, 2, 1, 2, 1],
      ],
      [
        [3, 4],
        [0, 2],
        [3, 0],
      ],
    ] as [number[], number[], number[]][]
  ).map(([shape, begin, size]) =>
    one(
      "slice",
      `[${shape}] from ${begin}, ${size}`,
      [random(shape, 233)],
      (x) => slice(x as Tensor, begin, size),
      (x) => sliced(x as NdArray, begin, size),
    ),
  ),
  ...(
    [
      [0, [3], [4]],
      [1, [3, 2], [3, 5], [3, 1]],
      [0, [2, 3, 4], [1, 3, 4]],
      [3, [2, 3, 5, 3], [2, 3, 5, 1]],
      [1, [2, 3, 5, 3], [2, 0, 5, 3], [2, 1, 5, 3]],
      [2, [2, 3, 2, 3, 2], [2, 3, 1, 3, 2]],
      [4, [2, 3, 2, 3, 2], [2, 3, 2, 3, 1]],
    ] as [number, ...number[][]][]
  ).map(([axis, ...shapes]) =>
    one(
      "concat",
      `${shapes.map((shape) => `[${shape}]`).join(" ")} along ${axis}`,
      shapes.map((shape, i) => random(shape, 234 + i)),
      (...xs) => concat(xs, axis),
      (...xs) => concatenated(xs, axis),
    ),
  ),
  ...[0, 1, 2].map((axis) => {
    const shape = [3, 4];
    return one(
      "stack",
      `three of [${shape}] along ${axis}`,
      [random(shape, 237), random(shape, 238), random(shape, 239)],
      (...xs) => stack(xs, axis),
      (...xs) =>
        concatenated(
          xs.map((x) => reshaped(x, shape.toSpliced(axis, 0, 1))),
          axis,
        ),
    );
  }),
  ...(
    [
      [0, [5]],
      [0, [2, 3, 4]],
      [1, [2, 3, 4]],
      [0, [2, 3, 2, 3, 2]],
    ] as [number, number[]][]
  ).map(([axis, shape]) =>
    one(
      "unstack",
      `the last of [${shape}] along ${axis}`,
      [random(shape, 245)],
      (x) => unstack(x as Tensor, axis).at(-1) as Tensor,
      (x) => {
        const begin = shape.map((n, k) => (k === axis ? n - 1 : 0));
        const size = shape.with(axis, 1);
        return reshaped(sliced(x as NdArray, begin, size), shape.toSpliced(axis, 1));
      },
    ),
  ),
  ...(
    [
      [[3], [2]],
      [
        [2, 3, 4],
        [3, 1, 1],
      ],
      [
        [2, 3, 5, 3],
        [4, 1, 1, 1],
      ],
      [
        [1, 3, 2, 3, 2],
        [2, 1, 1, 1, 1],
      ],
    ] as [number[], number[]][]
  ).map(([shape, times]) =>
    one(
      "tile",
      `[${shape}] ${times} times`,
      [random(shape, 246)],
      (x) => tile(x as Tensor, times),
      (x) =>
        build(
          shape.map((n, k) => n * (times[k] as number)),
          (index) =>
            at(
              x as NdArray,
              index.map((i, k) => i % (shape[k] as number)),
            ),
        ),
    ),
  ),
  ...(
    [
      [[12], [3, 4]],
      [
        [2, 3, 4],
        [6, 1, 4],
      ],
      [
        [2, 3, 2, 3, 2],
        [12, 6],
      ],
      [[1, 1], []],
      [
        [0, 3],
        [3, 0],
      ],
    ] as [number[], number[]][]
  ).map(([shape, next]) =>
    one(
      "reshape",
      `[${shape}] to [${next}]`,
      [random(shape, 241)],
      (x) => reshape(x as Tensor, next),
      (x) => reshaped(x as NdArray, next),
    ),
  ),
  ...(
    [
      [[], [3, 2]],
      [
        [2, 1, 1, 1],
        [2, 3, 5, 1],
      ],
      [
        [2, 1, 1, 1, 1],
        [2, 2, 3, 2, 1],
      ],
    ] as [number[], number[]][]
  ).map(([shape, next]) =>
    one(
      "broadcastTo",
      `[${shape}] to [${next}]`,
      [random(shape, 242)],
      (x) => broadcastTo(x as Tensor, next),
      (x) => elementwise((v) => v, x as NdArray, full(next, 0)),
    ),
  ),
  ...(
    [
      [[5], [[2, 1]]],
      [
        [2, 3, 5, 3],
        [
          [0, 0],
          [2, 1],
          [0, 2],
          [0, 0],
        ],
      ],
      [
        [2, 3, 2, 3, 2],
        [
          [0, 0],
          [1, 2],
          [0, 1],
          [2, 0],
          [0, 0],
        ],
      ],
    ] as [number[], [number, number][]][]
  ).map(([shape, paddings]) =>
    one(
      "pad",
      `[${shape}] by ${paddings.join(" ")}`,
      [random(shape, 243)],
      (x) => pad(x as Tensor, paddings),
      (x) =>
        build(
          shape.map((n, k) => n + (paddings[k]?.[0] ?? 0) + (paddings[k]?.[1] ?? 0)),
          (index) => {
            const from = index.map((i, k) => i - (paddings[k]?.[0] ?? 0));
            const inside = from.every((i, k) => i >= 0 && i < (shape[k] as number));
            return inside
              ? (sliced(
                  x as NdArray,
                  from,
                  full(shape, 1).shape.map(() => 1),
                ).data[0] as number)
              : 0;
          },
        ),
    ),
  ),
];

const matMulCases: Case[] = (
  [
    [5, 7, 3],
    [1, 1, 1],
    [64, 33, 40],
    [3, 130, 2],
  ] as const
).map(([m, k, n]) =>
  one(
    "matMul",
    `[${m},${k}] [${k},${n}]`,
    [random([m, k], 261), random([k, n], 262)],
    (a, b) => matMul(a as Tensor, b as Tensor),
    (a, b) =>
      build([m, n], ([i, j]) =>
        total(
          Array.from(
            { length: k },
            (_, l) => at(a as NdArray, [i as number, l]) * at(b as NdArray, [l, j as number]),
          ),
        ),
      ),
  ),
);

const madeOf = (operation: string, name: string, make: () => Tensor, expected: NdArray): Case =>
  one(operation, name, [], make, () => expected, "none");

const values = [1.5, -2, Number.NaN, Infinity, 1e-30, 3e38];
const makeCases: Case[] = [
  madeOf("tensor", "[2,3]", () => tensor(values, [2, 3]), given([2, 3], values)),
  madeOf(
    "tensor",
    "[1,2,1,3,1] of a Float32Array",
    () => tensor(Float32Array.from(values), [1, 2, 1, 3, 1]),
    given([1, 2, 1, 3, 1], values),
  ),
  madeOf("tensor", "[0,2]", () => tensor([], [0, 2], "float32"), given([0, 2], [])),
  madeOf("tensor1d", "[6]", () => tensor1d(values), given([6], values)),
  madeOf("scalar", "a number", () => scalar(0.1), given([], [0.1])),
  madeOf("zeros", "[2,3,1,2,2]", () => zeros([2, 3, 1, 2, 2]), full([2, 3, 1, 2, 2], 0)),
  madeOf("zeros", "[0,4]", () => zeros([0, 4]), full([0, 4], 0)),
  madeOf("ones", "[4]", () => ones([4]), full([4], 1)),
  madeOf("ones", "[2,0,3]", () => ones([2, 0, 3]), full([2, 0, 3], 1)),
  madeOf("fill", "[3,2]", () => fill([3, 2], -0.1), full([3, 2], Math.fround(-0.1))),
];

const indicator = (is: boolean): number => (is ? 1 : 0);
const selectCases: Case[] = [
  ...operands.slice(0, 9).map(([a, b]) => {
    const shape = broadcastShape(a, b);
    // Made of few numbers, so that many entries agree.
    const coarse = (x: NdArray): NdArray => elementwise((v) => Math.round(2 * v), x);
    return one(
      "equal",
      `[${a}] [${b}]`,
      [coarse(random(a, 251)), coarse(random(b, 252))],
      (x, y) => cast(equal(x as Tensor, y as Tensor), "float32"),
      (x, y) => ({
        ...elementwise((u, v) => indicator(u === v), x as NdArray, y as NdArray),
        shape,
      }),
      "none",
    );
  }),
  one(
    "equal",
    "NaN and infinities",
    [
      given([4], [Number.NaN, Infinity, -Infinity, 0]),
      given([4], [Number.NaN, Infinity, Infinity, -0]),
    ],
    (x, y) => cast(equal(x as Tensor, y as Tensor), "float32"),
    () => given([4], [0, 1, 0, 1]),
    "none",
  ),
  one(
    "cast",
    "to int32 and back",
    [given([7], [0, 1.9, -1.9, 2, -2, 1e6, -1e6])],
    (x) => cast(cast(x as Tensor, "int32"), "float32"),
    (x) => elementwise((v) => Math.trunc(v), x as NdArray),
    "none",
  ),
  one(
    "cast",
    "float32 to itself",
    [random([2, 3], 253)],
    (x) => cast(x as Tensor, "float32"),
    (x) => x as NdArray,
  ),
  ...[[5], [3, 4], [2, 3, 5, 3], [2, 3, 2, 3, 2]].flatMap((shape) => {
    const decide = random(shape, 254);
    const mask = () =>
      tensor(
        Array.from(decide.data, (v) => indicator(v > 0)),
        shape,
        "bool",
      );
    return [
      one(
        "where",
        `[${shape}]`,
        [random(shape, 255), random(shape, 256)],
        (a, b) => where(mask(), a as Tensor, b as Tensor),
        (a, b) => elementwise((d, u, v) => (d > 0 ? u : v), decide, a as NdArray, b as NdArray),
      ),
      one(
        "where",
        `[${shape}], one condition for all, NaN where it is not chosen`,
        [random(shape, 257), full(shape, Number.NaN)],
        (a, b) => where(equal(scalar(1), 1), a as Tensor, b as Tensor),
        (a) => a as NdArray,
        "none",
      ),
    ];
  }),
];

const convolution2d = (
  name: string,
  shape: readonly number[],
  weight: readonly number[],
  strides: number,
  padding: "valid" | "same",
): Case =>
  one(
    "conv2d",
    name,
    [random(shape, 261), random(weight, 262)],
    (x, w) => conv2d(x as Tensor4D, w as Tensor4D, strides, padding),
    (x, w) => {
      const [kh, kw] = weight as [number, number];
      const [rows, columns] = shape.slice(1, 3) as [number, number];
      // TensorFlow's 'same': the odd cell is added after the end.
      const extra = (n: number, k: number) =>
        padding === "valid" ? 0 : Math.max((Math.ceil(n / strides) - 1) * strides + k - n, 0);
      const [ey, ex] = [extra(rows, kh), extra(columns, kw)];
      const wide = build(
        [shape[0] as number, rows + ey, columns + ex, shape[3] as number],
        ([b = 0, j = 0, i = 0, c = 0]) => {
          const [y, z] = [j - Math.floor(ey / 2), i - Math.floor(ex / 2)];
          if (y < 0 || z < 0 || y >= rows || z >= columns) return 0;
          return (x as NdArray).data[
            ((b * rows + y) * columns + z) * (shape[3] as number) + c
          ] as number;
        },
      );
      const dense = correlated(wide, w as NdArray);
      const [batch, height, width, outputs] = dense.shape as [number, number, number, number];
      return build(
        [batch, Math.ceil(height / strides), Math.ceil(width / strides), outputs],
        ([b = 0, j = 0, i = 0, c = 0]) =>
          dense.data[((b * height + j * strides) * width + i * strides) * outputs + c] as number,
      );
    },
  );

const convolutionCases: Case[] = [
  convolution2d("[2,5,6,3] ∗ [3,3,3,4]", [2, 5, 6, 3], [3, 3, 3, 4], 1, "valid"),
  convolution2d("[1,6,5,1] ∗ [2,3,1,1], same", [1, 6, 5, 1], [2, 3, 1, 1], 1, "same"),
  convolution2d("[2,6,5,2] ∗ [3,3,2,2], stride 2", [2, 6, 5, 2], [3, 3, 2, 2], 2, "valid"),
  convolution2d("[2,6,5,2] ∗ [2,2,2,3], stride 2, same", [2, 6, 5, 2], [2, 2, 2, 3], 2, "same"),
  convolution2d("[3,4,4,2] ∗ [1,1,2,7]", [3, 4, 4, 2], [1, 1, 2, 7], 1, "valid"),
  one(
    "FusedConv2D",
    "[2,5,6,3] ∗ [3,3,3,4] + bias",
    [random([2, 5, 6, 3], 263), random([3, 3, 3, 4], 264), random([4], 265)],
    (x, filter, bias) =>
      engine().runKernel(
        "FusedConv2D",
        { x, filter, bias } as never,
        {
          strides: [1, 1],
          pad: "valid",
          dataFormat: "NHWC",
          dilations: [1, 1],
          dimRoundingMode: null,
          activation: "linear",
        } as never,
      ) as Tensor,
    (x, filter, bias) => convolved(x as NdArray, filter as NdArray, bias as NdArray),
    "none",
  ),
];

const sumCases: Case[] = [1, 2, 5].map((count) =>
  one(
    "addN",
    `${count} of [2,3]`,
    Array.from({ length: count }, (_, i) => random([2, 3], 271 + i)),
    (...xs) => addN(xs),
    (...xs) => elementwise((...vs) => total(vs), ...xs),
  ),
);

/** Every operation of TensorFlow.js that our packages import. */
export const tensorflowCases: readonly Case[] = [
  ...binaries.flatMap(binaryCases),
  ...unaries.flatMap(unaryCases),
  ...longReductionCases,
  ...reductions.flatMap(reductionCases),
  ...shapeCases,
  ...matMulCases,
  ...makeCases,
  ...selectCases,
  ...convolutionCases,
  ...sumCases,
];
