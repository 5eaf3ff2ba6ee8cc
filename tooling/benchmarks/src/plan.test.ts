import { expect, test } from "vitest";
import { planBenchmarks } from "./plan.ts";

const namesOf = (quick: boolean, only: string | null) =>
  planBenchmarks({ quick, only, folder: "/data" }).groups.flatMap(({ cases }) =>
    cases.map(({ name }) => name),
  );

test("a quick run has batches 1 and 8, one sampling and the optimizer", () => {
  expect(namesOf(true, null)).toEqual([
    "rate/product",
    "rate/convolution",
    "ns2d-batch1/step",
    "ns2d-batch1/forward",
    "ns2d-batch8/step",
    "ns2d-batch8/forward",
    "sampling/nfe12",
    "optimizer/adam",
  ]);
});

test("cases are chosen by part of their name, also long ones in a quick run", () => {
  expect(namesOf(true, "simulator")).toEqual(["simulator/ks2d"]);
  expect(namesOf(false, "no such case")).toEqual([]);
  // What is given as a fraction of the hardware's rate needs the rate.
  expect(namesOf(true, "nfe100")).toEqual(["rate/product", "rate/convolution", "sampling/nfe100"]);
});
