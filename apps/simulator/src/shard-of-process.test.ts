import { expect, test } from "vitest";
import { shardOfProcess } from "./shard-of-process.ts";

const array = (id: number, [min, max, step, count]: readonly number[]) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_STEP: String(step),
  SLURM_ARRAY_TASK_COUNT: String(count),
});

test("a process that nobody launched does all of the work", () => {
  expect(shardOfProcess({})).toEqual({ part: 1, parts: 1, because: null });
});

test.each([
  [
    [0, 7, 1, 8],
    [0, 1, 2, 3, 4, 5, 6, 7],
  ],
  [
    [1, 4, 1, 4],
    [1, 2, 3, 4],
  ],
  [
    [3, 11, 4, 3],
    [3, 7, 11],
  ],
])("the tasks of the array %j do each part once", (range, ids) => {
  const shards = ids.map((id) => shardOfProcess(array(id, range)));
  expect(shards.map(({ part }) => part)).toEqual(ids.map((_, index) => index + 1));
  expect(new Set(shards.map(({ parts }) => parts))).toEqual(new Set([ids.length]));
});

test.each([
  ["Open MPI", { OMPI_COMM_WORLD_RANK: "2", OMPI_COMM_WORLD_SIZE: "4" }],
  ["MPICH", { PMI_RANK: "2", PMI_SIZE: "4" }],
  ["srun", { SLURM_PROCID: "2", SLURM_STEP_NUM_TASKS: "4", SLURM_NTASKS: "8" }],
  ["srun with PMIx", { PMIX_RANK: "2", SLURM_PROCID: "2", SLURM_STEP_NUM_TASKS: "4" }],
])("a rank of %s does its part", (_, env) => {
  expect(shardOfProcess(env)).toEqual({ part: 3, parts: 4, because: "rank 2 of 4" });
});

test("the inner launcher counts where mpirun starts its daemons with srun", () => {
  const env = { SLURM_PROCID: "1", SLURM_STEP_NUM_TASKS: "2", OMPI_COMM_WORLD_RANK: "3" };
  expect(shardOfProcess({ ...env, OMPI_COMM_WORLD_SIZE: "8" })).toMatchObject({
    part: 4,
    parts: 8,
  });
});

test("a batch script that asked for several tasks is one process", () => {
  expect(shardOfProcess({ SLURM_PROCID: "0", SLURM_NTASKS: "4" }).parts).toBe(1);
});

test("ranks in the tasks of an array do every part once", () => {
  const shards = [0, 1, 2].flatMap((id) =>
    ["0", "1"].map((rank) =>
      shardOfProcess({ ...array(id, [0, 2, 1, 3]), PMI_RANK: rank, PMI_SIZE: "2" }),
    ),
  );
  expect(shards.map(({ part }) => part)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(shards[5]).toEqual({
    part: 6,
    parts: 6,
    because: "task 2 of a Slurm array of 3, rank 1 of 2",
  });
});

test.each([
  [array(3, [0, 7, 1, 3]), "3 tasks from 0 to 7, which are no range with the step 1"],
  [{ PMIX_RANK: "1" }, "this is rank 1, but not of how many"],
  [{ PMI_RANK: "2", PMI_SIZE: "2" }, "this is rank 2, of 2"],
  [{ ...array(3, [0, 7, 1, 8]), SLURM_ARRAY_TASK_STEP: "one" }, 'SLURM_ARRAY_TASK_STEP="one"'],
  [{ SLURM_ARRAY_TASK_ID: "3" }, 'SLURM_ARRAY_TASK_MIN=""'],
])("%j is refused, and --shard named as the way out", (env, problem) => {
  expect(() => shardOfProcess(env)).toThrow(problem);
  expect(() => shardOfProcess(env)).toThrow("--shard i/n");
});
