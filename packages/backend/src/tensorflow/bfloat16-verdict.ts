import { BackendError } from "@eddyflow/core";

/** Equal convolutions in both types, run in turns. */
export interface Bfloat16Trial {
  /** Milliseconds of each, in float32 and in bfloat16: entry i of both was measured one after the other. */
  readonly full: readonly number[];
  readonly low: readonly number[];
  /** ‖y − y_low‖ / ‖y‖ of the results. */
  readonly error: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number;

/**
 * How many times as long bfloat16 may take. With units for it a convolution takes some .5 to .7 of the time of float32, and
 * without, where it is emulated, 2.5 to 2.9: the limit is far from both.
 */
const mostRatio = 1.25;
const mostError = 0.01;

/**
 * Why bfloat16 is of no use where a trial was made, or null. The median of the ratios of neighbouring times is compared:
 * what else a busy machine does slows both of a pair, or spoils a pair.
 */
export function bfloat16Verdict({ full, low, error }: Bfloat16Trial): BackendError | null {
  if (!(error < mostError)) {
    return new BackendError({
      problem: `mixed precision is wrong here: a convolution in bfloat16 is off by ${(100 * error).toFixed(1)} %`,
      expected: `less than ${100 * mostError} %`,
      remedy: "compute in float32",
    });
  }
  const ratio = median(low.map((time, i) => time / (full[i] as number)));
  if (ratio <= mostRatio) return null;
  const times = [low, full].map((all) => median(all).toFixed(2));
  return new BackendError({
    problem: `mixed precision is slower here: a convolution takes ${ratio.toFixed(2)} times as long in bfloat16 as in float32, in the median of ${full.length} pairs (${times[0]} ms and ${times[1]} ms)`,
    expected: `at most ${mostRatio} times as long, as with bfloat16 units (avx512_bf16 or amx_bf16) in use`,
    remedy: "compute in float32; if ONEDNN_MAX_CPU_ISA is set, unset it",
  });
}
