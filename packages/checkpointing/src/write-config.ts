import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { sealed } from "./seal.ts";
import { syncFolder, writeSynced } from "./write-synced.ts";

/** Writes `config.json` with the SHA-256 of its content into the folder of a run, whole or not at all. */
export async function writeConfig(folder: string, config: object): Promise<void> {
  const writing = join(folder, ".config.json");
  await rm(writing, { force: true });
  const json = JSON.stringify(await sealed(config), null, 2);
  await writeSynced(writing, new TextEncoder().encode(`${json}\n`));
  await rename(writing, join(folder, "config.json"));
  await syncFolder(folder);
}
