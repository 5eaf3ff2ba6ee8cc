// Our engine as a child process of the benchmark: answers the requests of protocol.ts, line by line.
import { createInterface } from "node:readline";
import { requireMixedPrecision, useBackend } from "@eddyflow/backend";
import { prepare } from "./engine/prepare.ts";
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
const prepared: Prepared[] = [];
const precision = process.argv[2] === "mixed" ? "mixed" : "float32";

async function answer(request: Request): Promise<Answer> {
  switch (request.request) {
    case "prepare": {
      const work = await prepare(request.work, request.file, precision);
      prepared.push(work);
      return { difference: work.difference };
    }
    case "time": {
      const work = prepared[request.index];
      if (work === undefined) return { error: `there is no work ${request.index}` };
      const milliseconds: number[] = [];
      for (let i = 0; i < request.repeats; i++) {
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

const backend = await useBackend("auto");
if (precision === "mixed") requireMixedPrecision();
say({ ready: `Eddyflow on ${backend.name}, ${backend.device}` });
for await (const line of createInterface({ input: process.stdin })) {
  say(
    await answer(JSON.parse(line)).catch((error: unknown) => ({
      error: error instanceof Error ? error.message : String(error),
    })),
  );
}
process.exit(0);
