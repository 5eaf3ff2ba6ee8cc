import { expect, test } from "vitest";
import { launchedAs, withoutLauncher } from "./launcher.ts";

test.each([
  ["Open MPI", 2, 4, { OMPI_COMM_WORLD_RANK: "2", OMPI_COMM_WORLD_SIZE: "4", PMIX_RANK: "2" }],
  ["MPICH", 1, 2, { PMI_RANK: "1", PMI_SIZE: "2" }],
  ["MPICH", 1, 2, { PMI_ID: "1", PMI_SIZE: "2", PMI_PORT: "node:4711" }],
  ["PMIx", 3, 4, { PMIX_RANK: "3", SLURM_PROCID: "3", SLURM_STEP_NUM_TASKS: "4" }],
  ["PMIx", 3, null, { PMIX_RANK: "3" }],
  ["Slurm", 1, 4, { SLURM_PROCID: "1", SLURM_STEP_NUM_TASKS: "4", SLURM_NTASKS: "8" }],
])("%s tells a process that it is rank %i of %s", (by, rank, size, env) => {
  expect(launchedAs(env)).toEqual({ by, rank, size });
});

test("mpirun inside a step of Slurm counts, not the step", () => {
  const step = { SLURM_PROCID: "0", SLURM_STEP_NUM_TASKS: "1" };
  const inner = { OMPI_COMM_WORLD_RANK: "3", OMPI_COMM_WORLD_SIZE: "8" };
  expect(launchedAs({ ...step, ...inner })).toMatchObject({ by: "Open MPI", rank: 3, size: 8 });
});

test("a process that was started by itself, or in a batch script, has no launcher", () => {
  expect(launchedAs({ PATH: "/bin" })).toBe(null);
  expect(launchedAs({ SLURM_PROCID: "0", SLURM_NTASKS: "4" })).toBe(null);
});

test("a child without the launcher's variables has no launcher, and keeps the others", () => {
  const env = {
    ...{ PATH: "/bin", SLURM_JOB_ID: "7", EMPTY: undefined },
    ...{ OMPI_COMM_WORLD_RANK: "0", OMPI_COMM_WORLD_SIZE: "2", PMIX_RANK: "0", PMI_RANK: "0" },
    ...{ PMI_FD: "6", MPI_LOCALRANKID: "0", SLURM_PROCID: "0", SLURM_STEP_NUM_TASKS: "2" },
  };
  const child = withoutLauncher(env);
  expect(launchedAs(child)).toBe(null);
  expect(child).toEqual({ PATH: "/bin", SLURM_JOB_ID: "7", SLURM_PROCID: "0" });
});
