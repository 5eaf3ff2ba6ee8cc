import { expect, test } from "vitest";
import { bfloat16Verdict } from "./bfloat16-verdict.ts";

const times = (time: number) => Array.from({ length: 21 }, () => time);
const fast = { full: times(2), low: times(1.2), error: 0.001 };

test("bfloat16 that takes less time is used, and so is one that takes about as long", () => {
  expect(bfloat16Verdict(fast)).toBeNull();
  expect(bfloat16Verdict({ ...fast, low: times(2.2) })).toBeNull();
});

test("what else the machine does changes nothing: neither whole pairs nor single times that are slowed", () => {
  const slowed = (factor: (i: number) => number, base: number) =>
    times(base).map((time, i) => time * factor(i));
  const burst = (i: number) => (i < 15 ? 10 : 1);
  expect(bfloat16Verdict({ ...fast, full: slowed(burst, 2), low: slowed(burst, 1.2) })).toBeNull();
  // The least times alone would say that bfloat16 is slower.
  const hit = (i: number) => (i % 3 === 0 ? 20 : 1);
  const lucky = times(2).with(4, 0.5);
  expect(bfloat16Verdict({ ...fast, full: lucky, low: slowed(hit, 1.2) })).toBeNull();
  const emulated = { ...fast, low: slowed((i) => (i % 3 === 0 ? 0.2 : 1), 5) };
  expect(bfloat16Verdict(emulated)?.message).toContain("is slower here");
});

test("a refusal says what was measured and what would have been enough", () => {
  expect(bfloat16Verdict({ ...fast, low: times(5) })?.message).toBe(
    "mixed precision is slower here: a convolution takes 2.50 times as long in bfloat16 as in float32, in the median of 21 pairs (5.00 ms and 2.00 ms); expected at most 1.25 times as long, as with bfloat16 units (avx512_bf16 or amx_bf16) in use; compute in float32; if ONEDNN_MAX_CPU_ISA is set, unset it",
  );
  expect(bfloat16Verdict({ ...fast, error: 0.034 })?.message).toContain("is off by 3.4 %");
  expect(bfloat16Verdict({ ...fast, error: Number.NaN })?.message).toContain("is off by NaN %");
});
