// Unpacks each package's tarball into a folder of its own, with nothing beside it but what its manifest
// declares, and imports every entry point there with plain Node.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const root = join(import.meta.dirname, "../../..");
const cache = join(root, "node_modules/.cache/eddyflow");
await mkdir(cache, { recursive: true });
const scratch = await mkdtemp(join(cache, "alone-"));

const readManifest = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, "package.json"), "utf8"));

/** Puts the packed `name` and all that it declares, transitively, into `modules`. */
async function install(name: string, modules: string, done = new Set<string>()): Promise<void> {
  if (done.has(name)) return;
  done.add(name);
  const source = join(root, "packages", name);
  const target = join(modules, "@eddyflow", name);
  const tarballs = (await readdir(join(source, ".pack"))).filter((file) => file.endsWith(".tgz"));
  if (tarballs.length !== 1)
    throw new Error(`${name}: expected one tarball in .pack, found ${tarballs}`);
  await mkdir(target, { recursive: true });
  await run("tar", [
    "-xzf",
    join(source, ".pack", String(tarballs[0])),
    "-C",
    target,
    "--strip-components=1",
  ]);
  const { dependencies, peerDependencies } = await readManifest(target);
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (dependency.startsWith("@eddyflow/")) {
      await install(dependency.slice("@eddyflow/".length), modules, done);
      continue;
    }
    const link = join(modules, dependency);
    await mkdir(join(link, ".."), { recursive: true });
    await symlink(await realpath(join(source, "node_modules", dependency)), link).catch((error) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

let failed = 0;
for (const name of await readdir(join(root, "packages"))) {
  const folder = join(scratch, name);
  if ((await readManifest(join(root, "packages", name))).private === true) continue;
  try {
    await install(name, join(folder, "node_modules"));
    const manifest = await readManifest(join(folder, "node_modules/@eddyflow", name));
    const entries = Object.keys(manifest.exports)
      .filter((entry) => entry !== "./package.json")
      .map((entry) => manifest.name + entry.slice(1));
    const code = `for (const entry of ${JSON.stringify(entries)}) {
      if (Object.keys(await import(entry)).length === 0) throw new Error(entry + " exports nothing");
    }`;
    await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: folder });
    console.log(`  ${manifest.name.padEnd(26)} imports ${entries.join(", ")}`);
  } catch (error) {
    failed++;
    console.error(`  ${name}: ${error instanceof Error ? error.message : error}`);
  }
}
await rm(scratch, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
