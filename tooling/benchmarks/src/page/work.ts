import type { NetworkDescription } from "@eddyflow/core";

/** One evaluation of a velocity network. Plain JSON, as it goes to the engines. */
export interface PageWork {
  readonly description: NetworkDescription & { readonly kind: "velocity" };
  readonly shape: readonly number[];
  readonly batch: number;
  /** Where its weights are: `weights.safetensors` and `student.onnx`. */
  readonly folder: string;
}

/** A work with what it needs at hand. */
interface LoadedWork extends Omit<PageWork, "folder"> {
  readonly weights: Uint8Array;
  readonly onnx: Uint8Array;
}

/** What takes part: loaded in a page or in Node, on so many threads. */
export interface Library {
  /** What it is, with its version and threads. */
  readonly about: string;
  /** Makes a work ready, to be done again and again; each time its output is in the memory of JavaScript at the end. */
  prepare(work: LoadedWork): Promise<() => Promise<Float32Array>>;
}

export type StartLibrary = (threads: number) => Promise<Library>;

/** The same fields for every library: x and y `[batch, ...space, channel]`, t `[batch]`. */
export function inputsOf({ description, shape, batch }: Omit<PageWork, "folder">): {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly t: Float32Array;
} {
  const points = shape.reduce((product, n) => product * n, batch);
  const wave = (channels: number, speed: number) =>
    Float32Array.from({ length: points * channels }, (_, i) => Math.sin(speed * i));
  return {
    x: wave(description.stateChannels, 0.7),
    y: wave(description.conditionChannels, 0.3),
    t: new Float32Array(batch).fill(0.5),
  };
}
