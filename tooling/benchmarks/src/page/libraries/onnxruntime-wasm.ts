import type { StartLibrary } from "../work.ts";
import { startOnnxruntime } from "./onnxruntime.ts";

export const start: StartLibrary = (threads) => startOnnxruntime("wasm", threads);
