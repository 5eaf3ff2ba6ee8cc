import type { Grid } from "@eddyflow/core";
import { expect, test } from "vitest";
import type { Layout } from "./layout.ts";
import { picturedChannels, pictureOf } from "./picture-of.ts";

const layoutOf = ({
  names,
  ...grid
}: Pick<Grid, "shape" | "boundary"> & Pick<Layout, "names">): Layout => ({
  grid: { ...grid, extent: grid.shape },
  names,
  channels: names.length,
  std: names.map(() => 1),
});

test("of a plane all of a channel is drawn, with what is above above", () => {
  const layout = layoutOf({
    shape: [2, 2],
    boundary: ["periodic", "periodic"],
    names: ["vx", "density"],
  });
  const state = Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40);
  expect([...pictureOf(state, layout, "vx")]).toEqual([3, 4, 1, 2]);
  expect([...pictureOf(state, layout, "density")]).toEqual([30, 40, 10, 20]);
});

test("of a volume the plane in the middle is drawn", () => {
  const layout = layoutOf({
    shape: [2, 3, 4],
    boundary: ["periodic", "periodic", "periodic"],
    names: ["u"],
  });
  const field = Float32Array.from({ length: 24 }, (_, i) => i);
  expect([...pictureOf(field, layout, "u")]).toEqual([14, 18, 22, 2, 6, 10]);
});

test("all channels but the time are drawn, between walls the density first", () => {
  const gridded = (boundary: Grid["boundary"]) =>
    layoutOf({ shape: [2, 2], boundary, names: ["vx", "density", "timestamp"] });
  expect(picturedChannels(gridded(["periodic", "periodic"]))).toEqual(["vx", "density"]);
  expect(picturedChannels(gridded(["wall", "periodic"]))).toEqual(["density", "vx"]);
});
