import { fstatSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { ArgumentError } from "@eddyflow/core";
import type { Communicator } from "./communicator.ts";
import { type Launched, launchedAs } from "./launcher.ts";
import { loadMpi, type MpiLibrary } from "./mpi-library.ts";

/** One thread of this process, the one that began, calls MPI: MPI_THREAD_FUNNELED. */
const funneled = 1;

/** A rank that waits looks all the time for so long, and then each millisecond, so that it leaves its core to others. */
const spinMilliseconds = 1;

/** MPI counts in int: what is longer goes in pieces of so many bytes. */
const pieceBytes = 2 ** 30;

/**
 * The ranks of the MPI job that a launcher started this process for, through the launcher's own library: Open MPI 4 and 5,
 * MPICH 4 and what has its binary interface. On Linux. To be called once in a process, in all ranks; messages go through
 * the main thread. While a rank waits for the others its event loop runs, for signals.
 *
 * A rank that dies takes the job with it, by the launcher; an error of MPI itself ends the job too.
 *
 * @throws ArgumentError where no launcher started this process, where its library is not there, or where MPI tells of
 * another number of ranks than the launcher: each rank would believe that it is alone.
 */
export async function mpi(): Promise<Communicator> {
  const launched = launchedAs();
  if (launched === null) {
    throw new ArgumentError({
      problem: "no launcher of MPI started this process",
      expected: "mpirun, mpiexec or srun before the command",
      remedy: "start it by one, or do without MPI",
    });
  }
  requireConnection(launched);
  const library = await loadMpi(launched);
  const calls = callsOf(library);
  calls.init();
  const { rank, size } = calls;
  const told = launched.size;
  const isAlone = told === null ? size === 1 && launched.rank > 0 : size !== told;
  if (isAlone) {
    throw new ArgumentError({
      problem: `${launched.by} started ${told ?? "several"} processes, and ${library.about} tells each that there ${size === 1 ? "is 1" : `are ${size}`}`,
      expected: "the library of the MPI that the launcher belongs to",
      remedy:
        launched.by === "Slurm"
          ? "start with srun --mpi=pmix or --mpi=pmi2, as this library was built for (srun --mpi=list)"
          : "use the mpirun of this library, or name the launcher's library in EDDYFLOW_MPI",
    });
  }
  /** Returns when all ranks have come. */
  const meet = async () => {
    const isThere = calls.beginBarrier();
    const end = performance.now() + spinMilliseconds;
    while (!isThere()) if (performance.now() > end) await wait(1);
  };
  return {
    rank,
    size,
    about: library.about,
    async allReduceSum(values) {
      await meet();
      calls.allReduce(values);
    },
    async broadcast(bytes) {
      await meet();
      const length = Float64Array.of(bytes.length);
      calls.broadcast(new Uint8Array(length.buffer));
      const all = rank === 0 ? bytes : new Uint8Array(length[0] as number);
      for (let from = 0; from < all.length; from += pieceBytes) {
        calls.broadcast(all.subarray(from, from + pieceBytes));
      }
      return all;
    },
    async gather(bytes) {
      await meet();
      // A sum in which every rank has a place of its own.
      const lengths = new Float64Array(size);
      lengths[rank] = bytes.length;
      calls.allReduce(lengths);
      const all = rank === 0 ? Array.from(lengths, (length) => new Uint8Array(length)) : [];
      const each = Math.floor(pieceBytes / size);
      for (let from = 0; from < Math.max(...lengths); from += each) {
        const counts = Array.from(lengths, (length) => Math.min(each, Math.max(0, length - from)));
        const pieces = calls.gather(bytes.subarray(from, from + each), counts);
        for (const [of, piece] of pieces.entries()) all[of]?.set(piece, from);
      }
      return all;
    },
    barrier: meet,
    abort: calls.abort,
    async close() {
      await meet();
      calls.finalize();
    },
  };
}

/**
 * MPICH's launcher gives each process an open socket, which a program between, such as npm, does not pass on.
 *
 * @throws ArgumentError where it is not there.
 */
function requireConnection({ by }: Launched): void {
  const { PMI_FD: fd, PMI_PORT: port } = process.env;
  if (by !== "MPICH" || fd === undefined || port !== undefined) return;
  try {
    if (fstatSync(Number(fd)).isSocket()) return;
  } catch {
    // It is closed.
  }
  throw new ArgumentError({
    problem: `the connection to MPICH's launcher (PMI_FD=${fd}) did not reach this process`,
    expected: "no program between that closes it, as npm does",
    remedy:
      "start node itself, as in mpirun -n 2 node apps/trainer/src/cli.ts, or add -pmi-port to mpirun",
  });
}

/** The functions of the standard, with the handles of this library. */
function callsOf({ handle, inPlace, handleOf, func }: MpiLibrary) {
  const declared = (name: string, types: readonly string[]) => {
    const call = func(name, "int", [...types]);
    return (...args: readonly unknown[]): void => {
      const code: number = call(...args);
      // The library's own handler has ended the process, unless it was told otherwise.
      if (code !== 0) throw new Error(`${name} failed with code ${code}`);
    };
  };
  const init = declared("MPI_Init_thread", ["void *", "void *", "int", "void *"]);
  const rankOf = declared("MPI_Comm_rank", [handle, "void *"]);
  const sizeOf = declared("MPI_Comm_size", [handle, "void *"]);
  const reduce = declared("MPI_Allreduce", ["intptr_t", "void *", "int", handle, handle, handle]);
  const send = declared("MPI_Bcast", ["void *", "int", handle, "int", handle]);
  const gather = declared("MPI_Gatherv", [
    ...["void *", "int", handle],
    ...["void *", "void *", "void *", handle, "int", handle],
  ]);
  const barrier = declared("MPI_Ibarrier", [handle, "void *"]);
  const test = declared("MPI_Test", ["void *", "void *", "void *"]);
  const abort = declared("MPI_Abort", [handle, "int"]);
  const finalize = declared("MPI_Finalize", []);
  const world = handleOf("MPI_COMM_WORLD");
  const byte = handleOf("MPI_BYTE");
  const sum = handleOf("MPI_SUM");
  const types = { 4: handleOf("MPI_FLOAT"), 8: handleOf("MPI_DOUBLE") };
  const numberOf = (ask: typeof rankOf): number => {
    const answer = new Int32Array(1);
    ask(world, answer);
    return answer[0] as number;
  };
  return {
    init: () => init(null, null, funneled, new Int32Array(1)),
    get rank() {
      return numberOf(rankOf);
    },
    get size() {
      return numberOf(sizeOf);
    },
    allReduce(values: Float32Array | Float64Array) {
      const type = types[values.BYTES_PER_ELEMENT as 4 | 8];
      reduce(inPlace, values, values.length, type, sum, world);
    },
    broadcast: (bytes: Uint8Array) => send(bytes, bytes.length, byte, 0, world),
    /** At rank 0 what the ranks gave; `counts` are the bytes of each. */
    gather(bytes: Uint8Array, counts: readonly number[]): readonly Uint8Array[] {
      const starts = counts.map((_, of) => counts.slice(0, of).reduce((all, n) => all + n, 0));
      const all = new Uint8Array(counts.reduce((total, n) => total + n, 0));
      gather(
        ...[bytes, bytes.length, byte],
        ...[all, Int32Array.from(counts), Int32Array.from(starts), byte, 0, world],
      );
      return counts.map((count, of) => {
        const start = starts[of] as number;
        return all.subarray(start, start + count);
      });
    },
    /** Says that this rank has come; the function tells whether all have. */
    beginBarrier() {
      // Room for a handle of either kind, and for a status of either.
      const request = new BigUint64Array(1);
      const status = new Uint8Array(64);
      const flag = new Int32Array(1);
      barrier(world, request);
      return () => {
        if (flag[0] === 0) test(request, flag, status);
        return flag[0] !== 0;
      };
    },
    abort(code: number): never {
      abort(world, code);
      process.exit(code);
    },
    finalize: () => finalize(),
  };
}
