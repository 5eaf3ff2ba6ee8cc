import { readdirSync } from "node:fs";

/**
 * The card that a process takes where several of a machine compute beside each other, one card each, as CUDA_VISIBLE_DEVICES
 * names it. Where there are more processes than cards they share them. Null where there is no choice: at most one card is
 * seen, as where the launcher gave each process its own.
 *
 * @param rank - the number of the process among those of the machine.
 * @param visible - what CUDA_VISIBLE_DEVICES says.
 * @param cards - how many cards the machine shows.
 */
export function cardOfRank(
  rank: number,
  visible: string | undefined,
  cards: number,
): string | null {
  const named = visible?.split(",").map((card) => card.trim());
  // CUDA sees none from the first on that is no card.
  const end = named?.findIndex((card) => card === "" || card.startsWith("-")) ?? -1;
  const seen =
    named === undefined
      ? Array.from({ length: cards }, (_, card) => String(card))
      : named.slice(0, end === -1 ? named.length : end);
  return seen.length < 2 ? null : (seen[rank % seen.length] as string);
}

/** How many NVIDIA cards Linux shows to this process. */
export const numCards = (): number =>
  readdirSync("/dev").filter((name) => /^nvidia\d+$/u.test(name)).length;
