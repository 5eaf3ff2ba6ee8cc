// Part of `build` of packages/native: puts beside its code what the installer of an application works with. With --required,
// which publishing asks for, an addon that cannot be packed is an error.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  addonFile,
  addonRecipe,
  neededGlibc,
  type PrebuiltAddon,
  prebuiltFolder,
  readManifest,
} from "@eddyflow/native";

const folder = join(import.meta.dirname, "../../../packages/native");
const root = join(folder, "../..");

/** The C++ sources of tfjs-node's addon and their headers, without what builds them there. */
async function copyBinding(): Promise<void> {
  const require = createRequire(join(folder, "package.json"));
  const source = join(dirname(require.resolve("@tensorflow/tfjs-node/package.json")), "binding");
  const target = join(folder, "binding");
  await rm(target, { recursive: true, force: true });
  await cp(source, target, { recursive: true, filter: (path) => !/\.(py|tpl|bzl)$/u.test(path) });
}

/** The addon that the checkout's own installer compiled here from today's sources. Returns why there is none, or null. */
async function copyAddon(): Promise<string | null> {
  await rm(prebuiltFolder, { recursive: true, force: true });
  const native = process.env["EDDYFLOW_NATIVE"] || join(root, ".tools/native");
  const manifest = await readManifest(join(native, "manifest.json"));
  if (manifest === null) return `nothing is installed in ${native}`;
  const { recipe, compiler } = manifest.addon;
  if (recipe !== addonRecipe()) return `${native} was built from other sources`;
  if (compiler.endsWith("(prebuilt)")) return `the addon in ${native} was not compiled there`;
  const digest = manifest.files[addonFile];
  if (digest === undefined) return `${native} has no ${addonFile}`;
  const bytes = await readFile(join(native, addonFile));
  const place = join(prebuiltFolder, `${process.platform}-${process.arch}`);
  const addon: PrebuiltAddon = { recipe, compiler, glibc: neededGlibc(bytes), ...digest };
  await mkdir(place, { recursive: true });
  await writeFile(join(place, addonFile), bytes);
  await writeFile(join(place, "addon.json"), `${JSON.stringify(addon, null, 2)}\n`);
  return null;
}

await copyBinding();
const reason = await copyAddon();
if (reason !== null && process.argv.includes("--required")) {
  console.error(`native: no addon can be packed, ${reason}; run \`pnpm native:install\` first`);
  process.exitCode = 1;
}
