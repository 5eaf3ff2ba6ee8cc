import { cost } from "./studies/cost.ts";
import { deterministicLimit } from "./studies/deterministic-limit.ts";
import { methodsKolmogorov2d } from "./studies/methods-kolmogorov2d.ts";
import { methodsKs2d } from "./studies/methods-ks2d.ts";
import { ns2dFull } from "./studies/ns2d-full.ts";
import { sobolev } from "./studies/sobolev.ts";
import { systems } from "./studies/systems.ts";
import type { Study } from "./study.ts";

/** Every question that has a page, the cheapest whole way first where one needs another's models. */
export const studies: readonly Study[] = [
  methodsKs2d,
  methodsKolmogorov2d,
  sobolev,
  deterministicLimit,
  ns2dFull,
  systems,
  cost,
];
