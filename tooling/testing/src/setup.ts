import { expect } from "vitest";
import { toBeAllclose } from "./to-be-allclose.ts";

expect.extend({ toBeAllclose });
