import type { Key } from "@eddyflow/core";
import { integers, permutation, split } from "@eddyflow/random";

/** `count` integers below `kinds`, each as often as the others or once more, in random order. */
export function evenly(key: Key, count: number, kinds: number): Uint32Array {
  const [forOffset, forOrder] = split(key);
  const offset = integers(forOffset, 1, kinds)[0] as number;
  return permutation(forOrder, count).map((rank) => (rank + offset) % kinds);
}
