import { expect, test } from "vitest";
import type { Figure, Row } from "../rows.ts";
import { bestStudent, mse } from "./best-student.ts";
import { changeOf } from "./change-of.ts";
import { fasterThanSolver } from "./faster-than-solver.ts";
import { nearestDistribution } from "./nearest-distribution.ts";
import { systems } from "./systems.ts";

const figure = (value: number, half = 0.01): Figure => ({
  value,
  interval: { low: value - half, high: value + half },
});
const row = (method: string, figures: Row["figures"], more: Partial<Row> = {}): Row => ({
  ...{
    method,
    sampler: "euler:1",
    nfe: 1,
    budget: 1000,
    seeds: 3,
    deviation: null,
    figures,
    ratios: {},
  },
  ...more,
});

test("the best student is the nearest with one evaluation, and never the teacher", () => {
  const of = (value: number) => ({ "distillation error": figure(value) });
  const rows = [
    row("teacher", of(0), { budget: null }),
    row("two evaluations", of(0.02), { nfe: 2 }),
    row("far", of(0.08)),
    row("near", of(0.04)),
  ];
  expect(bestStudent(rows)).toBe(
    "With one evaluation near is nearest to the teacher, .0400 (.0300 to .0500) after 1,000 evaluations of training.",
  );
  expect(bestStudent(rows.slice(0, 2))).toBe("No student was run with one evaluation.");
});

test("the best student's score is told beside the teacher's, after one step and in a rollout", () => {
  const near = row("near", { "distillation error": figure(0.04) });
  const ratios = { MSE: figure(0.9), "MSE, rollout": figure(1.1), high: figure(1.5) };
  expect(bestStudent([{ ...near, ratios }], mse)).toMatch(
    / Its MSE, over that of the teacher with 100 evaluations, is \.9000 \(\.8900 to \.9100\) after one step and 1\.1000 \(1\.0900 to 1\.1100\) in a rollout; its energy at the highest wavenumbers, over the teacher's, is 1\.5000 \(1\.4900 to 1\.5100\)\.$/u,
  );
  expect(bestStudent([near], mse)).toContain("is – after one step and – in a rollout");
});

test("the other systems are answered one by one, each by its own name", () => {
  const near = row("near", { "distillation error": figure(0.04) });
  const answer = systems.answer([[near], []], ["volumes", "slices"]);
  expect(answer).toMatch(/^volumes: With one evaluation near is nearest/u);
  expect(answer).toMatch(/\. slices: Not measured yet\.$/u);
});

test("the nearest distribution is a student's with one evaluation, beside its rivals in order", () => {
  const of = (method: string, ratio: number, more: Partial<Row> = {}) =>
    row(
      method,
      {},
      {
        ratios: { "energy distance": figure(ratio), "enstrophy error": figure(2 * ratio) },
        ...more,
      },
    );
  const rows = [
    row("the teacher", {}, { budget: null }),
    of("two evaluations", 0.5, { nfe: 2 }),
    of("far", 1.5),
    of("near", 1.1),
    of("adversarial", 1.4),
    of("from data", 0.9, { budget: null }),
  ];
  expect(nearestDistribution(rows, ["adversarial", "from data"])).toBe(
    "The energy distance to the solver's ensemble, over that of the teacher with 100 evaluations, is 1.1000 (1.0900 to 1.1100) for near, the nearest student with one evaluation, .9000 (.8900 to .9100) for from data, and 1.4000 (1.3900 to 1.4100) for adversarial. The error of the enstrophy's spectrum, over the teacher's, is 2.2000 (2.1900 to 2.2100) for near, 1.8000 (1.7900 to 1.8100) for from data, and 2.8000 (2.7900 to 2.8100) for adversarial.",
  );
  expect(nearestDistribution(rows.slice(0, 4), [])).toMatch(
    /is 1\.1000 .* evaluation\. .* is 2\.2000 \S+ to \S+ for near\.$/u,
  );
  expect(nearestDistribution(rows.slice(0, 2), [])).toBe("No student was run with one evaluation.");
  expect(nearestDistribution([], [])).toBe("Not measured yet.");
});

test("a difference is claimed only where the intervals do not overlap", () => {
  const rows = [
    row("a", { high: figure(1) }),
    row("b", { high: figure(1.015) }),
    row("c", { high: figure(1.03) }),
    row("c", { high: figure(0.9) }, { sampler: "euler:2" }),
  ];
  const named = (method: string, sampler = "euler:1") => ({
    ...{ method, sampler, words: `with ${method} by ${sampler}` },
  });
  const to = [named("b"), named("c"), named("c", "euler:2"), named("d")];
  expect(changeOf(rows, { what: "The energy", of: "high", from: named("a"), to })).toBe(
    "The energy is 1.0000 (.9900 to 1.0100) with a by euler:1, not told apart from that with b by euler:1, 1.0150 (1.0050 to 1.0250), higher with c by euler:1, 1.0300 (1.0200 to 1.0400), lower with c by euler:2, .9000 (.8900 to .9100), and not known with d by euler:1.",
  );
  const unknown = { what: "The energy", of: "high", from: named("d"), to };
  expect(changeOf(rows, unknown)).toBe("The energy is not known with d by euler:1.");
});

const timed = (method: string, ms: number, crps: number, more: Partial<Row> = {}): Row =>
  row(method, { ms: figure(ms), "CRPS, one step": figure(crps) }, more);
const solver = (method: string, ms: number, crps: number) =>
  timed(method, ms, crps, { nfe: null, budget: null });

test("a student is held against the fastest solver that is as good, and the solver may win", () => {
  const student = timed("student", 2, 0.2);
  const slow = [student, solver("solver", 20, 0.1), solver("solver:4", 0.1, 0.3)];
  expect(fasterThanSolver([slow])).toContain("10.0 times as fast");
  const fast = [...slow, solver("solver:2", 1, 0.15)];
  expect(fasterThanSolver([slow, fast])).toContain(
    "In an ensemble of 32: the solver wins (solver:2, 1.00 ms with .1500 (.1400 to .1600))",
  );
  expect(fasterThanSolver([[student, solver("solver", 20, 0.3)]])).toContain(
    "no solver comes as near from what is seen; the nearest, solver, takes 20.00 ms",
  );
});
