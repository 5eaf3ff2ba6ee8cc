import { setTimeout as wait } from "node:timers/promises";
import { type Communicator, oneProcess } from "@eddyflow/parallel";
import { connect, launchedAs } from "@eddyflow/parallel/node";

/** A rank that fails waits for so long before it says so: where all fail alike, rank 0 says it and ends the job. */
const politeMilliseconds = 2000;

/** The part of a process in a job of several, if it joins one. */
export interface JobRank {
  /** Joins the job. Where this is not rank 0, nothing that is written from here on is seen. */
  join(): Promise<Communicator>;
  /** Says what this process failed with, "" for nothing, and ends it with the code, or the whole job where it joined one. */
  fail(text: string, code: number): Promise<never>;
  /** Leaves the job when all ranks are done. */
  leave(): Promise<void>;
}

/** @param name - of the command, which its messages begin with. */
export function jobRank(name: string): JobRank {
  const writeError = process.stderr.write.bind(process.stderr);
  let rank = 0;
  let communicator: Communicator = oneProcess();
  return {
    async join() {
      const launched = launchedAs();
      if (launched !== null && launched.size !== 1) rank = launched.rank;
      if (rank > 0) for (const stream of [process.stdout, process.stderr]) silence(stream);
      communicator = await connect();
      return communicator;
    },
    async fail(text, code) {
      if (rank > 0) await wait(politeMilliseconds + 20 * rank);
      const told = rank === 0 ? text : `${name}: rank ${rank}: ${text.replace(`${name}: `, "")}`;
      if (text !== "") {
        await new Promise<void>((resolve) => {
          writeError(told, () => resolve());
        });
      }
      return communicator.abort(code);
    },
    leave: () => communicator.close(),
  };
}

/** Takes what is written to a stream and shows nothing. */
function silence(stream: NodeJS.WriteStream): void {
  stream.write = ((_chunk: unknown, ...rest: readonly unknown[]) => {
    const done = rest.find((each): each is () => void => typeof each === "function");
    if (done !== undefined) queueMicrotask(done);
    return true;
  }) as typeof stream.write;
}
