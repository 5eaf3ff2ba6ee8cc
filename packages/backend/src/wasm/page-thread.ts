import type { StartThread } from "./own-kernels.ts";
import { threadSource } from "./thread-pool.ts";

/** What we use of a page's `Worker`, whose types TypeScript has only together with all of a browser's. */
interface PageWorker {
  onmessage: (() => void) | null;
  onerror: ((event: { readonly message?: string; preventDefault(): void }) => void) | null;
  postMessage(data: unknown): void;
}

const receive = `((run) => {
  onmessage = ({ data }) => run(data, () => postMessage("ready"));
})`;

/** A thread of a page that is cross-origin isolated. Its program is in a blob, so no bundler need find it. */
export const startPageThread: StartThread = (data) =>
  new Promise((resolve, reject) => {
    const { Worker } = globalThis as unknown as { Worker: new (url: string) => PageWorker };
    const url = URL.createObjectURL(new Blob([threadSource(receive)], { type: "text/javascript" }));
    const worker = new Worker(url);
    worker.onmessage = () => {
      URL.revokeObjectURL(url);
      resolve();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      URL.revokeObjectURL(url);
      reject(new Error(event.message || "the page may not start a worker from a blob"));
    };
    worker.postMessage(data);
  });
