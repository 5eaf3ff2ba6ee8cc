import type { Precision } from "@eddyflow/core";
import { type VelocityNetwork, velocityNetwork } from "@eddyflow/models";
import type { BenchmarkedNetwork } from "../networks.ts";
import type { Work } from "../protocol.ts";
import { prepareLoading, prepareSimulator } from "./prepare-host.ts";
import { prepareLoop } from "./prepare-loop.ts";
import { prepareNetwork, prepareOptimizer, prepareSampling } from "./prepare-network.ts";
import { prepareConvolution, prepareProduct } from "./prepare-rate.ts";
import { prepareRollout } from "./prepare-rollout.ts";
import { prepareSpectralLoss } from "./prepare-spectral-loss.ts";
import type { Prepared } from "./prepared.ts";

/** Makes a work ready on the backend of this process. */
export async function prepare(work: Work, file: string, precision: Precision): Promise<Prepared> {
  const networkOf = ({ description }: BenchmarkedNetwork): VelocityNetwork =>
    velocityNetwork(description, { precision });
  switch (work.kind) {
    case "product":
      return prepareProduct(work);
    case "convolution":
      return prepareConvolution(work);
    case "network":
      return prepareNetwork(work, file, networkOf(work.network));
    case "sampling":
      return prepareSampling(work, file, networkOf(work.network));
    case "optimizer":
      return prepareOptimizer(work, file, networkOf(work.network));
    case "loading":
      return prepareLoading(work);
    case "spectralLoss":
      return prepareSpectralLoss(work, file);
    case "simulator":
      return prepareSimulator(work, file);
    case "loop":
      return prepareLoop(work, networkOf(work.network));
    case "rollout":
      return prepareRollout(work);
  }
}
