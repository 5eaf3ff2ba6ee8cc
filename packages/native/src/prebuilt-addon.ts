import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "./machine.ts";
import { addonFile } from "./pins.ts";
import { digestFile } from "./wheel.ts";

/** What is kept beside an addon that was compiled elsewhere, as `addon.json`. */
export interface PrebuiltAddon {
  /** As `addonRecipe()`: changes with the sources and the compiler's flags. */
  readonly recipe: string;
  readonly compiler: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The oldest GNU C library that it loads with. */
  readonly glibc: string;
}

/** The folder of addons in this package, one for each system. */
export const prebuiltFolder: string = join(import.meta.dirname, "../prebuilt");

const minorOf = (glibc: string | undefined): number =>
  Number(/^2\.(\d+)/u.exec(glibc ?? "")?.[1] ?? -1);

/** The newest version of the GNU C library that a compiled file asks for, "2.0" where it asks for none. */
export function neededGlibc(bytes: Buffer): string {
  const minors = [...bytes.toString("latin1").matchAll(/GLIBC_2\.(\d+)/gu)].map(([, n]) =>
    Number(n),
  );
  return `2.${Math.max(0, ...minors)}`;
}

/**
 * The addon that came with this package for the machine. Null in words where there is none that could be used: it was
 * compiled from other sources, is not what was packed, or asks for a newer system.
 */
export async function findPrebuilt(
  recipe: string,
  { platform, arch, glibc }: Machine,
  folder: string = prebuiltFolder,
): Promise<{ readonly path: string; readonly compiler: string } | string> {
  const place = join(folder, `${platform}-${arch}`);
  const path = join(place, addonFile);
  let addon: PrebuiltAddon;
  try {
    addon = JSON.parse(await readFile(join(place, "addon.json"), "utf8"));
  } catch {
    return `this package has no addon for ${platform} ${arch}`;
  }
  if (addon.recipe !== recipe) return "the addon of this package was built from other sources";
  if (minorOf(glibc) < minorOf(addon.glibc)) {
    return `the addon of this package needs glibc ${addon.glibc}, here is ${glibc ?? "another C library"}`;
  }
  const found = await digestFile(path).catch(() => null);
  if (found?.sha256 !== addon.sha256) return `${path} is not the addon that was packed`;
  return { path, compiler: `${addon.compiler} (prebuilt)` };
}
