/** An axis of a line chart. Points that a logarithmic axis cannot show are left out. */
export interface Axis {
  readonly label: string;
  readonly type: "linear" | "log";
  /** A value that the axis contains whatever the data are. */
  readonly include?: number;
  /** The axis goes no further than this; lines beyond it run along its edge. */
  readonly limits?: readonly [number, number];
  /** Whether its values are counts, so that only whole numbers are named. */
  readonly whole?: boolean;
}

type Domain = readonly [number, number];

/** Whether a value can be shown on an axis at all. */
export const fits = (value: number, axis: Axis): boolean =>
  Number.isFinite(value) && (axis.type === "linear" || value > 0);

export const within = (value: number, [low, high]: Domain): boolean =>
  value >= low && value <= high;

export const clamp = (value: number, [low, high]: Domain): number =>
  Math.min(Math.max(value, low), high);

/** From where to where an axis goes so that it shows the values, within its limits. */
export function domainOf(values: readonly number[], axis: Axis): [number, number] {
  const all = axis.include === undefined ? values : [...values, axis.include];
  if (all.length === 0) return [1, 2];
  const [least, most] = axis.limits ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const low = Math.max(Math.min(...all), least);
  const high = Math.min(Math.max(...all), most);
  if (low < high) return [low, high];
  return axis.type === "log" ? [low / 2, low * 2] : [low - 1, low + 1];
}
