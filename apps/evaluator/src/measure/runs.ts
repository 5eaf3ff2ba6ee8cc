/** Several runs of each contestant by its name, in the order in which they come first. */
export function byName<Run>(
  runs: readonly Run[],
  contestantOf: (run: Run) => { readonly name: string },
): ReadonlyMap<string, readonly Run[]> {
  const found = new Map<string, Run[]>();
  for (const run of runs) {
    const { name } = contestantOf(run);
    found.set(name, [...(found.get(name) ?? []), run]);
  }
  return found;
}
