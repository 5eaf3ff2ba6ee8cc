import { expect, test } from "vitest";
import { divergenceWatch } from "./divergence.ts";

const step = (number: number, skipped: boolean, values: Record<string, number> = {}) => ({
  step: number,
  values: { loss: 1, norm: 1, skipped: Number(skipped), ...values },
});
const steps = (count: number, isSkipped: (step: number) => boolean) =>
  Array.from({ length: count }, (_, i) => step(i + 1, isSkipped(i + 1)));

test("a skipped step now and then is no divergence", () => {
  const watch = divergenceWatch();
  expect(watch.see(steps(1000, (n) => n % 3 === 0))).toBeNull();
  expect(
    watch.see(steps(9, () => true).map((each) => ({ ...each, step: each.step + 1000 }))),
  ).toBeNull();
});

test("ten in a row are, named by what was not finite first", () => {
  const watch = divergenceWatch();
  const at = (number: number) => step(number, true, { loss: Number.NaN, norm: Number.NaN });
  expect(watch.see([step(1, false), ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map(at)])).toBeNull();
  expect(watch.see([at(11)])).toBe(
    "training diverged at step 11: loss and norm are not finite from step 2 on",
  );
});

test("a discriminator that diverged counts as well as its student", () => {
  const logged = Array.from({ length: 10 }, (_, i) =>
    step(i + 1, false, {
      "discriminator/loss": Number.POSITIVE_INFINITY,
      "discriminator/skipped": 1,
    }),
  );
  expect(divergenceWatch().see(logged)).toBe(
    "training diverged at step 10: discriminator/loss is not finite from step 1 on",
  );
});

test("half of the last hundred are, though none are ten in a row", () => {
  expect(divergenceWatch().see(steps(200, (n) => n % 2 === 0))).toBe(
    "training diverged at step 100: 50 of the last 100 steps were skipped",
  );
});

test("a step that was skipped is known until the next that was not", () => {
  const watch = divergenceWatch();
  expect(watch.isSkipping).toBe(false);
  watch.see([step(1, true)]);
  expect(watch.isSkipping).toBe(true);
  watch.see([step(2, false)]);
  expect(watch.isSkipping).toBe(false);
});
