import * as Plot from "@observablehq/plot";
import type { Evaluation } from "../measure/evaluation.ts";
import { bestStudent } from "./best-student.ts";
import { chartSize } from "./chart-parts.ts";
import { crpsCost, timing } from "./cost-pictures.ts";
import { fieldGrid } from "./field-grid.ts";
import { divergingScale } from "./field-image.ts";
import type { Picture } from "./picture.ts";
import { heightOf, paperSvg, placeInside, plotSvg } from "./plot-svg.ts";
import { atTime, plural, referenceOf } from "./wording.ts";

const gap = 24;

/**
 * The report in one picture, which explains itself elsewhere than in the report: what a forecast costs and how good
 * it is, beside fields of the truth, the solver, the reference and its best student. Null where either half is
 * missing.
 */
export function overviewPicture(evaluation: Evaluation): Omit<Picture, "narrow"> | null {
  const { pictured, setting } = evaluation;
  const chart = crpsCost(evaluation);
  if (pictured === null || chart === null) return null;
  const shown = [
    evaluation.contestants.find(({ kind }) => kind === "solver"),
    referenceOf(evaluation),
    bestStudent(evaluation),
  ];
  const stills = pictured.steps.stills;
  const last = stills.length - 1;
  const columns = [...new Set([0, Math.min(1, last), Math.round((last + 1) / 2), last])];
  const truth = pictured.truth.member[0] ?? [];
  const scale = divergingScale(truth);
  const chosen = (frames: readonly Float32Array[] = []) => columns.map((column) => frames[column]);
  const rows = [
    { name: "truth", frames: chosen(truth), scale },
    ...shown.flatMap((contestant) =>
      contestant?.frames
        ? [{ name: contestant.name, frames: chosen(contestant.frames.member[0]), scale }]
        : [],
    ),
  ];
  const channel = pictured.channels[0] ?? "";
  const fields = fieldGrid(rows, {
    title: `Rollouts of ${channel} from the same initial state`,
    plane: pictured,
    heads: columns.map((column) => atTime(stills[column] as number, setting.frameInterval)),
    bars: [{ label: channel, scale }],
  });
  const caption = `${evaluation.title}. CRPS is the fair estimator with ${plural(setting.members, "member")}, averaged over ${plural(setting.samples, "held-out pair")}; lower left is better. ${timing(evaluation)}`;
  const chartHeight = heightOf(chart.svg);
  const width = chartSize.width + gap + fields.width;
  const height = Math.max(chartHeight + 120, fields.height);
  const text = plotSvg({
    width: chartSize.width,
    height: 110,
    margin: 0,
    marks: [
      Plot.text([caption], {
        frameAnchor: "top-left",
        dx: 8,
        dy: 4,
        textAnchor: "start",
        lineAnchor: "top",
        // In em: narrower than the chart, for nothing here can measure a font.
        lineWidth: 44,
      }),
    ],
  });
  const svg = placeInside(paperSvg(width, height), [
    { svg: chart.svg, x: 0, y: 0 },
    { svg: text, x: 0, y: chartHeight + 10 },
    { svg: fields.svg, x: chartSize.width + gap, y: 0 },
  ]);
  return { name: "overview", svg, alt: `${chart.alt} Beside it, fields of ${channel}.`, caption };
}
