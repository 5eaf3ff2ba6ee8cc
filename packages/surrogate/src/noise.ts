import { ArgumentError, type Key } from "@eddyflow/core";
import { normalTensor } from "@eddyflow/random";
import { concat, type Tensor, zeros } from "@tensorflow/tfjs-core";

/** Where the noise of a step comes from: a key for the batch, a key for each of its members, or none. */
export type NoiseKeys = Key | readonly Key[] | null;

const isList = (keys: Key | readonly Key[]): keys is readonly Key[] =>
  Array.isArray(keys) && typeof keys[0] !== "number";

/**
 * The noise x₀ of a batch, `shape` = `[batch, ...space, channel]`. With one key it is `normalTensor(key, shape)`. With a
 * key for each member it is, for member i, `normalTensor(keys[i], [1, ...space, channel])`, which does not depend on
 * what else is in the batch. Without it is zero.
 *
 * @throws ArgumentError where there are not as many keys as members, or what is given is no key, such as a seed.
 */
export function noiseOf(keys: NoiseKeys, shape: readonly number[]): Tensor {
  if (keys === null) return zeros([...shape]);
  if (!isList(keys)) return normalTensor(keys, shape);
  const [batch, ...state] = shape;
  if (keys.length !== batch) {
    throw new ArgumentError({
      problem: `${keys.length} keys for a batch of ${batch}`,
      expected: "one for each member, or a single key",
      remedy: "give as many keys as states",
    });
  }
  return concat(keys.map((key) => normalTensor(key, [1, ...state])));
}
