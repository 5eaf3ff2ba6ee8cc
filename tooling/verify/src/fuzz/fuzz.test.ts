import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { damaged, flipsOf } from "./damage.ts";
import { digestOf } from "./digest.ts";
import { fuzzText } from "./fuzz-text.ts";
import { kinds as all } from "./kinds.ts";
import { runFuzz } from "./run-fuzz.ts";
import { kinds } from "./wrong-kinds.test.helpers.ts";

const text = new TextEncoder().encode('{"format":"x","sizes":[1,2,3],"name":"u"}');

test("a number gives the same damage again: first every bit, then what the seed says", () => {
  const flips = Array.from({ length: flipsOf(text) }, (_, number) =>
    damaged(text, { seed: 0, name: "a", number }),
  );
  expect(new Set(flips.map(String)).size).toBe(8 * text.length);
  for (const [bit, bytes] of flips.entries()) {
    const changed = bytes.map((byte, i) => byte ^ (text[i] as number));
    expect(changed.reduce((sum, bits) => sum + bits, 0)).toBe(1 << (bit & 7));
  }
  const random = (seed: number, name: string) =>
    Array.from({ length: 200 }, (_, i) =>
      String(damaged(text, { seed, name, number: flipsOf(text) + i })),
    );
  expect(random(0, "a")).toEqual(random(0, "a"));
  expect(random(0, "a")).not.toEqual(random(1, "a"));
  expect(random(0, "a")).not.toEqual(random(0, "b"));
  expect(new Set(random(0, "a")).size).toBeGreaterThan(150);
  expect(damaged(new Uint8Array(0), { seed: 0, name: "a", number: 3 })).toHaveLength(0);
});

test("values are the same by content alone", () => {
  const one = { a: [1, "x", null], b: Float32Array.of(1, -0) };
  expect(digestOf(one)).toBe(digestOf({ b: Float32Array.of(1, -0), a: [1, "x", null] }));
  for (const other of [
    { ...one, a: [1, "x", undefined] },
    { ...one, b: Float32Array.of(1, 0) },
    { ...one, b: Float64Array.of(1, -0) },
    { ...one, a: ["1", "x", null] },
    { ...one, c: 0 },
  ]) {
    expect(digestOf(other)).not.toBe(digestOf(one));
  }
});

test("every kind has its own name", () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

test("a crash, a loop, much memory, a defect, a changed value and a lasting harm are findings, and the rest goes on", {
  tags: ["slow"],
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-fuzz-test-"));
  try {
    const reports = await runFuzz({
      ...{ kinds, seed: 0, folder, seconds: 0.3 },
      amount: { flips: 1, mutations: { hdf5: 0, others: 0 } },
      module: new URL("./wrong-kinds.test.helpers.ts", import.meta.url).href,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    const details = Object.fromEntries(
      reports.map(({ name, findings }) => [name, findings[0]?.detail ?? null]),
    );
    expect(details).toMatchObject({
      right: null,
      poisoned: expect.stringMatching(/poisoned/u),
      careless: null,
      changed: "other values were accepted",
      defect: expect.stringMatching(/^not an error of ours: TypeError/u),
      loop: "no answer after 0.3 s",
      crash: expect.stringMatching(/^the process ended with SIGABRT/u),
      memory: expect.stringMatching(/^(\d+ MB for 4 bytes|more than \d+ MB)$/u),
    });
    expect(reports[0]).toMatchObject({ bytes: 4, flips: 1, mutations: 0, refused: 1, same: 0 });
    expect(reports[1]?.findings[0]?.number).toBeNull();
    expect(reports[2]).toMatchObject({ other: 1 });
    const said = fuzzText(reports, 0);
    expect(said).toContain('again: pnpm verify:fuzz --only "loop" --number 0 --seed 0');
    expect(said).toMatch(/8 flipped bits and 0 mutations, seed 0: 6 findings\n$/u);
  } finally {
    await rm(folder, { recursive: true });
  }
});
