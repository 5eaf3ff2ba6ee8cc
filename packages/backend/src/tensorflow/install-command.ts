import { existsSync } from "node:fs";
import { join } from "node:path";

/** The two builds of TensorFlow: for the processor, and for NVIDIA cards. */
export type NativeKind = "cpu" | "cuda";

/** Whether this package lies in the checkout of the project; else it came from a registry. */
export const isCheckout: boolean = existsSync(
  join(import.meta.dirname, "../../../..", "pnpm-workspace.yaml"),
);

/** The command by which the person at hand installs native TensorFlow. */
export function installCommand(kind: NativeKind = "cpu", inCheckout: boolean = isCheckout): string {
  const command = inCheckout ? "pnpm native:install" : "npx @eddyflow/native install";
  return kind === "cuda" ? `${command} --cuda` : command;
}
