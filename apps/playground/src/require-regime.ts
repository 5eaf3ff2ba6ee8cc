import type { Manifest } from "@eddyflow/checkpointing";
import { ArgumentError } from "@eddyflow/core";
import { regime } from "./regime.ts";

/**
 * Refuses a model of another grid, other channels, another step in time, or one that must be told more than the state.
 *
 * @throws ArgumentError that says in what it differs.
 */
export function requireRegime({ grid, channels, clock, conditioning }: Manifest): void {
  const { seen, extent, timePerState } = regime;
  const found = [
    `${grid.shape.join(" × ")} points`,
    `a box of ${grid.extent.join(" × ")}`,
    `channels ${channels.join(", ")}`,
    ...(clock === null ? [] : [`states ${clock.step} apart`]),
    `${conditioning.history} previous states`,
    `${conditioning.parameters.channels.length} parameters`,
  ];
  const expected = [
    `${seen} × ${seen} points`,
    `a box of ${extent} × ${extent}`,
    "channels u",
    ...(clock === null ? [] : [`states ${timePerState} apart`]),
    "1 previous states",
    "0 parameters",
  ];
  const at = found.findIndex((words, i) => words !== expected[i]);
  if (at < 0) return;
  throw new ArgumentError({
    problem: `the model has ${found[at]}`,
    expected: expected[at] as string,
    remedy: "Give one that was trained on the demo's data (ks2d-demo)",
  });
}
