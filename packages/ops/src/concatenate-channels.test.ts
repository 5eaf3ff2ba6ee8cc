import { grad, grads, type Tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { field } from "./adjoint.test.helpers.ts";
import { concatenateChannels } from "./concatenate-channels.ts";

test("channels are joined in the given order and gradients split likewise", async () => {
  const a = field([1, 2, 2, 1], 1);
  const b = field([1, 2, 2, 2], 2);
  const joined = concatenateChannels([a, b]);
  expect(joined.shape).toEqual([1, 2, 2, 3]);
  const [as, bs] = [await a.data(), await b.data()];
  const data = await joined.data();
  for (let i = 0; i < 4; i++)
    expect(Array.from(data.slice(3 * i, 3 * i + 3))).toEqual([as[i], bs[2 * i], bs[2 * i + 1]]);
  const [da, db] = grads((x, y) => concatenateChannels([x as Tensor, y as Tensor]))(
    [a, b],
    joined,
  ) as [Tensor, Tensor];
  expect(await da.data()).toEqual(as);
  expect(await db.data()).toEqual(bs);
  for (const t of [a, b, joined, da, db]) t.dispose();
});

test("the split of its gradient can be differentiated again", async () => {
  const a = field([1, 2, 2, 3], 1);
  const b = field([1, 2, 2, 2], 2);
  const dy = field([1, 2, 2, 5], 3);
  // ⟨u, ∂⟨dy, cat(a, b)⟩/∂b⟩ is linear in dy: its gradient is u beside zeros.
  const second = grad((seed) => grad((x) => concatenateChannels([a, x]))(b, seed))(dy, b);
  const [data, bs] = [await second.data(), await b.data()];
  for (let i = 0; i < 4; i++) {
    expect(Array.from(data.slice(5 * i, 5 * i + 5))).toEqual([0, 0, 0, bs[2 * i], bs[2 * i + 1]]);
  }
  for (const t of [a, b, dy, second]) t.dispose();
});

test("fields on different grids and no fields at all are refused", () => {
  const a = field([1, 2, 2, 1], 1);
  const b = field([1, 2, 3, 1], 2);
  for (const xs of [[], [a, b]]) {
    expect(() => concatenateChannels(xs)).toThrow("expected at least one field, all of the same");
  }
  a.dispose();
  b.dispose();
});
