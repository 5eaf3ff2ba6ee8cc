import type { Evaluation } from "../measure/evaluation.ts";

/** How a contestant is drawn, the same in every picture. */
export interface ContestantStyle {
  /** Visible on a white and on a nearly black page. */
  readonly colour: string;
  /** SVG stroke-dasharray; "none" is a solid line. */
  readonly dash: string;
  readonly width: number;
  /** The marker on its lines and of its points. */
  readonly symbol: Marker;
}

/** Markers that are told apart in black and white too. */
type Marker =
  | "circle"
  | "square"
  | "triangle"
  | "diamond2"
  | "star"
  | "hexagon"
  | "wye"
  | "times"
  | "plus";

/**
 * Colours for any kind of colour vision, after Okabe & Ito (2008): those of their eight with a contrast of 3:1 to
 * a white and to a black page; the bright ones are darkened until they have it.
 */
const colours = ["#0072b2", "#d55e00", "#009e73", "#b0609a", "#a67c00", "#3a8fc7"] as const;

/** With seven markers and six dashes, a pair comes again only after 42 models. */
const markers = ["circle", "square", "triangle", "diamond2", "star", "hexagon", "wye"] as const;
const dashes = ["none", "7 3", "3 2", "9 3 2 3", "5 2 1 2 1 2", "14 3"] as const;

/** Each further contestant of a kind takes the next dash. */
const otherStyles = {
  // A coarser solver has shorter dashes.
  solver: { colour: "currentColor", dashes: ["6 3", "3 3", "1.5 3"], width: 1.5, symbol: "times" },
  baseline: { colour: "#808080", dashes: ["2 3", "8 3 2 3"], width: 1.5, symbol: "plus" },
} as const;

/** The style of the simulation's own data. */
export const truthStyle: ContestantStyle = {
  colour: "currentColor",
  dash: "none",
  width: 2.5,
  symbol: "circle",
};

/** The style of each contestant by name: coloured models, the reference first, a dashed solver, grey baselines. */
export function contestantStyles(evaluation: Evaluation): ReadonlyMap<string, ContestantStyle> {
  const { contestants, reference } = evaluation;
  const styles = new Map<string, ContestantStyle>();
  contestants
    .filter(({ kind }) => kind === "model")
    .sort((a, b) => Number(b.name === reference) - Number(a.name === reference))
    .forEach(({ name }, index) => {
      const colour = colours[index % colours.length] ?? "currentColor";
      const dash = dashes[index % dashes.length] ?? "none";
      const symbol = markers[index % markers.length] ?? "circle";
      // A good student lies on its teacher's line, which is wider so that it stays visible underneath.
      styles.set(name, { colour, dash, width: name === reference ? 3.5 : 1.75, symbol });
    });
  for (const kind of ["solver", "baseline"] as const) {
    const { colour, dashes, width, symbol } = otherStyles[kind];
    contestants
      .filter((contestant) => contestant.kind === kind)
      .forEach(({ name }, index) => {
        styles.set(name, {
          colour,
          dash: dashes[Math.min(index, dashes.length - 1)] ?? "none",
          width,
          symbol,
        });
      });
  }
  return styles;
}
