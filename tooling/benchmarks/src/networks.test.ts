import { parameterShapes } from "@eddyflow/models";
import { expect, test } from "vitest";
import { networkFlops } from "./network-flops.ts";
import { networks } from "./networks.ts";

const parameters = ({ description }: (typeof networks)[keyof typeof networks]) =>
  Object.values(parameterShapes(description)).reduce(
    (sum, shape) => sum + shape.reduce((product, n) => product * n, 1),
    0,
  );

test("the networks have the parameters of their originals", () => {
  expect(parameters(networks.ns2d)).toBe(2_082_076);
  expect(parameters(networks.rti3d_sliced)).toBe(8_517_976);
  expect(parameters(networks.ks2d)).toBe(819_020);
});

test("a network of one level costs what its two blocks' convolutions do", () => {
  const description = {
    kind: "velocity",
    stateChannels: 2,
    conditionChannels: 0,
    features: [5],
    padding: ["periodic", "periodic"],
  } as const;
  // Blocks 3 → 5, 5 → 5 and 5 → 2 on 4 × 8 points: 6 × 10 after the first convolution.
  const [outer, inner, skip] = [60 * 9, 32 * 9, 32];
  const forward = (from: number, to: number) =>
    2 * (outer + skip) * from * to + 2 * inner * to * to;
  expect(networkFlops({ description, shape: [4, 8] })).toEqual({
    forward: forward(3, 5) + forward(5, 5) + forward(5, 2),
    step: 3 * (forward(3, 5) + forward(5, 5) + forward(5, 2)) - 2 * (outer + skip) * 15,
  });
});
