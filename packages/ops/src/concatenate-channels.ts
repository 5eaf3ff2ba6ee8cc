import { ShapeError } from "@eddyflow/core";
import { concat, type Tensor, zeros } from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";
import { sliceAxis } from "./spatial.ts";

/** Attributes of the kernel `ConcatenateChannels`. */
export interface ConcatenateChannelsAttributes {
  /** Of each input. */
  readonly channels: readonly number[];
}

/** Attributes of the kernel `SliceChannels`. */
export interface SliceChannelsAttributes {
  readonly start: number;
  readonly length: number;
}

const sliceChannels: Operation<{ x: Tensor }, [Tensor], SliceChannelsAttributes> = {
  kernelName: kernelNames.sliceChannels,
  portable: ({ x }, { start, length }) => sliceAxis(x, x.rank - 1, start, length),
  gradient: {
    inputsToSave: ["x"],
    gradFunc: (dy, [{ shape }], { start, length }) => ({
      x: () => {
        const nothing = (width: number): Tensor[] =>
          width === 0 ? [] : [zeros([...shape.slice(0, -1), width])];
        const after = (shape.at(-1) as number) - start - length;
        return concatenateChannels([...nothing(start), dy, ...nothing(after)]);
      },
    }),
  },
};

const concatenate: Operation<Record<string, Tensor>, [], ConcatenateChannelsAttributes> = {
  kernelName: kernelNames.concatenateChannels,
  portable: (inputs, { channels }) =>
    concat(
      channels.map((_, i) => inputs[`x${i}`] as Tensor),
      -1,
    ),
  gradient: {
    gradFunc: (dy, _, { channels }) => {
      let end = 0;
      return Object.fromEntries(
        channels.map((length, i) => {
          const start = end;
          end += length;
          return [`x${i}`, () => runOperation(sliceChannels, { x: dy }, { start, length })];
        }),
      );
    },
  },
};

/**
 * Joins fields `[batch, ...space, channelᵢ]` along their last axis, in the order given. The caller disposes
 * the result.
 *
 * @throws ShapeError where the fields differ in more than their channels.
 */
export function concatenateChannels(xs: readonly Tensor[]): Tensor {
  const points = xs.map(({ shape }) => String(shape.slice(0, -1)));
  if (new Set(points).size !== 1) {
    throw new ShapeError({
      problem: `channels of fields of the shapes ${xs.map(({ shape }) => `[${shape}]`).join(", ")}`,
      expected: "at least one field, all of the same [batch, ...space]",
      remedy: "bring them to one grid first",
    });
  }
  const channels = xs.map(({ shape }) => shape.at(-1) as number);
  return runOperation(concatenate, Object.fromEntries(xs.map((x, i) => [`x${i}`, x])), {
    channels,
  });
}
