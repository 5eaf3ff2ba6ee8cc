import { expect, test } from "vitest";
import { normal } from "./draws.ts";
import { key } from "./key.ts";
import { normalTensor } from "./tensors.ts";

test("a tensor of normal numbers holds the draws of its key", async () => {
  const x = normalTensor(key(6), [2, 3, 4]);
  expect(x.shape).toEqual([2, 3, 4]);
  expect(await x.data()).toEqual(normal(key(6), 24));
  x.dispose();
});
