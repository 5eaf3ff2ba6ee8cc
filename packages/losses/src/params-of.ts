import { ArgumentError, type ParamSets, type Params } from "@eddyflow/core";

/**
 * The parameters of one network among several.
 *
 * @throws ArgumentError if there is no set of this name.
 */
export function paramsOf(sets: ParamSets, name: string): Params {
  const params = sets[name];
  if (params === undefined) {
    throw new ArgumentError({
      problem: `there are no parameters named "${name}"`,
      expected: `a set of this name beside ${Object.keys(sets).join(", ") || "none"}`,
      remedy: `pass { ${name}: … } to the objective`,
    });
  }
  return params;
}
