import { chmod } from "node:fs/promises";
import { join, relative } from "node:path";
import { tensorflow, type Wheel } from "./pins.ts";
import { isRuntimeFile } from "./runtime-files.ts";
import { extractMembers, type FileDigest, listMembers, recordPath } from "./wheel.ts";

/** TensorFlow's libraries for the folder `home` of the install, and its headers for the compiler. */
export function tensorflowMembers(
  home: string,
  include: string,
  partial: string,
): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (const library of tensorflow.libraries) {
    members.set(`tensorflow/${library}`, join(partial, home, library));
  }
  for (const header of tensorflow.headers) {
    members.set(`tensorflow/include/${header}`, join(include, header));
  }
  return members;
}

/** What programs need of one of NVIDIA's packages, at the same path in the install. */
export async function runtimeMembers(
  archive: string,
  partial: string,
): Promise<ReadonlyMap<string, string>> {
  const paths = (await listMembers(archive)).filter(isRuntimeFile);
  return new Map(paths.map((path) => [path, join(partial, path)]));
}

/** Unpacks members and returns the digests of those that stay, by their path in the install. */
export async function unpack(
  archive: string,
  { file }: Pick<Wheel, "file">,
  members: ReadonlyMap<string, string>,
  {
    partial,
    scratch,
    signal,
  }: { partial: string; scratch: string; signal?: AbortSignal | undefined },
): Promise<Record<string, FileDigest>> {
  const digests = await extractMembers(archive, recordPath(file), members, signal);
  const staying: Record<string, FileDigest> = {};
  for (const [member, digest] of digests) {
    const path = members.get(member) ?? "";
    if (path.startsWith(join(scratch, "/"))) continue;
    // A zip archive says of no file that it is a program.
    if (member.includes("/bin/")) await chmod(path, 0o755);
    staying[relative(partial, path)] = digest;
  }
  return staying;
}
