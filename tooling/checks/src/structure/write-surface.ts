import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeRegion } from "command-line";
import { roomsTable } from "./rooms.ts";
import { readSurface, snapshotPath, surfaceOf, usesOfMembers, writeSurface } from "./surface.ts";
import { readWorkspace, root } from "./workspace.ts";

// `pnpm surface`: writes the snapshot of every package, and the import table into ARCHITECTURE.md.
const members = readWorkspace();
const uses = usesOfMembers(members);
const packages = members.filter(({ folder }) => folder.startsWith("packages/"));
const folder = join(root, "tooling/checks/surface");
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) {
  const path = join(folder, name);
  if (!packages.some((member) => snapshotPath(member) === path)) rmSync(path);
}
for (const member of packages) {
  const path = snapshotPath(member);
  const last = readSurface(existsSync(path) ? readFileSync(path, "utf8") : "");
  const surface = surfaceOf(member, uses.get(member.folder) ?? new Set(), last);
  writeFileSync(path, writeSurface(member.manifest.name, surface));
}
const page = join(root, "ARCHITECTURE.md");
if (existsSync(page)) await writeRegion(page, "rooms", roomsTable());
