import { createInterface } from "node:readline";
import type { Prepared } from "./engine/prepared.ts";
import type {
  Failure,
  MemoryAnswer,
  PreparedAnswer,
  Ready,
  Request,
  TimeAnswer,
} from "./protocol.ts";

type Answer = Ready | PreparedAnswer | TimeAnswer | MemoryAnswer | Failure;

const say = (answer: Answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/** Answers the requests of protocol.ts on standard input, line by line, until there are no more. */
export async function serveRequests<Work>(
  ready: string,
  prepare: (work: Work, file: string) => Promise<Prepared>,
): Promise<void> {
  const prepared: Prepared[] = [];

  async function answer(request: Request<Work>): Promise<Answer> {
    switch (request.request) {
      case "prepare": {
        const work = await prepare(request.work, request.file);
        prepared.push(work);
        // What went into the reference file is no part of the work, and would count as its memory until it is collected.
        globalThis.gc?.();
        return { difference: work.difference };
      }
      case "time": {
        const work = prepared[request.index];
        if (work === undefined) return { error: `there is no work ${request.index}` };
        const milliseconds = [...((await work.time?.(request.repeats)) ?? [])];
        for (let i = milliseconds.length; i < request.repeats; i++) {
          const start = performance.now();
          await work.run();
          milliseconds.push(performance.now() - start);
          await work.between?.();
        }
        return { milliseconds, ...(work.figures && { figures: work.figures() }) };
      }
      case "memory":
        // Linux counts in KiB.
        return { peakBytes: process.resourceUsage().maxRSS * 1024 };
    }
  }

  say({ ready });
  for await (const line of createInterface({ input: process.stdin })) {
    say(
      await answer(JSON.parse(line)).catch((error: unknown) => ({
        error: error instanceof Error ? error.message : String(error),
      })),
    );
  }
}
