import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addonMismatch } from "./addon-mismatch.ts";

/** The first 20 bytes of an ELF file: identification, type "shared object", machine. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(20);
  header.write("\u007fELF\u0002\u0001\u0001", "latin1");
  header.writeUInt16LE(3, 16);
  header.writeUInt16LE(machine, 18);
  return header;
}

test.runIf(process.platform === "linux")(
  "a file that is no library of this machine is told from one that may be",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
    const path = join(folder, "addon.node");
    const mismatch = async (content: Buffer | string) => {
      await writeFile(path, content);
      return addonMismatch(path, "x64");
    };
    expect(await mismatch(elf(62))).toBeNull();
    expect(await mismatch(elf(183))).toBe("it is a library for arm64");
    expect(await mismatch(elf(243))).toBe("it is a library for machine 243");
    expect(await mismatch("no addon")).toBe("it is no ELF library");
    expect(await mismatch("")).toBe("it is no ELF library");
    await rm(folder, { recursive: true });
  },
);
