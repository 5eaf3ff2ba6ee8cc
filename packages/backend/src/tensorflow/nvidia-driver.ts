import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where Linux keeps the driver's library, after what the user says. */
const libraryFolders = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib64",
  "/usr/lib",
  "/lib/x86_64-linux-gnu",
  "/usr/local/nvidia/lib64",
  "/usr/local/cuda/compat",
  "/usr/lib/wsl/lib",
  "/run/opengl-driver/lib",
];

/** The first sign of a driver for NVIDIA cards: its device file or its library; null where there is none. */
export function findNvidiaDriver(): string | null {
  const named = (process.env["LD_LIBRARY_PATH"] ?? "").split(":").filter((folder) => folder !== "");
  const signs = [
    "/dev/nvidiactl",
    ...[...named, ...libraryFolders].map((folder) => join(folder, "libcuda.so.1")),
  ];
  return signs.find((path) => existsSync(path)) ?? null;
}
