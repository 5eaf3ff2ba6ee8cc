/** One line; gaps are left out. */
export interface Line {
  /** The colour's variable in the style sheet. */
  readonly colour: string;
  readonly dashed?: boolean;
  readonly points: readonly (readonly [number, number])[];
}

/** An axis: its ends, whether it is logarithmic, and where it is labelled. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly ticks: readonly (readonly [number, string])[];
}

const [width, height] = [360, 190];
const inner = { left: 34, right: 8, top: 8, bottom: 24 };

function place({ low, high, log = false }: Axis, value: number): number {
  const of = (x: number) => (log ? Math.log(Math.max(x, low / 10)) : x);
  return (of(value) - of(low)) / (of(high) - of(low));
}

const clamp = (part: number): number => Math.min(1.02, Math.max(-0.02, part));

/** Draws lines with their axes into an SVG; what it shows in words is the caller's. */
export function drawLineChart(svg: SVGSVGElement, x: Axis, y: Axis, lines: readonly Line[]): void {
  const left = (value: number) =>
    inner.left + clamp(place(x, value)) * (width - inner.left - inner.right);
  const top = (value: number) =>
    height - inner.bottom - clamp(place(y, value)) * (height - inner.top - inner.bottom);
  const bottom = height - inner.bottom;
  const grid = y.ticks.map(
    ([at, label]) =>
      `<line class="grid" x1="${inner.left}" x2="${width - inner.right}" y1="${top(at)}" y2="${top(at)}"/>` +
      `<text x="${inner.left - 6}" y="${top(at)}" text-anchor="end" dy=".32em">${label}</text>`,
  );
  const feet = x.ticks.map(
    ([at, label]) =>
      `<text x="${left(at)}" y="${bottom + 16}" text-anchor="middle">${label}</text>`,
  );
  const paths = lines.map(({ colour, dashed = false, points }) => {
    const steps = points.map(
      ([a, b], i) => `${i ? "L" : "M"}${left(a).toFixed(1)} ${top(b).toFixed(1)}`,
    );
    return `<path d="${steps.join("")}" stroke="var(${colour})"${dashed ? ' stroke-dasharray="2 4"' : ""}/>`;
  });
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.innerHTML = [...grid, ...feet, ...paths].join("");
}
