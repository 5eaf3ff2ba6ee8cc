import type { StoreDescription } from "./description.ts";

/** How many frames a trajectory has: its own number where they differ, else that of all. */
export const framesOf = (
  { frames, lengths }: Pick<StoreDescription, "frames" | "lengths">,
  trajectory: number,
): number => lengths?.[trajectory] ?? frames;

/** The frames of the shortest trajectory. */
export const shortestFrames = ({
  frames,
  lengths = [],
}: Pick<StoreDescription, "frames" | "lengths">): number =>
  lengths.reduce((least, length) => Math.min(least, length), frames);

/** The frames of all trajectories together. */
export const allFrames = ({
  frames,
  lengths,
  trajectories,
}: Pick<StoreDescription, "frames" | "lengths" | "trajectories">): number =>
  lengths?.reduce((sum, length) => sum + length, 0) ?? frames * trajectories;

/** The frame of a number from 0 to allFrames − 1, counted trajectory by trajectory. */
export function frameAt(
  { frames, lengths }: Pick<StoreDescription, "frames" | "lengths">,
  number: number,
): { readonly trajectory: number; readonly frame: number } {
  if (lengths === undefined) {
    return { trajectory: Math.floor(number / frames), frame: number % frames };
  }
  let frame = number;
  const trajectory = lengths.findIndex((length) => {
    if (frame < length) return true;
    frame -= length;
    return false;
  });
  return { trajectory, frame };
}

/** How long the trajectories are, for a person: "20" or "15 to 20". */
export function framesInWords(description: Pick<StoreDescription, "frames" | "lengths">): string {
  const shortest = shortestFrames(description);
  return shortest === description.frames ? `${shortest}` : `${shortest} to ${description.frames}`;
}
