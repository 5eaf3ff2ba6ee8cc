import type { Case } from "./case.ts";
import { networkCases } from "./network-cases.ts";
import { opsCases } from "./ops-cases.ts";
import { tensorflowCases } from "./tensorflow-cases.ts";

const all: readonly Case[] = [...opsCases, ...tensorflowCases, ...networkCases];

/** How many cases of each operation a quick run has. */
const quickCount = 3;

/** The cases in the order of the table; always the same. */
export function selectCases(quick: boolean): readonly Case[] {
  if (!quick) return all;
  const counts = new Map<string, number>();
  return all.filter(({ group, operation }) => {
    const key = `${group} ${operation}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= quickCount;
  });
}
