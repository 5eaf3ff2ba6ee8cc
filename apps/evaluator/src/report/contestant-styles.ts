import type { ContestantKind } from "../contestants/contestant.ts";
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
  /** Whether its marker is an outline: another sampler of the same contestant. */
  readonly isOpen?: boolean;
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
  | "asterisk"
  | "plus";

/**
 * Colours for any kind of colour vision, after Okabe & Ito (2008): those of their eight with a contrast of 3:1 to
 * a white and to a black page; the bright ones are darkened until they have it.
 */
const colours = ["#0072b2", "#d55e00", "#009e73", "#b0609a", "#a67c00", "#3a8fc7"] as const;

/** With seven markers and six dashes, a pair comes again only after 42 models. */
const markers = ["circle", "square", "triangle", "diamond2", "star", "hexagon", "wye"] as const;
const dashes = ["none", "7 3", "3 2", "9 3 2 3", "5 2 1 2 1 2", "14 3"] as const;

/** Each further contestant of a kind takes the next dash and marker; the last ones repeat. */
const otherStyles = {
  // A coarser solver has shorter dashes.
  solver: {
    ...{ colour: "currentColor", width: 1.5, dashes: ["6 3", "3 3", "1.5 3"] },
    symbols: ["times", "asterisk"],
  },
  baseline: { colour: "#808080", width: 1.5, dashes: ["2 3", "8 3 2 3"], symbols: ["plus"] },
} as const;

/** The style of the simulation's own data. */
export const truthStyle: ContestantStyle = {
  colour: "currentColor",
  dash: "none",
  width: 2.5,
  symbol: "circle",
};

/**
 * The style of each contestant by name: coloured models, the reference first, a dashed solver, grey baselines. All budgets
 * of a contestant have its style.
 */
export function contestantStyles(evaluation: Evaluation): ReadonlyMap<string, ContestantStyle> {
  const { contestants, reference } = evaluation;
  const taught = contestants.find(({ name }) => name === reference)?.group;
  const groupsOf = (wanted: ContestantKind) => [
    ...new Set(contestants.flatMap(({ kind, group }) => (kind === wanted ? [group] : []))),
  ];
  const byGroup = new Map<string, ContestantStyle>();
  groupsOf("model")
    .sort((a, b) => Number(b === taught) - Number(a === taught))
    .forEach((group, index) => {
      const colour = colours[index % colours.length] ?? "currentColor";
      const dash = dashes[index % dashes.length] ?? "none";
      const symbol = markers[index % markers.length] ?? "circle";
      // A good student lies on its teacher's line, which is wider so that it stays visible underneath.
      byGroup.set(group, { colour, dash, width: group === taught ? 3.5 : 1.75, symbol });
    });
  for (const kind of ["solver", "baseline"] as const) {
    const { colour, dashes, width, symbols } = otherStyles[kind];
    groupsOf(kind).forEach((group, index) => {
      const dash = dashes[Math.min(index, dashes.length - 1)] ?? "none";
      const symbol = symbols[Math.min(index, symbols.length - 1)] ?? "plus";
      byGroup.set(group, { colour, dash, width, symbol });
    });
  }
  return new Map(
    contestants.map(({ name, group }) => [name, byGroup.get(group) as ContestantStyle]),
  );
}

/** The style of a further sampler of a contestant, the first being its own style. */
export const samplerStyle = (style: ContestantStyle, index: number): ContestantStyle =>
  index === 0
    ? style
    : {
        ...style,
        width: 1.75,
        isOpen: true,
        dash: samplerDashes[(index - 1) % samplerDashes.length] ?? "none",
      };

const samplerDashes = ["4 3", "1.5 3", "8 3 2 3"] as const;
