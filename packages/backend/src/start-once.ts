import { setBackend } from "@tensorflow/tfjs-core";
import type { BackendName, StartedBackend } from "./backend-info.ts";
import { releaseEarly } from "./early-release.ts";
import { refuseWrongKernels } from "./refusals.ts";

const started = new Map<BackendName, StartedBackend>();

/**
 * Makes `name` the active backend. The first time it registers gradients, starts the backend by `start`, frees memory
 * early and mends or refuses wrong kernels: every way to a backend, in Node or in a page, goes through here.
 */
export async function startOnce(
  name: BackendName,
  registerGradients: () => Promise<unknown>,
  start: () => Promise<StartedBackend>,
): Promise<StartedBackend> {
  let backend = started.get(name);
  if (backend === undefined) {
    await registerGradients();
    releaseEarly();
    backend = await start();
    refuseWrongKernels(name);
    started.set(name, backend);
  }
  await setBackend(name);
  return backend;
}
