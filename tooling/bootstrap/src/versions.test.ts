import { expect, test } from "vitest";
import { compareVersions, nodeFits } from "./versions.mjs";

test("versions are compared by number, field by field", () => {
  expect(compareVersions("22.9.0", "22.18.0")).toBeLessThan(0);
  expect(compareVersions("v22.18.0", "22.18")).toBe(0);
  expect(compareVersions("23.0.0-nightly", "22.99.9")).toBeGreaterThan(0);
});

test("Node fits from 22.18 up to, not including, 25", () => {
  expect(["18.20.8", "20.20.2", "22.17.1", "25.0.0"].filter(nodeFits)).toEqual([]);
  expect(["22.18.0", "22.23.3", "24.21.0"].filter((version) => !nodeFits(version))).toEqual([]);
});
