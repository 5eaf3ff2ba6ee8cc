/** How a launcher of parallel jobs started this process, as its environment tells. */
export interface Launched {
  readonly by: "Open MPI" | "MPICH" | "PMIx" | "Slurm";
  readonly rank: number;
  /** The number of processes of the job; null where the launcher does not say. */
  readonly size: number | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What launched this process: the variables of Open MPI's `mpirun`, of MPICH's (PMI), of a PMIx server alone, or of a step
 * of Slurm with neither. Null where it was started by itself. What a launcher inside another one says counts: `mpirun` in
 * a job of Slurm.
 */
export function launchedAs(env: Environment = process.env): Launched | null {
  const number = (name: string): number | null => {
    const value = env[name];
    return value !== undefined && /^\d+$/u.test(value) ? Number(value) : null;
  };
  const step = number("SLURM_STEP_NUM_TASKS");
  const kinds = [
    ["Open MPI", number("OMPI_COMM_WORLD_RANK"), number("OMPI_COMM_WORLD_SIZE")],
    ["MPICH", number("PMI_RANK"), number("PMI_SIZE")],
    // `mpiexec -pmi-port` gives the number of the process by the name that it has for itself.
    ["MPICH", number("PMI_ID"), number("PMI_SIZE")],
    ["PMIx", number("PMIX_RANK"), step],
    ["Slurm", step === null ? null : number("SLURM_PROCID"), step],
  ] as const;
  for (const [by, rank, size] of kinds) if (rank !== null) return { by, rank, size };
  return null;
}

const ofLauncher = /^(OMPI_|OPAL_|ORTE_|PRTE_|PMIX_|PMI_|MPI_LOCAL|SLURM_STEP_NUM_TASKS$)/u;

/** The environment without what a launcher put there: a process that is started with it is no rank of the job. */
export const withoutLauncher = (env: Environment = process.env): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (each): each is [string, string] => each[1] !== undefined && !ofLauncher.test(each[0]),
    ),
  );
