import type { Padding } from "@eddyflow/core";
import {
  type ConcatenateChannelsAttributes,
  kernelNames,
  type PadFieldAttributes,
  type SliceChannelsAttributes,
} from "@eddyflow/ops";
import { type Eager, type Handle, type OpAttribute, registerEagerKernel } from "./eager.ts";
import type { OwnOperations } from "./own-operations.ts";

/** Registers padding, rectification, pooling and upsampling, by operations of our own where the addon has them. */
export function registerFieldKernels(eager: Eager, own: OwnOperations | null): void {
  const { attribute, constant, float, run } = eager;
  const { TF_INT32 } = eager.backend.binding;

  const sliceAttributes = [...float, attribute.type("Index", TF_INT32)];
  const paddingAttributes = [...float, attribute.type("Tpaddings", TF_INT32)];
  const mirrorAttributes = [...paddingAttributes, attribute.string("mode", "REFLECT")];

  const slice = (x: Handle, axis: number, start: number, length: number): Handle => {
    const begin = x.shape.map((_, k) => (k === axis ? start : 0));
    const size = x.shape.map((n, k) => (k === axis ? length : n));
    return run("Slice", sliceAttributes, [x, constant(begin), constant(size)]);
  };
  const concat = (xs: readonly Handle[], axis: number): Handle =>
    run(
      "ConcatV2",
      [...float, attribute.type("Tidx", TF_INT32), attribute.int("N", xs.length)],
      [...xs, constant([axis], [])],
    );
  const add = (a: Handle, b: Handle): Handle => run("AddV2", float, [a, b]);

  /** The paddings of the axes of `mode` as TensorFlow wants them, or null where there are none. */
  const paddings = ({ padding, width }: PadFieldAttributes, mode: Padding): Handle | null => {
    if (!padding.includes(mode)) return null;
    const perAxis = padding.map((own) => (own === mode ? width : 0));
    return constant(
      [0, ...perAxis, 0].flatMap((n) => [n, n]),
      [padding.length + 2, 2],
    );
  };
  const periodicAxes = ({ padding }: PadFieldAttributes): number[] =>
    padding.flatMap((mode, k) => (mode === "periodic" ? [k + 1] : []));

  registerEagerKernel<{ x: Handle }, PadFieldAttributes>(
    eager,
    kernelNames.padField,
    ({ x }, attributes) => {
      if (own !== null) return own.padField(x, attributes);
      const { width } = attributes;
      let y = x;
      for (const axis of periodicAxes(attributes)) {
        const n = y.shape[axis] as number;
        y = concat([slice(y, axis, n - width, width), y, slice(y, axis, 0, width)], axis);
      }
      const reflect = paddings(attributes, "reflect");
      if (reflect !== null) y = run("MirrorPad", mirrorAttributes, [y, reflect]);
      const zero = paddings(attributes, "zero");
      if (zero !== null) y = run("Pad", paddingAttributes, [y, zero]);
      return y;
    },
  );

  /** Adds what stands beyond the ends of a periodic axis to the other end. */
  const foldPeriodic = (dy: Handle, axis: number, width: number): Handle => {
    const n = (dy.shape[axis] as number) - 2 * width;
    const before = slice(dy, axis, 0, width);
    const after = slice(dy, axis, n + width, width);
    if (n < 2 * width) {
      // Both borders reach over the middle, so that the three parts overlap.
      const nothing = run("ZerosLike", float, [slice(dy, axis, 0, n - width)]);
      const core = slice(dy, axis, width, n);
      return add(core, add(concat([after, nothing], axis), concat([nothing, before], axis)));
    }
    const first = add(slice(dy, axis, width, width), after);
    const last = add(slice(dy, axis, n, width), before);
    const middle = n === 2 * width ? [] : [slice(dy, axis, 2 * width, n - 2 * width)];
    return concat([first, ...middle, last], axis);
  };

  registerEagerKernel<{ dy: Handle }, PadFieldAttributes>(
    eager,
    kernelNames.padFieldGradient,
    ({ dy }, attributes) => {
      if (own !== null) return own.padFieldGradient(dy, attributes);
      const { width, padding } = attributes;
      let dx = dy;
      if (padding.includes("zero")) {
        const cut = padding.map((mode) => (mode === "zero" ? width : 0));
        const begin = [0, ...cut, 0];
        const size = dx.shape.map((n, k) => n - 2 * (begin[k] as number));
        dx = run("Slice", sliceAttributes, [dx, constant(begin), constant(size)]);
      }
      const reflect = paddings(attributes, "reflect");
      if (reflect !== null) dx = run("MirrorPadGrad", mirrorAttributes, [dx, reflect]);
      for (const axis of periodicAxes(attributes).reverse()) dx = foldPeriodic(dx, axis, width);
      return dx;
    },
  );

  registerEagerKernel<Record<string, Handle>, ConcatenateChannelsAttributes>(
    eager,
    kernelNames.concatenateChannels,
    (inputs, { channels }) => {
      const parts = channels.map((_, i) => inputs[`x${i}`] as Handle);
      const [first] = parts as [Handle];
      // TensorFlow joins two or more.
      if (parts.length === 1) return run("Identity", float, [first]);
      return concat(parts, first.shape.length - 1);
    },
  );
  registerEagerKernel<{ x: Handle }, SliceChannelsAttributes>(
    eager,
    kernelNames.sliceChannels,
    ({ x }, { start, length }) => slice(x, x.shape.length - 1, start, length),
  );

  registerEagerKernel<{ x: Handle }, object>(eager, kernelNames.rectify, ({ x }) =>
    run("Relu", float, [x]),
  );
  registerEagerKernel<{ dy: Handle; y: Handle }, object>(
    eager,
    kernelNames.rectifyGradient,
    ({ dy, y }) => run("ReluGrad", float, [dy, y]),
  );
  if (own !== null) {
    registerEagerKernel<{ dy: Handle; y: Handle }, object>(
      eager,
      kernelNames.rectifyBiasGradient,
      ({ dy, y }) => own.rectifyBiasGradient(dy, y),
    );
  }

  const windows = (rank: number): OpAttribute[] => {
    const halves = [1, ...Array(rank - 2).fill(2), 1];
    return [
      ...float,
      attribute.int("ksize", halves),
      attribute.int("strides", halves),
      attribute.string("padding", "VALID"),
      attribute.string("data_format", rank === 4 ? "NHWC" : "NDHWC"),
    ];
  };
  const [ofPlanes, ofVolumes] = [windows(4), windows(5)];
  const reshapeAttributes = [...float, attribute.type("Tshape", TF_INT32)];
  const reshape = (x: Handle, shape: readonly number[]): Handle =>
    run("Reshape", reshapeAttributes, [x, constant(shape)]);

  registerEagerKernel<{ x: Handle }, object>(eager, kernelNames.maxPoolHalf, ({ x }) => {
    if (own !== null) return own.maxPoolHalf(x);
    return x.shape.length === 4 ? run("MaxPool", ofPlanes, [x]) : run("MaxPool3D", ofVolumes, [x]);
  });
  // MaxPool3DGrad gives every maximum of a window the whole gradient. So planes first, then pairs of planes.
  const maxPoolVolumesGradient = (x: Handle, dy: Handle): Handle => {
    const [batch, levels, rows, columns, channels] = x.shape as Shape5D;
    const planes = reshape(x, [batch * levels, rows, columns, channels]);
    const largest = run("MaxPool", ofPlanes, [planes]);
    const pairs = reshape(largest, [(batch * levels) / 2, 2, -1]);
    const lower = slice(pairs, 1, 0, 1);
    const first = run("GreaterEqual", float, [lower, slice(pairs, 1, 1, 1)]);
    const own = reshape(dy, lower.shape);
    const nothing = eager.cast(eager.scalar(0), dy.dtype);
    const shares = [
      run("SelectV2", float, [first, own, nothing]),
      run("SelectV2", float, [first, nothing, own]),
    ];
    const share = reshape(concat(shares, 1), largest.shape);
    return reshape(run("MaxPoolGrad", ofPlanes, [planes, largest, share]), x.shape);
  };
  registerEagerKernel<{ x: Handle; y: Handle; dy: Handle }, object>(
    eager,
    kernelNames.maxPoolHalfGradient,
    ({ x, y, dy }) => {
      if (own !== null) return own.maxPoolHalfGradient(x, y, dy);
      return x.shape.length === 4
        ? run("MaxPoolGrad", ofPlanes, [x, y, dy])
        : maxPoolVolumesGradient(x, dy);
    },
  );

  const nearest = [
    ...float,
    attribute.bool("align_corners", false),
    attribute.bool("half_pixel_centers", false),
  ];
  const double = (x: Handle): Handle =>
    run("ResizeNearestNeighbor", nearest, [x, constant(x.shape.slice(1, 3).map((n) => 2 * n))]);
  registerEagerKernel<{ x: Handle }, object>(eager, kernelNames.upsampleDouble, ({ x }) => {
    if (x.shape.length === 4) return double(x);
    const [batch, levels, rows, columns, channels] = x.shape as Shape5D;
    const planes = double(reshape(x, [batch * levels, rows, columns, channels]));
    const each = reshape(planes, [batch * levels, 4 * rows * columns * channels]);
    return reshape(concat([each, each], 1), [batch, 2 * levels, 2 * rows, 2 * columns, channels]);
  });
  registerEagerKernel<{ dy: Handle }, object>(
    eager,
    kernelNames.upsampleDoubleGradient,
    ({ dy }) => {
      const [mean, size] =
        dy.shape.length === 4
          ? [run("AvgPool", ofPlanes, [dy]), 4]
          : [run("AvgPool3D", ofVolumes, [dy]), 8];
      return run("Mul", float, [mean, eager.cast(eager.scalar(size), dy.dtype)]);
    },
  );
}

type Shape5D = [number, number, number, number, number];
