import { expect, test } from "vitest";
import { boardPicture } from "./board-picture.ts";

const pathOf = (picture: string, start: string): string =>
  new RegExp(`${start} d="([^"]*)"`, "u").exec(picture)?.[1] ?? "none";

const picture = boardPicture({
  title: "A path",
  ends: Float32Array.of(0, 0, Math.sqrt(3), Math.sqrt(3)),
  paths: [Float32Array.of(-3.2, -3.2, 0, 0, 1.6, -1.6)],
});

test("the origin is in the middle, and y points upwards", () => {
  expect(pathOf(picture, 'stroke="#2f81c9" stroke-width="2"')).toBe("M160 160h0M246.6 73.4h0");
  expect(pathOf(picture, 'stroke="#d5642b"')).toBe("M0 320L160 160L240 240");
  expect(pathOf(picture, 'stroke="#d5642b" stroke-width="5"')).toBe("M0 320h0");
});

test("the eight filled squares are those that points of the board lie in", () => {
  const squares = pathOf(picture, 'fill="#8884"').split("z").slice(0, -1);
  expect(squares).toHaveLength(8);
  // The lower left square is filled: its left edge and its lower one are those of the board, −√3.
  const [left, lower] = [160 - 86.6, 160 + 86.6];
  expect(squares).toContain(`M${left} ${(lower - 43.3).toFixed(1)}h43.3v43.3h-43.3`);
});
