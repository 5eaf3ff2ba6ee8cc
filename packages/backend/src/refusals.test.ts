import { isEddyflowError } from "@eddyflow/core";
import { pad, sum, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";

test("a sum over nothing is zero", async () => {
  expect(Array.from(await sum(zeros([3, 0]), 1).data())).toEqual([0, 0, 0]);
  expect(sum(zeros([0, 3]), 0, true).shape).toEqual([1, 3]);
});

test.runIf(process.env["EDDYFLOW_BACKEND"] === "webgpu")(
  "what is wrong here throws a BackendError that names it and says what helps",
  () => {
    const margin = [0, 1, 1, 1, 0].map((n): [number, number] => [n, n]);
    try {
      pad(zeros([1, 2, 2, 2, 1]), margin);
      expect.unreachable("PadV2 was not refused");
    } catch (error) {
      expect(isEddyflowError(error, "BackendError"), String(error)).toBe(true);
      const { message } = error as Error;
      expect(message).toContain("(PadV2) is wrong on the backend webgpu");
      expect(message).toMatch(/another backend$/u);
    }
  },
);
