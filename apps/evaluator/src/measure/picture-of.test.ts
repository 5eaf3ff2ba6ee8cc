import type { Grid } from "@eddyflow/core";
import { expect, test } from "vitest";
import type { Layout } from "./layout.ts";
import { pictureOf } from "./picture-of.ts";

const layoutOf = ({
  names,
  ...grid
}: Pick<Grid, "shape" | "boundary"> & Pick<Layout, "names">): Layout => ({
  grid: { ...grid, extent: grid.shape },
  names,
  channels: names.length,
  std: names.map(() => 1),
});

test("of a plane all of the first channel is drawn", () => {
  const layout = layoutOf({
    shape: [2, 2],
    boundary: ["periodic", "periodic"],
    names: ["vx", "density"],
  });
  expect([...pictureOf(Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40), layout)]).toEqual([1, 2, 3, 4]);
});

test("of a volume the plane in the middle is drawn", () => {
  const layout = layoutOf({
    shape: [2, 3, 4],
    boundary: ["periodic", "periodic", "periodic"],
    names: ["u"],
  });
  const field = Float32Array.from({ length: 24 }, (_, i) => i);
  expect([...pictureOf(field, layout)]).toEqual([2, 6, 10, 14, 18, 22]);
});

test("between walls the density is drawn, with what is above above", () => {
  const layout = layoutOf({
    shape: [2, 2],
    boundary: ["wall", "periodic"],
    names: ["vx", "density"],
  });
  expect([...pictureOf(Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40), layout)]).toEqual([
    30, 40, 10, 20,
  ]);
});
