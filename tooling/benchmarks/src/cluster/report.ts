import { markdownTable } from "command-line";
import { type LineChart, lineChart } from "evaluator/line-chart";
import { type AllReduce, efficiency, onNetwork, stepSeconds } from "./cost-model.ts";
import { compareSteps, type Measured } from "./measured.ts";
import { changes, fastDevice, networks, plain, stepOf } from "./scenarios.ts";

/** Pairs of a rank. */
const batch = 8;
/** Pairs of all ranks together, where the whole batch stays as it is. */
const wholeBatch = 256;
const shown = [4, 16, 64, 256, 1024, 4096];
const devices = { "two cores": 1, [`${fastDevice} × as fast`]: fastDevice };

export const percent = (part: number): string => `${Math.round(100 * part) || 0} %`;
const named = Object.entries(networks).map(([name, network]): [string, AllReduce] => [
  name,
  onNetwork(network),
]);

/** The ranks from which less than half of their time goes into training; null where it never is within `most`. */
function halfAt(network: AllReduce, timesAsFast: number, most = 4096): number | null {
  for (let ranks = 1; ranks <= most; ranks++) {
    if (efficiency(ranks, stepOf(batch, timesAsFast), plain, network) < 0.5) return ranks;
  }
  return null;
}

/** The model's tables, as a page has them. */
export function tables(): string {
  const weak = Object.entries(devices).flatMap(([device, fast]) =>
    named.map(([name, network]) => [
      ...[name, device],
      ...shown.map((ranks) => percent(efficiency(ranks, stepOf(batch, fast), plain, network))),
      String(halfAt(network, fast) ?? "–"),
    ]),
  );
  const whole = stepSeconds(1, stepOf(wholeBatch), plain, onNetwork(networks["Ethernet 10 Gb/s"]));
  const strong = named.map(([name, network]) => [
    name,
    ...shown
      .filter((ranks) => ranks <= wholeBatch)
      .map((ranks) =>
        (whole / stepSeconds(ranks, stepOf(wholeBatch / ranks), plain, network)).toFixed(1),
      ),
  ]);
  const changed = Object.entries(changes).map(([name, reduction]) => [
    name,
    ...named.map(([, network]) =>
      percent(efficiency(1024, stepOf(batch, fastDevice), reduction, network)),
    ),
  ]);
  return [
    `Part of the ranks' time that goes into training, each with a batch of ${batch}, and the ranks from which it is less than half:`,
    markdownTable([["network", "rank", ...shown.map(String), "half at"], ...weak]),
    `How many times faster a step is where the whole batch stays ${wholeBatch}, with two cores a rank:`,
    markdownTable([
      ["network", ...shown.filter((ranks) => ranks <= wholeBatch).map(String)],
      ...strong,
    ]),
    `1,024 ranks of devices ${fastDevice} × as fast, a batch of ${batch} each, and what may change:`,
    markdownTable([["change", ...named.map(([name]) => name)], ...changed]),
  ].join("\n\n");
}

const milliseconds = (seconds: number): string => (1000 * seconds).toFixed(0);

/** Steps as they were measured and by the model, but for the first of each file. */
export const measuredTable = (measured: readonly Measured[]): string =>
  markdownTable([
    ["ranks", "network", "batch of each", "computing ms", "step ms", "by the model", "off by"],
    ...measured.flatMap((each) =>
      compareSteps(each).map(({ network, batch, computing, seconds, model }) => [
        ...[`${each.ranks}, ${each.name}`, network, String(batch), milliseconds(computing)],
        ...[milliseconds(seconds), milliseconds(model), percent(model / seconds - 1)],
      ]),
    ),
  ]);

const styles = [
  { colour: "#d55e00", symbol: "circle" },
  { colour: "#0072b2", symbol: "square" },
  { colour: "#009e73", symbol: "triangle" },
] as const;

/** The efficiency over 1 … 4,096 ranks. */
export function figure(): LineChart {
  const powers = Array.from({ length: 13 }, (_, power) => power);
  const lines = Object.values(devices).flatMap((fast) =>
    named.map(([name, network], index) => ({
      name: `${name.replace(/^\w+ /u, "")}${fast === 1 ? "" : `, ${fast} ×`}`,
      style: {
        ...(styles[index] as (typeof styles)[0]),
        dash: fast === 1 ? "none" : "5 3",
        width: 2,
      },
      points: powers.map(
        (power) =>
          [power, 100 * efficiency(2 ** power, stepOf(batch, fast), plain, network)] as const,
      ),
    })),
  );
  return lineChart("Time that goes into training, on paper", lines, {
    x: { label: "log₂ of the number of ranks", type: "linear", whole: true },
    y: { label: "% of the ranks' time", type: "linear", include: 0 },
  });
}
