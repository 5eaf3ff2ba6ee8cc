export { addonRecipe } from "./compile-addon.ts";
export { checkMachine, type Machine } from "./machine.ts";
export { type NativeManifest, readManifest } from "./manifest.ts";
export { addonFile, cpu, type Distribution, type Wheel } from "./pins.ts";
export { neededGlibc, type PrebuiltAddon, prebuiltFolder } from "./prebuilt-addon.ts";
export { type Installation, runInstaller } from "./run-installer.ts";
