import { type ChannelOptions, checkFrames, type Field } from "./field.ts";

/** Options of `vrmse`. */
export interface VrmseOptions extends ChannelOptions {
  /** ε, added to the variance; default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Variance-scaled root-mean-square error of one frame,
 * VRMSE = √(⟨(x̂ − x)²⟩ / (⟨(x − ⟨x⟩)²⟩ + ε)), where ⟨·⟩ is the mean over the cells of the frame. Several channels are
 * scored one by one, and their scores averaged. The forecast ⟨x⟩ scores 1, a perfect one 0. The variance is that of the
 * population (divided by N). ε keeps the score of a constant truth finite and matters only where the variance is about
 * as small. Source: The Well (Ohana et al., 2024), which divides by N − 1.
 *
 * @throws ShapeError when the frames differ in length.
 */
export function vrmse(
  prediction: Field,
  truth: Field,
  { channels = 1, epsilon = 1e-7 }: VrmseOptions = {},
): number {
  checkFrames(prediction, truth, channels);
  const cells = truth.length / channels;
  let total = 0;
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let i = channel; i < truth.length; i += channels) sum += truth[i] as number;
    const mean = sum / cells;
    let variance = 0;
    let error = 0;
    for (let i = channel; i < truth.length; i += channels) {
      variance += ((truth[i] as number) - mean) ** 2 / cells;
      error += ((prediction[i] as number) - (truth[i] as number)) ** 2 / cells;
    }
    total += Math.sqrt(error / (variance + epsilon));
  }
  return total / channels;
}
