import { isEddyflowError } from "@eddyflow/core";
import { grad, memory } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { field, largestError } from "./adjoint.test.helpers.ts";
import { toFullPrecision, toLowPrecision } from "./precision.ts";

/** Why this processor has no low precision, or null. */
function refusal(): string | null {
  const x = field([1], 1);
  try {
    toLowPrecision(x).dispose();
    return null;
  } catch (error) {
    expect(isEddyflowError(error, "BackendError")).toBe(true);
    return (error as Error).message;
  } finally {
    x.dispose();
  }
}

test("there and back rounds to eight bits at most, and so does the gradient", async ({ skip }) => {
  const reason = refusal();
  skip(reason !== null, reason ?? "");
  const before = memory().numTensors;
  const x = field([2, 3, 4, 5], 1);
  const dy = field([2, 3, 4, 5], 2);
  const thereAndBack = (t: typeof x): typeof x => {
    const low = toLowPrecision(t);
    return toFullPrecision(low);
  };
  const dx = grad(thereAndBack)(x, dy);
  const low = toLowPrecision(x);
  const y = toFullPrecision(low);
  // Half a unit in the last of eight places of numbers below 1.
  expect(largestError(await y.data(), await x.data())).toBeLessThanOrEqual(2 ** -9);
  expect(largestError(await dx.data(), await dy.data())).toBeLessThanOrEqual(2 ** -9);
  expect([y.dtype, dx.dtype]).toEqual(["float32", "float32"]);
  for (const t of [x, dy, dx, low, y]) t.dispose();
  expect(memory().numTensors).toBe(before);
});
