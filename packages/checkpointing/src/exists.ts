import { stat } from "node:fs/promises";

/** Whether something lies at a path. */
export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
