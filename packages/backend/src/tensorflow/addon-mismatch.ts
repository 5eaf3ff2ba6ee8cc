import { closeSync, openSync, readSync } from "node:fs";

/** Machines by the number that an ELF header gives them (System V ABI, e_machine). */
const machines: Readonly<Record<number, string>> = {
  3: "ia32",
  40: "arm",
  62: "x64",
  183: "arm64",
};

/**
 * Why a file cannot be an addon for this Linux machine, by its ELF header, or null where it may be one. Loading a library
 * of another machine fails with a message that names neither.
 */
export function addonMismatch(path: string, arch: string = process.arch): string | null {
  if (process.platform !== "linux") return null;
  const header = Buffer.alloc(20);
  const file = openSync(path, "r");
  try {
    readSync(file, header);
  } finally {
    closeSync(file);
  }
  if (header.toString("latin1", 0, 4) !== "\u007fELF") return "it is no ELF library";
  const machine = header.readUInt16LE(18);
  const found = machines[machine] ?? `machine ${machine}`;
  return found === arch ? null : `it is a library for ${found}`;
}
