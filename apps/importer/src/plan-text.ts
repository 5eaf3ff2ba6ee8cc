import { framesInWords } from "@eddyflow/datasets";
import type { ImportPlan, ImportTrajectory, Survey } from "@eddyflow/formats";

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** Numbers of trajectories or more than these are counted. */
const listed = 4;

function ofSplit(trajectories: readonly ImportTrajectory[]): string {
  const lengths = trajectories.map(({ frames }) => frames);
  const frames = lengths.reduce((most, length) => Math.max(most, length), 0);
  const names = trajectories.map(({ where }) => where);
  const rest = names.length > listed ? `, and ${names.length - listed} more` : "";
  const count = `${trajectories.length} ${trajectories.length === 1 ? "trajectory" : "trajectories"}`;
  return `${count} of ${framesInWords({ frames, lengths })} frames: ${names.slice(0, listed).join(", ")}${rest}`;
}

/** What is going to be imported, for a person: found, meant, assumed. */
export function planText(plan: ImportPlan, { ranges }: Survey): string {
  const { found, assumed, axes, grid, channels, units, dt, parts, vectors } = plan;
  const parameters = Object.keys(parts.train[0]?.parameters ?? {});
  const rows: (readonly [string, string])[] = [
    ...found.map((line, i) => [i === 0 ? "found" : "", line] as const),
    ...channels.map((name, c) => {
      const { least = 0, most = 0 } = ranges[c] ?? {};
      const unit = units[c] === null ? "" : ` ${units[c]}`;
      return [
        c === 0 ? "channels" : "",
        `${name} from ${short(least)} to ${short(most)}${unit}`,
      ] as const;
    }),
    ...(vectors.length > 0
      ? [["vectors", vectors.map((one) => one.channels.join(", ")).join("; ")] as const]
      : []),
    [
      "grid",
      axes
        .map(
          (axis, k) =>
            `${axis} ${grid.shape[k]} points, ${short(grid.extent[k] as number)} long, ${grid.boundary[k]}`,
        )
        .join("; "),
    ],
    ["frames", `${short(dt)} apart`],
    ...(parameters.length > 0 ? [["parameters", parameters.join(", ")] as const] : []),
    ["train", ofSplit(parts.train)],
    ["validation", ofSplit(parts.validation)],
    ["test", ofSplit(parts.test)],
    ...assumed.map((line, i) => [i === 0 ? "assumed" : "", line] as const),
  ];
  return rows.map(([label, text]) => `${label.padEnd(11)} ${text}`).join("\n");
}
