/** One part of `npm test`: a command line, run from the root of the checkout. */
export interface Step {
  readonly name: string;
  /** What a failure of it means, for the summary. */
  readonly purpose: string;
  readonly command: readonly [string, ...string[]];
}

/** Where vitest leaves its counts for the summary, relative to the root of the checkout. */
export const vitestReport = "node_modules/.cache/eddyflow/vitest.json";

/** All that `npm test` runs, cheapest first, so that a small mistake shows early. */
export const steps: readonly Step[] = [
  { name: "lint", purpose: "style and common mistakes", command: ["biome", "ci", "."] },
  { name: "types", purpose: "strict TypeScript", command: ["tsc", "-b"] },
  { name: "knip", purpose: "unused files, exports and dependencies", command: ["knip"] },
  {
    name: "tests",
    purpose: "every package on every backend of this machine",
    command: [
      "vitest",
      "run",
      "--reporter=dot",
      "--reporter=json",
      `--outputFile.json=${vitestReport}`,
    ],
  },
  {
    name: "packages",
    purpose: "each package builds, packs and publishes correct types",
    command: ["turbo", "run", "check:package", "--output-logs=errors-only", "--log-order=grouped"],
  },
  {
    name: "alone",
    purpose: "each packed package works with nothing but what it declares",
    command: ["node", "tooling/checks/src/alone.ts"],
  },
];
