import { grads, type Tensor } from "@tensorflow/tfjs-core";
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
