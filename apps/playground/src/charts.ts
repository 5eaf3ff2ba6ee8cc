import { type Scores, spectrumOf } from "./forecast.ts";
import { type Axis, drawLineChart, type Line } from "./line-chart.ts";
import { regime } from "./regime.ts";
import type { Moment } from "./simulation.ts";

/** States after which forecasts start again from the solver. */
export const horizon = 10;

const time: Axis = {
  low: 0,
  high: horizon * regime.timePerState,
  ticks: [0, 5, 10, 15, 20].map((at) => [at, `${at}`] as const),
};
const error: Axis = {
  low: 0,
  high: 1.6,
  ticks: [0, 0.5, 1, 1.5].map((at) => [at, `${at}`] as const),
};
const waves: Axis = {
  low: 1,
  high: regime.seen / 2,
  log: true,
  ticks: [1, 2, 4, 8, 16].map((at) => [at, `${at}`] as const),
};
const energy: Axis = {
  low: 0.1,
  high: 30,
  log: true,
  ticks: [0.1, 1, 10].map((at) => [at, `${at}`] as const),
};

/** A model as the charts show it. */
export interface Drawn {
  readonly id: string;
  readonly title: string;
  readonly colour: string;
  /** Its scores so far, the first at the start of the forecast. */
  readonly scores: readonly Scores[];
}

const svg = (selector: string): SVGSVGElement => document.querySelector(selector) as SVGSVGElement;

/** Draws errors, spreads and spectra, and says the newest in words. */
export function drawCharts({ lead, truth, forecasts }: Moment, models: readonly Drawn[]): void {
  const at = (i: number): number => i * regime.timePerState;
  const errors: Line[] = models.flatMap(({ colour, scores }) => [
    { colour, points: scores.map((one, i) => [at(i), one.error] as const) },
    {
      colour,
      dashed: true,
      points: scores.flatMap((one, i) =>
        one.spread === null ? [] : [[at(i), one.spread] as const],
      ),
    },
  ]);
  drawLineChart(svg("#errors"), time, error, errors);
  const words = models.map(({ title, scores }) => `${title} ${scores.at(-1)?.error.toFixed(2)}`);
  svg("#errors").ariaLabel =
    `Error of the mean after ${at(lead)} time units, in standard deviations: ${words.join(", ")}`;
  drawLineChart(svg("#spectrum"), waves, energy, [
    ...models.flatMap(({ id, colour }) => {
      const forecast = forecasts.get(id);
      return forecast === undefined ? [] : [{ colour, points: spectrumOf(forecast.states) }];
    }),
    { colour: "--solver", points: spectrumOf(truth) },
  ]);
  svg("#spectrum").ariaLabel =
    `Energy of the solver and of ${models.map(({ title }) => title).join(", ")} by waves along the box, from 1 to ${regime.seen / 2}`;
}
