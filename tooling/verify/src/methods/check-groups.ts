import { adversarialChecks } from "./adversarial-checks.ts";
import { crpsChecks } from "./crps-checks.ts";
import { deterministicChecks } from "./deterministic-checks.ts";
import { flowChecks } from "./flow-checks.ts";
import { flowLagrangianChecks } from "./flow-lagrangian-checks.ts";
import { meanFlowChecks } from "./mean-flow-checks.ts";
import type { CheckGroup } from "./method-check.ts";
import { rectifiedChecks } from "./rectified-checks.ts";
import { rolloutCrpsChecks } from "./rollout-crps-checks.ts";
import { singleStepChecks } from "./single-step-checks.ts";
import { tableauChecks } from "./tableau-checks.ts";
import { trajectoryChecks } from "./trajectory-checks.ts";
import { velocityChecks } from "./velocity-checks.ts";
import { velocityPdChecks } from "./velocity-pd-checks.ts";

/** All checks, a group per method and those of the samplers. */
export const checkGroups: readonly CheckGroup[] = [
  velocityChecks,
  deterministicChecks,
  crpsChecks,
  flowChecks,
  velocityPdChecks,
  singleStepChecks,
  trajectoryChecks,
  flowLagrangianChecks,
  meanFlowChecks,
  rectifiedChecks,
  rolloutCrpsChecks,
  adversarialChecks,
  tableauChecks,
];
