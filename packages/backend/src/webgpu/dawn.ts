import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { BackendError } from "@eddyflow/core";
import { unpackSwiftShader } from "./swiftshader.ts";

const here = createRequire(import.meta.url);

interface DawnPackage {
  create(options: string[]): GPU;
  readonly globals: object;
}

/** What Dawn gave must live as long as its adapters and devices, which do not hold it. */
let kept: GPU | undefined;

const installDriver =
  "install the driver of the graphics card and Vulkan's loader (Debian: libvulkan1), or set EDDYFLOW_WEBGPU_ADAPTER=swiftshader to test on the processor";

/** Not in Node's constants: the library stays loaded although Node, which finds no addon in it, closes it. */
const RTLD_NODELETE = 0x1000;

/** Loads a shared library for those that ask for it by its bare name later; false where it is not there. */
function preload(library: string): boolean {
  try {
    const { RTLD_NOW, RTLD_GLOBAL } = constants.dlopen;
    process.dlopen({ exports: {} }, library, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE);
    return true;
  } catch (error) {
    // Node's complaint that what it has just loaded is no addon.
    return (error as Error).message.startsWith("Module did not self-register");
  }
}

function findDawn(): string | null {
  try {
    return here.resolve("webgpu");
  } catch {
    return null;
  }
}

/** Whether this machine seems to have Dawn and a graphics card, without loading anything. */
export function hasGraphicsCard(): boolean {
  if (findDawn() === null) return false;
  if (process.platform !== "linux") return true;
  if (["/dev/nvidiactl", "/dev/dxg"].some((device) => existsSync(device))) return true;
  return (
    existsSync("/dev/dri") && readdirSync("/dev/dri").some((name) => name.startsWith("renderD"))
  );
}

/** @throws BackendError where {@link hasGraphicsCard} says no. */
export function requireGraphicsCard(): void {
  if (hasGraphicsCard()) return;
  throw new BackendError({
    problem: "WebGPU finds no graphics card on this machine",
    expected: "a graphics card with its driver",
    remedy: installDriver,
  });
}

/**
 * Node's own `navigator.gpu`, by Dawn. `EDDYFLOW_WEBGPU_ADAPTER` chooses among adapters: `swiftshader` is the
 * processor, `null` computes nothing and only takes commands (to time them), any other value is part of the
 * wanted adapter's name.
 *
 * @throws BackendError where Dawn cannot be loaded or there is no Vulkan.
 */
export async function startDawn(): Promise<GPU> {
  if (kept !== undefined) return kept;
  if (findDawn() === null) {
    throw new BackendError({
      problem: "Dawn, WebGPU for Node, is not installed",
      expected: "the npm package webgpu",
      remedy: "install it, with a Node for Linux, macOS or Windows on x64 or arm64",
    });
  }
  const wanted = process.env["EDDYFLOW_WEBGPU_ADAPTER"] ?? "";
  const options: string[] = [];
  if (wanted === "swiftshader") {
    const { loader, driver } = unpackSwiftShader();
    process.env["VK_ICD_FILENAMES"] = driver;
    preload(loader);
  } else if (wanted === "null") {
    options.push("backend=null");
  } else {
    if (process.platform === "linux" && !preload("libvulkan.so.1")) {
      throw new BackendError({
        problem: "there is no Vulkan for WebGPU: libvulkan.so.1 is not on this machine",
        expected: "Vulkan's loader and a driver",
        remedy: installDriver,
      });
    }
    if (wanted !== "") options.push(`adapter=${wanted}`);
  }
  // Else the driver warns about it.
  process.env["XDG_RUNTIME_DIR"] ??= "/tmp";
  let dawn: DawnPackage;
  try {
    dawn = (await import("webgpu")) as DawnPackage;
  } catch (cause) {
    const message = String((cause as Error).message).split("\n")[0] as string;
    const isOld = message.includes("GLIBC");
    throw new BackendError({
      problem: `Dawn cannot be loaded: ${message}`,
      expected: isOld
        ? "a system with glibc 2.34 or newer"
        : "an npm package webgpu for this system",
      remedy: `${isOld ? "update the system" : "install webgpu again"}, or use another backend`,
      cause,
    });
  }
  kept = dawn.create(options);
  // TensorFlow.js looks for the classes and constants of WebGPU, and for this, where a browser has them.
  Object.assign(globalThis, dawn.globals);
  Object.defineProperty(globalThis.navigator, "gpu", { value: kept, configurable: true });
  return kept;
}

/** What to do where Dawn finds no adapter. */
export const remedyWithoutAdapter: string = installDriver;
