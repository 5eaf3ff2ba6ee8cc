import type { CDPSession, Page } from "playwright-core";

/** Memory of the scripts of a page and of its workers in MiB, after a collection of their garbage. */
export interface ScriptMemory {
  /** Objects of JavaScript and of the document. */
  readonly heap: number;
  /** What their buffers hold; memory of WebAssembly that threads share is in none of them. */
  readonly buffers: number;
}

interface HeapUsage {
  readonly usedSize: number;
  readonly embedderHeapUsedSize: number;
  readonly backingStorageSize: number;
}

type Send = (method: "HeapProfiler.collectGarbage" | "Runtime.getHeapUsage") => Promise<unknown>;

const mebibyte = 2 ** 20;

/** Asks the workers of a page over the page's session; only those that begin later are known. */
async function followWorkers(session: CDPSession): Promise<ReadonlyMap<string, Send>> {
  const workers = new Map<string, Send>();
  const waiting = new Map<number, (result: unknown) => void>();
  let asked = 0;
  session.on("Target.attachedToTarget", ({ sessionId }) => {
    workers.set(sessionId, async (method) => {
      const id = asked++;
      const answer = new Promise((resolve) => waiting.set(id, resolve));
      await session.send("Target.sendMessageToTarget", {
        sessionId,
        message: JSON.stringify({ id, method }),
      });
      return answer;
    });
  });
  session.on("Target.detachedFromTarget", ({ sessionId }) => workers.delete(sessionId));
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message) as { id?: number; result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  await session.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  return workers;
}

/** What measures the scripts of a page, to be called before the page is opened. */
export async function scriptMemoryOf(page: Page): Promise<() => Promise<ScriptMemory>> {
  const session = await page.context().newCDPSession(page);
  const workers = await followWorkers(session);
  return async () => {
    let [heap, buffers] = [0, 0];
    for (const send of [(method) => session.send(method), ...workers.values()] as readonly Send[]) {
      await send("HeapProfiler.collectGarbage");
      const usage = (await send("Runtime.getHeapUsage")) as HeapUsage;
      heap += (usage.usedSize + usage.embedderHeapUsedSize) / mebibyte;
      buffers += usage.backingStorageSize / mebibyte;
    }
    return { heap, buffers };
  };
}
