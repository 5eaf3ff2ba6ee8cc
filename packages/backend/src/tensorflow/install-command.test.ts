import { expect, test } from "vitest";
import { installCommand, isCheckout } from "./install-command.ts";

test("a remedy names the command that the person has", () => {
  expect(isCheckout).toBe(true);
  expect(installCommand()).toBe("pnpm native:install");
  expect(installCommand("cuda")).toBe("pnpm native:install --cuda");
  expect(installCommand("cpu", false)).toBe("npx @eddyflow/native install");
  expect(installCommand("cuda", false)).toBe("npx @eddyflow/native install --cuda");
});
