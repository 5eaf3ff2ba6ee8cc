import { half, isFilled, squares } from "./board.ts";

/** The window shows the plane up to here on each side, in standard deviations of the noise. */
const reach = 3.2;
/** Units of the picture along a side. */
const side = 320;

/** What a picture shows: where samples end, and how a few of them get there. */
export interface BoardPicture {
  readonly title: string;
  /** Pairs (x, y), one after the other. */
  readonly ends: Float32Array;
  /** Points along each path from noise, pairs (x, y) one after the other. */
  readonly paths: readonly Float32Array[];
}

const toPicture = (value: number): number => Math.round(5 * side * (1 + value / reach)) / 10;

function pairsOf(points: Float32Array): readonly string[] {
  return Array.from({ length: points.length / 2 }, (_, i) => {
    const [x, y] = [points[2 * i] as number, points[2 * i + 1] as number];
    return `${toPicture(x)} ${toPicture(-y)}`;
  });
}

/**
 * A square picture in SVG: the filled squares of the board in grey, paths from noise as lines that begin at a larger dot, and a small one
 * where each sample ends. Its colours are seen on white and on black. What lies outside ±3.2 is cut off.
 */
export function boardPicture({ title, ends, paths }: BoardPicture): string {
  const square = (2 * half) / squares;
  const edge = toPicture(square - reach);
  const filled = Array.from({ length: squares ** 2 }, (_, i) => [
    i % squares,
    Math.floor(i / squares),
  ])
    .filter(([column = 0, row = 0]) => isFilled(column, row))
    .map(([column = 0, row = 0]) => {
      const [left, top] = [toPicture(column * square - half), toPicture(half - (row + 1) * square)];
      return `M${left} ${top}h${edge}v${edge}h-${edge}z`;
    });
  const lines = paths.map((path) => `M${pairsOf(path).join("L")}`);
  const starts = paths.map((path) => `M${pairsOf(path.subarray(0, 2))}h0`);
  const dots = pairsOf(ends).map((pair) => `M${pair}h0`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" fill="none" stroke-linecap="round">
<title>${title}</title>
<path fill="#8884" d="${filled.join("")}"/>
<path stroke="#2f81c9" stroke-width="2" d="${dots.join("")}"/>
<path stroke="#d5642b" d="${lines.join("")}"/>
<path stroke="#d5642b" stroke-width="5" d="${starts.join("")}"/>
</svg>
`;
}
