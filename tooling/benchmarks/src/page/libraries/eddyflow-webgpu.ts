import type { StartLibrary } from "../work.ts";
import { startEddyflow } from "./eddyflow.ts";

export const start: StartLibrary = () => startEddyflow("webgpu");
