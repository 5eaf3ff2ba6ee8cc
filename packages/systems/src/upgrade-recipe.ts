const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const renamed = (record: unknown, from: string, to: string): unknown =>
  isRecord(record) && from in record && !(to in record)
    ? Object.fromEntries(
        Object.entries(record).map(([key, value]) => [key === from ? to : key, value]),
      )
    : record;

/**
 * A data recipe, as a store or a configuration holds it, with the keys of today: `domainExtent` becomes `extent`, and
 * the `stride` of an observation becomes `pointStride`. Anything else is returned as it is; nothing is changed in place.
 */
export function upgradeRecipe<Stored>(stored: Stored): Stored {
  return renamedKeys(stored) as Stored;
}

function renamedKeys(stored: unknown): unknown {
  const recipe = renamed(stored, "domainExtent", "extent");
  if (!isRecord(recipe) || !("observation" in recipe)) return recipe;
  const { observation } = recipe;
  const upgraded = Array.isArray(observation)
    ? observation.map((step) => renamed(step, "stride", "pointStride"))
    : renamed(observation, "stride", "pointStride");
  return { ...recipe, observation: upgraded };
}
