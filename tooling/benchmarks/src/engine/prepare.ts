import type { VelocityNetwork } from "@eddyflow/models";
import { networkFromDescription } from "@eddyflow/models";
import type { BenchmarkedNetwork } from "../networks.ts";
import type { Work } from "../protocol.ts";
import { prepareLoading, prepareSimulator } from "./prepare-host.ts";
import { prepareLoop } from "./prepare-loop.ts";
import { prepareNetwork, prepareOptimizer, prepareSampling } from "./prepare-network.ts";
import { prepareConvolution, prepareProduct } from "./prepare-rate.ts";
import { prepareRollout } from "./prepare-rollout.ts";
import type { Prepared } from "./prepared.ts";

const networkOf = ({ description }: BenchmarkedNetwork): VelocityNetwork =>
  networkFromDescription(description);

/** Makes a work ready on the backend of this process. */
export async function prepare(work: Work, file: string): Promise<Prepared> {
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
    case "simulator":
      return prepareSimulator(work, file);
    case "loop":
      return prepareLoop(work, networkOf(work.network));
    case "rollout":
      return prepareRollout(work);
  }
}
