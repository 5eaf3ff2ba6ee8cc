import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { type DrawPathPairs, pathPairs } from "./path-pairs.ts";

const numDraws = 20_000;

/** How often each pair is drawn, as a share of all draws, by "i–j". */
const sharesOf = (draw: DrawPathPairs): ReadonlyMap<string, number> => {
  const { from, to } = draw(key(1), numDraws);
  const shares = new Map<string, number>();
  from.forEach((i, row) => {
    const pair = `${i}–${to[row]}`;
    shares.set(pair, (shares.get(pair) ?? 0) + 1 / numDraws);
  });
  return shares;
};

/** Four standard errors of a share. */
const tolerance = (share: number) => 4 * Math.sqrt((share * (1 - share)) / numDraws);

test("without a share for the student's jumps all pairs are as frequent, the earlier point first", () => {
  const shares = sharesOf(pathPairs({ steps: 4, share: 0 }));
  expect([...shares.keys()].sort()).toEqual(
    ["0–1", "0–2", "0–3", "0–4", "1–2", "1–3", "1–4", "2–3", "2–4", "3–4"].sort(),
  );
  for (const share of shares.values()) expect(Math.abs(share - 0.1)).toBeLessThan(tolerance(0.1));
});

test("the student's jumps get their share beside what they have among all pairs", () => {
  const toEnd = sharesOf(pathPairs({ steps: 4, share: 0.6 })).get("0–4") as number;
  expect(Math.abs(toEnd - 0.64)).toBeLessThan(tolerance(0.64));
  const halves = sharesOf(pathPairs({ steps: 4, jumps: 2, share: 0.6 }));
  for (const pair of ["0–2", "2–4"]) {
    expect(Math.abs((halves.get(pair) as number) - 0.34)).toBeLessThan(tolerance(0.34));
  }
});

test("with the whole share for them only the student's jumps are drawn", () => {
  const jumpsOf = (jumps: number) => [...sharesOf(pathPairs({ steps: 6, jumps, share: 1 })).keys()];
  expect(jumpsOf(1)).toEqual(["0–6"]);
  expect(jumpsOf(3).sort()).toEqual(["0–2", "2–4", "4–6"]);
});

test("the same key gives the same pairs, another one others", () => {
  const draw = pathPairs({ steps: 8, share: 0.5 });
  expect(draw(key(3), 50)).toEqual(draw(key(3), 50));
  expect(draw(key(3), 50)).not.toEqual(draw(key(4), 50));
});

test("counts below one, a share beyond 1 and jumps between the points are refused", () => {
  for (const options of [
    { steps: 0, share: 0 },
    { steps: 1.5, share: 0 },
    { steps: 4, jumps: 0, share: 0 },
    { steps: 4, share: 1.1 },
    { steps: 4, share: Number.NaN },
    { steps: 8, jumps: 3, share: 0 },
  ]) {
    try {
      pathPairs(options);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
  expect(() => pathPairs({ steps: 8, jumps: 3, share: 0 })).toThrow(/a multiple of 3 steps/u);
});
