import { keyFor, uniform } from "@eddyflow/random";

/** The next of a sequence of whole numbers below a limit. */
export type Draw = (limit: number) => number;

/** Draws that follow from a seed, a name and a number. */
export function drawsOf(seed: number, name: string, number: number): Draw {
  const numbers = uniform(keyFor(seed, name, number), 64);
  let next = 0;
  return (limit) => Math.floor((numbers[next++ % numbers.length] as number) * limit);
}
