import { availableBackends } from "@eddyflow/backend";
import { defineConfig } from "vitest/config";

/** Packages that compute with tensors: their tests run once on every backend that the machine has. */
const tensorPackages =
  "{random,ops,backend,datasets,models,losses,samplers,distillation,checkpointing,training,surrogate}";

const only = process.env["EDDYFLOW_BACKEND"];
const backends = only ? [only] : availableBackends();

export default defineConfig({
  test: {
    tags: [{ name: "slow", description: "takes more than a few seconds", timeout: 120_000 }],
    projects: [
      {
        extends: true,
        test: {
          name: "plain",
          include: ["{packages,apps,tooling}/*/src/**/*.test.ts"],
          exclude: [`packages/${tensorPackages}/**`, "**/node_modules/**"],
        },
      },
      ...backends.map((backend) => ({
        extends: true as const,
        test: {
          name: backend,
          include: [`packages/${tensorPackages}/src/**/*.test.ts`],
          setupFiles: ["vitest.setup.ts"],
          env: { EDDYFLOW_BACKEND: backend },
          // Engines take a second to load: once per worker, not once per file.
          isolate: false,
        },
      })),
    ],
  },
});
