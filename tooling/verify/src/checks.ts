import type { Check } from "./check.ts";
import { compressibleChecks } from "./compressible-checks.ts";
import { kolmogorovChecks } from "./kolmogorov-checks.ts";
import { kuramotoSivashinskyChecks } from "./kuramoto-sivashinsky-checks.ts";
import { rayleighTaylorChecks } from "./rayleigh-taylor-checks.ts";
import { turbulenceChecks } from "./turbulence-checks.ts";

const all: readonly Check[] = [
  ...kuramotoSivashinskyChecks,
  ...compressibleChecks,
  ...turbulenceChecks,
  ...rayleighTaylorChecks,
  ...kolmogorovChecks,
];

/** Which checks are wanted. */
export interface Selection {
  readonly long: boolean;
  /** Part of "system: name", in any case; null for all. */
  readonly only: string | null;
}

/** The checks wanted, in the order of the table; the same in every thread. */
export function selectChecks({ long, only }: Selection): readonly Check[] {
  const wanted = only?.toLowerCase() ?? "";
  return all.filter(
    (check) =>
      (long || check.long !== true) &&
      `${check.system}: ${check.name}`.toLowerCase().includes(wanted),
  );
}
