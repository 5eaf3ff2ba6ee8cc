import { expect, test } from "vitest";
import { halvingSeconds } from "./cost-model.ts";
import { fitNetwork, largestError } from "./fit-network.ts";

const timedOn = (network: { latency: number; bandwidth: number }) =>
  [2, 4, 16].flatMap((ranks) =>
    [1e3, 1e6, 3e7].map((bytes) => ({
      ...{ ranks, bytes },
      seconds: halvingSeconds(ranks, bytes, network),
    })),
  );

test("a network is found again from the times that it gives", () => {
  const network = { latency: 2e-6, bandwidth: 1.2e10 };
  const found = fitNetwork(timedOn(network));
  expect(found.latency).toBeCloseTo(network.latency, 12);
  expect(found.bandwidth / network.bandwidth).toBeCloseTo(1, 9);
});

test("a latency that no time shows is 0, and the bandwidth stands", () => {
  const found = fitNetwork(timedOn({ latency: -1e-9, bandwidth: 1e6 }));
  expect(found.latency).toBe(0);
  expect(found.bandwidth / 1e6).toBeCloseTo(1, 3);
});

test("the largest error is that of the point that fits worst", () => {
  const network = { latency: 0, bandwidth: 100 };
  const right = { ranks: 2, bytes: 100, seconds: 1 };
  expect(largestError([right, { ...right, seconds: 0.8 }], network)).toBeCloseTo(0.25, 12);
});
