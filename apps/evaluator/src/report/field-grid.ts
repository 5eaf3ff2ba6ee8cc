import * as Plot from "@observablehq/plot";
import type { Evaluation } from "../measure/evaluation.ts";
import { textWidth } from "./chart-parts.ts";
import { type ColourScale, fieldImage } from "./field-image.ts";
import { placeInside, plotSvg } from "./plot-svg.ts";

const cell = 96;
const gap = 6;
const marginTop = 70;
const marginBottom = 70;
const marginRight = 12;

/** A row of pictures: a name, and a frame for each of the pictured steps. */
export interface FieldRow {
  readonly name: string;
  readonly frames: readonly Float32Array[];
}

/** A drawing and its size in pixels. */
export interface FieldGrid {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Fields under a title, a row for each name and a column for each time, all on one colour scale, whose bar is below.
 *
 * @param columns - which of the pictured steps to show.
 */
export function fieldGrid(
  title: string,
  {
    pictured,
    frameInterval,
  }: { readonly pictured: NonNullable<Evaluation["pictured"]> } & Pick<
    Evaluation["setting"],
    "frameInterval"
  >,
  rows: readonly FieldRow[],
  columns: readonly number[],
): FieldGrid {
  const scale = colourScale(pictured.truth);
  const titles = columns.map((column) => {
    const time = (pictured.steps[column] as number) * frameInterval;
    return `t = ${Number(time.toPrecision(6))}`;
  });
  const zoom = Math.max(1, Math.ceil((2 * cell) / pictured.shape[1]));
  const images = rows.flatMap(({ name, frames }) =>
    columns.flatMap((column, index) => {
      const frame = frames[column];
      if (frame === undefined) return [];
      return [{ name, time: titles[index], src: fieldImage(frame, pictured.shape, scale, zoom) }];
    }),
  );
  const marginLeft = 24 + Math.max(...rows.map((row) => textWidth(row.name)));
  const frameWidth = titles.length * (cell + gap);
  const cellHeight = (cell * pictured.shape[0]) / pictured.shape[1];
  const frameHeight = rows.length * (cellHeight + gap);
  const width = marginLeft + marginRight + frameWidth;
  const height = marginTop + frameHeight + marginBottom;
  const grid = plotSvg({
    width,
    height,
    marginTop,
    marginBottom,
    marginLeft,
    marginRight,
    x: { axis: null },
    fx: { domain: titles, padding: 0, axis: "top", label: null },
    fy: { domain: rows.map((row) => row.name), padding: 0, axis: "left", label: null },
    marks: [
      Plot.image(images, {
        fx: "time",
        fy: "name",
        src: "src",
        width: cell,
        height: cellHeight,
        frameAnchor: "middle",
        preserveAspectRatio: "none",
      }),
    ],
  });
  const heading = plotSvg({
    width,
    height: 40,
    margin: 0,
    marks: [
      Plot.text([title], {
        frameAnchor: "top-left",
        dx: 8,
        dy: 8,
        fontWeight: "bold",
        fontSize: 15,
        textAnchor: "start",
        lineAnchor: "top",
      }),
    ],
  });
  const barWidth = Math.min(240, frameWidth - 40);
  const svg = placeInside(grid, [
    { svg: heading, x: 0, y: 0 },
    {
      svg: colourBar(scale, barWidth),
      x: marginLeft + (frameWidth - barWidth) / 2 - barMargin,
      y: marginTop + frameHeight + 18,
    },
  ]);
  return { svg, width, height };
}

const barMargin = 30;

function colourBar(scale: ColourScale, width: number): string {
  const [height, barHeight] = [44, 12];
  const ramp = Float32Array.from(
    { length: 128 },
    (_, index) => scale.centre + scale.range * (index / 63.5 - 1),
  );
  return plotSvg({
    width: width + 2 * barMargin,
    height,
    marginLeft: barMargin,
    marginRight: barMargin,
    marginTop: 0,
    marginBottom: height - barHeight,
    x: {
      domain: [scale.centre - scale.range, scale.centre + scale.range],
      label: null,
      ticks: 5,
    },
    marks: [
      Plot.image([0], {
        src: () => fieldImage(ramp, [1, 128], scale, 2),
        width,
        height: barHeight,
        frameAnchor: "middle",
        preserveAspectRatio: "none",
      }),
    ],
  });
}

/** Symmetric about the truth's mean, so that white is the average in every frame. */
function colourScale(frames: readonly Float32Array[]): ColourScale {
  let sum = 0;
  let count = 0;
  for (const frame of frames) {
    for (const value of frame) sum += value;
    count += frame.length;
  }
  const mean = count === 0 ? 0 : sum / count;
  let range = 0;
  for (const frame of frames)
    for (const value of frame) range = Math.max(range, Math.abs(value - mean));
  // A mean much smaller than the range would only make the numbers of the bar crooked.
  const centre = Math.abs(mean) < 0.02 * range ? 0 : mean;
  return { centre, range: range > 0 ? range : 1 };
}
