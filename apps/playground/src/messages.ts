import type { BackendInfo } from "@eddyflow/backend";
import { EddyflowError } from "@eddyflow/core";
import { RefusedError } from "./ask.ts";
import { get } from "./get.ts";

/** Says on the page what could not be done, and what to do. */
export function say(error: unknown): void {
  const box = get("#problem");
  box.hidden = false;
  if (error instanceof EddyflowError) {
    box.textContent = `${error.problem}; expected ${error.expected}. ${error.remedy}`;
  } else {
    box.textContent = error instanceof RefusedError ? error.message : `Something failed: ${error}`;
  }
}

/** Takes it back. */
export function sayNothing(): void {
  get("#problem").hidden = true;
}

/** Says what computes, and how often the page is drawn. */
export function sayStatus(info: BackendInfo, framesASecond: number): void {
  const names: Readonly<Record<string, string>> = {
    webgpu: `WebGPU, ${info.device}`,
    wasm: `WebAssembly, ${info.threads} ${info.threads === 1 ? "thread" : "threads"}`,
    cpu: "JavaScript",
  };
  const status = get("#status");
  const words = names[info.name] ?? info.name;
  if (status.textContent !== words) status.textContent = words;
  get("#rate").textContent = ` · ${framesASecond} frames a second`;
  status.title = info.refused.map(({ name, reason }) => `${name}: ${reason}`).join("\n");
}
