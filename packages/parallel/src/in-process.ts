import { ArgumentError } from "@eddyflow/core";
import type { Communicator } from "./communicator.ts";

interface Meeting {
  readonly operation: string;
  readonly given: unknown[];
  readonly come: Set<number>;
  readonly leave: Leave;
}

/** What the ranks wait for, and how it is ended. */
interface Leave {
  readonly promise: Promise<readonly unknown[]>;
  readonly resolve: (given: readonly unknown[]) => void;
  readonly reject: (error: Error) => void;
}

function leave(): Leave {
  let ends: Omit<Leave, "promise"> | undefined;
  const promise = new Promise<readonly unknown[]>((resolve, reject) => {
    ends = { resolve, reject };
  });
  return { promise, ...(ends as Omit<Leave, "promise">) };
}

/**
 * The communicators of `size` ranks that are all in this process, for programs that are to be tried without MPI: start one
 * asynchronous function per rank, and they meet in each operation. Sums are made in the order of the ranks. `abort` rejects
 * what the other ranks wait for.
 *
 * @throws ArgumentError where `size` is no positive integer; when used, where the ranks call different operations.
 */
export function inProcess(size: number): readonly Communicator[] {
  if (!(Number.isSafeInteger(size) && size > 0)) {
    throw new ArgumentError({
      problem: `a job cannot have ${size} ranks`,
      expected: "a positive integer",
      remedy: "give another number",
    });
  }
  let meeting: Meeting | null = null;
  let aborted: Error | null = null;
  const meet = (rank: number, operation: string, own: unknown): Promise<readonly unknown[]> => {
    if (aborted !== null) return Promise.reject(aborted);
    meeting ??= {
      operation,
      given: Array(size),
      come: new Set(),
      leave: leave(),
    };
    const { given, come, leave: end } = meeting;
    if (meeting.operation !== operation || come.has(rank)) {
      const error = new ArgumentError({
        problem: `rank ${rank} is at ${operation}, and others at ${meeting.operation}`,
        expected: "the same operations in the same order in all ranks",
        remedy: "mend the program",
      });
      end.reject(error);
      return Promise.reject(error);
    }
    given[rank] = own;
    come.add(rank);
    if (come.size === size) {
      meeting = null;
      end.resolve(given);
    }
    return end.promise;
  };
  return Array.from({ length: size }, (_, rank): Communicator => {
    const barrier = async () => void (await meet(rank, "barrier", null));
    return {
      rank,
      size,
      about: `${size} ranks in one process`,
      async allReduceSum(values) {
        const all = (await meet(rank, "allReduceSum", values.slice())) as (typeof values)[];
        values.fill(0);
        for (const each of all) {
          for (let i = 0; i < values.length; i++) {
            values[i] = (values[i] as number) + (each[i] as number);
          }
        }
      },
      broadcast: async (bytes) => ((await meet(rank, "broadcast", bytes))[0] as Uint8Array).slice(),
      async gather(bytes) {
        const all = (await meet(rank, "gather", bytes.slice())) as readonly Uint8Array[];
        return rank === 0 ? all : [];
      },
      barrier,
      abort(code) {
        aborted = new Error(`rank ${rank} ended the job with code ${code}`);
        meeting?.leave.reject(aborted);
        throw aborted;
      },
      close: barrier,
    };
  });
}
