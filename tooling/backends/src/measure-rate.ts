import { convolution } from "@eddyflow/ops";
import {
  dispose,
  grads,
  ones,
  randomUniform,
  slice,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";

/** A 3×3 convolution of `channels` to as many, on `size` × `size` points. */
export interface ConvolutionSize {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
}

/** From what plain JavaScript does in a moment to what keeps a graphics card busy, each about eight times the one before. */
const ladder: readonly ConvolutionSize[] = [
  { batch: 1, size: 16, channels: 8 },
  { batch: 2, size: 16, channels: 16 },
  { batch: 2, size: 32, channels: 32 },
  { batch: 4, size: 32, channels: 64 },
  { batch: 8, size: 64, channels: 64 },
  { batch: 16, size: 128, channels: 64 },
  { batch: 32, size: 128, channels: 128 },
];

/** A size is not tried where it would take longer than this; it would be eight times as long as the one before. */
const longestSeconds = 0.3;
const repeats = 5;

/** Operations of a convolution and its two gradients: 3 · 2 · 9 · channels² for each point. */
export function flopsOf({ batch, size, channels }: ConvolutionSize): number {
  return 3 * 2 * 9 * channels ** 2 * batch * size ** 2;
}

/**
 * Billions of floating-point operations a second of the active backend, in a 3×3 convolution with its gradients in float32:
 * the best of a few repeats, at the largest size that does not keep a person waiting.
 */
export async function measureRate(): Promise<number> {
  let best = 0;
  for (const at of ladder) {
    const { seconds, rate } = await bestOf(at);
    best = Math.max(best, rate);
    if (8 * seconds > longestSeconds) break;
  }
  return best;
}

async function bestOf(at: ConvolutionSize): Promise<{ seconds: number; rate: number }> {
  const { batch, size, channels } = at;
  const operands = [
    randomUniform([batch, size + 2, size + 2, channels], -1, 1, "float32", 1),
    randomUniform([3, 3, channels, channels], -1, 1, "float32", 2),
    randomUniform([channels], -1, 1, "float32", 3),
  ];
  const dy = ones([batch, size, size, channels]);
  const run = grads((x: Tensor, weight: Tensor, bias: Tensor) => convolution(x, weight, bias));
  let seconds = Number.POSITIVE_INFINITY;
  // The first one also compiles, allocates and wakes threads.
  for (let i = 0; i <= repeats; i++) {
    const start = performance.now();
    const gradients = run(operands, dy);
    // Reading a little of the last results waits for all of them.
    const ends = tidy(() =>
      gradients.map((gradient) =>
        slice(
          gradient,
          gradient.shape.map(() => 0),
          gradient.shape.map(() => 1),
        ),
      ),
    );
    await Promise.all(ends.map((end) => end.data()));
    const elapsed = (performance.now() - start) / 1000;
    if (i > 0) seconds = Math.min(seconds, elapsed);
    dispose([...gradients, ...ends]);
    if (elapsed > longestSeconds && i > 0) break;
  }
  dispose([...operands, dy]);
  return { seconds, rate: flopsOf(at) / seconds / 1e9 };
}
