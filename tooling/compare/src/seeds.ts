/** Contestants that differ in their seed alone, by the first of them, and what was measured of each. */
export interface SeedGroup<Contestant, Measured> {
  readonly first: Contestant;
  readonly found: readonly Measured[];
}

/** Gathers the contestants of a name, `groupOf`, in the order in which the names come first. */
export function gatherSeeds<
  Contestant extends { readonly name: string },
  Measured extends { readonly name: string },
>(
  contestants: readonly Contestant[],
  measured: readonly Measured[],
  groupOf: (contestant: Contestant) => string,
): readonly SeedGroup<Contestant, Measured>[] {
  const byName = new Map(measured.map((each) => [each.name, each]));
  const groups = new Map<string, Contestant[]>();
  for (const contestant of contestants) {
    const group = groupOf(contestant);
    groups.set(group, [...(groups.get(group) ?? []), contestant]);
  }
  return [...groups.values()].map((group) => ({
    first: group[0] as Contestant,
    found: group.map(({ name }) => {
      const each = byName.get(name);
      if (each === undefined) throw new Error(`the evaluation has no "${name}"`);
      return each;
    }),
  }));
}
