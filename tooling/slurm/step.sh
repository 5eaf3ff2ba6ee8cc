# Read by the job scripts beside it, which are submitted in the checkout.

# The Node that `npm run` brought, where it brought one.
PATH=$PWD/.tools/node_modules/.bin:$PATH

# step APP ARGUMENTS…: runs an app of the checkout with srun, one process for each task of the job. Where it stopped at the
# USR1 that --signal sends before the time limit, or at the TERM of a preemption, the job waits in the queue again. An app
# ends with 128 + the number of the signal, once all that it goes on from is written.
step() {
  local app=$1 code=0
  shift
  # srun does not take it from sbatch.
  export SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}
  # Node itself: a program between would close the connection of MPICH.
  srun --kill-on-bad-exit=1 node --import ./tooling/bootstrap/src/strip-once.mjs "apps/$app/src/cli.ts" "$@" || code=$?
  if [ "$code" = 138 ] || [ "$code" = 143 ]; then
    echo "stopped by a signal, waits in the queue again"
    # The number of a task may be that of its whole array.
    scontrol requeue "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}"
  fi
  exit "$code"
}
