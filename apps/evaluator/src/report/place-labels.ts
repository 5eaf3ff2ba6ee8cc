/** A point that wants a label of a certain length, in pixels. */
export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  readonly length: number;
}

const height = 16;
const distance = 11;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where a label goes. */
export interface PlacedLabel {
  /** Left end. */
  readonly x: number;
  /** Middle of its height. */
  readonly y: number;
  /** The x of the label that is nearest to the point. */
  readonly nearest: number;
  /** Whether it is so far from its point that a line should join them. */
  readonly far: boolean;
}

/**
 * Puts each label as near to its point as it can be inside `frame`. If there is room, it covers no other point or
 * label, nor any of the `words` that are there already, each given by its left end.
 */
export function placeLabels(
  points: readonly LabelledPoint[],
  frame: Box,
  words: readonly LabelledPoint[] = [],
): PlacedLabel[] {
  const taken: Box[] = [
    ...points.map(({ x, y }) => box(x - 7, y, 14)),
    ...words.map(({ x, y, length }) => box(x, y, length)),
  ];
  const placed: PlacedLabel[] = [];
  // From right to left: most labels lie to the right of their point, where everything is placed already.
  const order = points.map((_, index) => index).sort((a, b) => at(points, b).x - at(points, a).x);
  for (const index of order) {
    const { x, y, length } = at(points, index);
    let best = { cost: Number.POSITIVE_INFINITY, left: x + distance, middle: y };
    for (let line = 0; line <= 8; line++)
      for (const side of line === 0 ? [0] : [-1, 1])
        for (const [left, preference] of [
          [x + distance, 0],
          [x - distance - length, 0.1],
          [x + 3 * distance, 0.2],
        ] as const) {
          const middle = y + side * line * (height / 2);
          const candidate = box(left, middle, length);
          const outside = Math.max(
            frame.left - candidate.left,
            candidate.right - frame.right,
            frame.top - candidate.top,
            candidate.bottom - frame.bottom,
            0,
          );
          const overlaps = taken.filter((other) => overlap(candidate, other)).length;
          const cost = 100 * overlaps + 10 * outside + line + preference;
          if (cost < best.cost) best = { cost, left, middle };
        }
    taken.push(box(best.left, best.middle, length));
    placed[index] = {
      x: best.left,
      y: best.middle,
      nearest: best.left > x ? best.left - 2 : best.left + length + 2,
      far: Math.abs(best.middle - y) > height / 2,
    };
  }
  return placed;
}

const at = (points: readonly LabelledPoint[], index: number): LabelledPoint =>
  points[index] as LabelledPoint;

/** The box of a word: its left end, the middle of its height and its length. */
export const box = (left: number, middle: number, length: number): Box => ({
  left,
  top: middle - height / 2,
  right: left + length,
  bottom: middle + height / 2,
});

export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
