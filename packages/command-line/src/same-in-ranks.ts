import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { ArgumentError } from "@eddyflow/core";
import { type Communicator, gatherValues } from "@eddyflow/parallel";

/** What the ranks of a job must have in common, in words: "data" and the like. */
type Common = Readonly<Record<string, unknown>>;

const versions = (): string => {
  const { version } = createRequire(import.meta.url)("@eddyflow/core/package.json");
  return `Eddyflow ${version} on Node ${process.version}`;
};

/** The name of a value by its content, short enough to be told. */
const textOf = (value: unknown): string =>
  typeof value === "string" && value.length <= 60
    ? value
    : `sha256 ${createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12)}`;

/**
 * Compares what all ranks have, and their version, with what rank 0 has. Collective.
 *
 * @throws ArgumentError in rank 0 where one has something else; the others wait until it has ended the job.
 */
export async function requireSameInRanks(
  communicator: Communicator,
  common: Common,
): Promise<void> {
  const own = Object.entries({ ...common, version: versions() }).map(
    ([name, value]) => [name, textOf(value)] as const,
  );
  const told = await gatherValues(communicator, own);
  for (const [rank, theirs] of told.entries()) {
    for (const [i, [name, text]] of own.entries()) {
      const other = theirs[i]?.[1];
      if (other === text) continue;
      throw new ArgumentError({
        problem: `rank ${rank} has another ${name} than rank 0 (${other}, not ${text})`,
        expected: "the same configuration, data, checkpoints and version in all ranks",
        remedy: "start all with the same command, from the same files, on a disk that all see",
      });
    }
  }
  await communicator.barrier();
}
