import * as Plot from "@observablehq/plot";
import type { Evaluation } from "../measure/evaluation.ts";
import { textWidth } from "./chart-parts.ts";
import { type ColourScale, fieldImage } from "./field-image.ts";
import { plotSvg } from "./plot-svg.ts";

const cell = 96;
const gap = 6;
const marginTop = 70;
const marginBottom = 70;

/**
 * Frames of one rollout, a row for the truth and for each model, a column for each time, all on one
 * colour scale; null where no rollout was pictured. Baselines other than the solver are left out: one
 * repeats the first frame, the other has nothing to do with it.
 */
export function framesPicture(evaluation: Evaluation): string | null {
  const { pictured, setting } = evaluation;
  if (pictured === null) return null;
  const rows = [
    { name: "truth", frames: pictured.truth },
    ...evaluation.models.flatMap(({ name, kind, frames }) =>
      frames !== null && (kind === "network" || kind === "solver") ? [{ name, frames }] : [],
    ),
  ];
  const scale = colourScale(pictured.truth);
  const titles = pictured.steps.map(
    (step) => `t = ${Number((step * setting.frameInterval).toPrecision(6))}`,
  );
  const zoom = Math.max(1, Math.ceil((2 * cell) / pictured.shape[1]));
  const images = rows.flatMap(({ name, frames }) =>
    frames.map((frame, index) => ({
      name,
      time: titles[index],
      src: fieldImage(frame, pictured.shape, scale, zoom),
    })),
  );
  const marginLeft = 24 + Math.max(...rows.map((row) => textWidth(row.name)));
  const marginRight = 12;
  const frameWidth = titles.length * (cell + gap);
  const cellHeight = (cell * pictured.shape[0]) / pictured.shape[1];
  const frameHeight = rows.length * (cellHeight + gap);
  const width = marginLeft + marginRight + frameWidth;
  const ramp = Float32Array.from(
    { length: 128 },
    (_, index) => scale.centre + scale.range * (index / 63.5 - 1),
  );
  const bar = { width: Math.min(240, frameWidth - 40), height: 12 };
  const grid = plotSvg({
    width,
    height: marginTop + frameHeight + marginBottom,
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
  const title = `Rollouts from the same initial state: ${pictured.channel}`;
  const barSvg = plotSvg({
    width: bar.width + 60,
    height: 44,
    marginLeft: 30,
    marginRight: 30,
    marginTop: 0,
    marginBottom: 44 - bar.height,
    x: {
      domain: [scale.centre - scale.range, scale.centre + scale.range],
      label: null,
      ticks: 5,
    },
    marks: [
      Plot.image([0], {
        src: () => fieldImage(ramp, [1, 128], scale, 2),
        width: bar.width,
        height: bar.height,
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
  return placeInside(grid, [
    { svg: heading, x: 0, y: 0 },
    {
      svg: barSvg,
      x: marginLeft + (frameWidth - bar.width) / 2 - 30,
      y: marginTop + frameHeight + 18,
    },
  ]);
}

/** Symmetric about the truth's mean, so that white means "average" in every frame. */
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
  // A mean that is nothing beside the range would only make the bar's numbers crooked.
  const centre = Math.abs(mean) < 0.02 * range ? 0 : mean;
  return { centre, range: range > 0 ? range : 1 };
}

function placeInside(
  outer: string,
  parts: readonly { readonly svg: string; readonly x: number; readonly y: number }[],
): string {
  const inner = parts.map(({ svg, x, y }) => svg.replace("<svg ", `<svg x="${x}" y="${y}" `));
  return outer.replace(/<\/svg>\s*$/, `${inner.join("")}</svg>`);
}
