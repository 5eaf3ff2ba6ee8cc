import { closeSync, openSync, readSync } from "node:fs";

/** Reads a text file that grows: each call gives the whole lines that were added since the last. */
export function lineReader(path: string): () => readonly string[] {
  let at = 0;
  let rest = "";
  const chunk = Buffer.alloc(1 << 16);
  return () => {
    try {
      const file = openSync(path, "r");
      for (let read = 1; read > 0; ) {
        read = readSync(file, chunk, 0, chunk.length, at);
        at += read;
        rest += chunk.toString("latin1", 0, read);
      }
      closeSync(file);
    } catch {
      // It is not there yet.
    }
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    return lines;
  };
}
