import type { Evaluation } from "../measure/evaluation.ts";

/** How one model is drawn, everywhere the same. */
export interface ModelStyle {
  /** Stands out against white and against near-black alike. */
  readonly colour: string;
  /** SVG stroke-dasharray; "none" is a solid line. */
  readonly dash: string;
  readonly width: number;
}

/**
 * After Okabe & Ito (2008), told apart with any kind of colour vision; of their eight colours those with
 * a contrast of 3:1 to both a white and a black page, the bright ones darkened until they had it.
 */
const networkColours = ["#0072b2", "#d55e00", "#009e73", "#b0609a", "#a67c00", "#3a8fc7"] as const;

const baselineStyles = {
  solver: { colour: "currentColor", dash: "6 3", width: 1.5 },
  persistence: { colour: "#808080", dash: "2 3", width: 1.5 },
  climatology: { colour: "#808080", dash: "8 3 2 3", width: 1.5 },
} as const;

/** The style of the simulation's own data. */
export const truthStyle: ModelStyle = { colour: "currentColor", dash: "none", width: 2.5 };

/** The style of each model by name: the reference first, then networks in their order, baselines grey. */
export function modelStyles(evaluation: Evaluation): ReadonlyMap<string, ModelStyle> {
  const networks = evaluation.models
    .filter((model) => model.kind === "network")
    .sort((a, b) => rank(a.name, evaluation) - rank(b.name, evaluation));
  const styles = new Map<string, ModelStyle>();
  networks.forEach(({ name }, index) => {
    const colour = networkColours[index % networkColours.length] ?? "currentColor";
    const dash = index < networkColours.length ? "none" : "5 2";
    // Good students lie on their teacher's line; a wider one stays visible under them.
    styles.set(name, { colour, dash, width: name === evaluation.reference ? 3.5 : 1.75 });
  });
  let solvers = 0;
  for (const { name, kind } of evaluation.models) {
    if (kind === "network") continue;
    // Coarser solvers are told apart by shorter dashes.
    const dash = kind === "solver" ? `${6 / 2 ** solvers++} 3` : baselineStyles[kind].dash;
    styles.set(name, { ...baselineStyles[kind], dash });
  }
  return styles;
}

const rank = (name: string, evaluation: Evaluation): number =>
  name === evaluation.reference ? 0 : 1;
