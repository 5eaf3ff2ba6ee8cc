import { expect, test } from "vitest";
import { repository, routeOf } from "./route.ts";
import { siteText } from "./site-text.ts";

test.each([
  ["README.md", "readme.md"],
  ["ARCHITECTURE.md", "architecture.md"],
  ["docs/index.md", "index.md"],
  ["docs/guides/own-data.md", "guides/own-data.md"],
  ["docs/pictures/Board.svg", "pictures/Board.svg"],
  ["packages/core/README.md", "packages/core/index.md"],
  ["packages/pde/VERIFICATION.md", "packages/pde/verification.md"],
])("%s is %s on the site", (path, route) => {
  expect(routeOf(path)).toBe(route);
});

test("links lead from the page's place on the site to pages, pictures and the repository", () => {
  const text = `[a](../../README.md#the-methods) [b](../losses#regression) [c](src/index.ts#L3)
[d](../../tooling/demo) [e](https://example.org/x.md) [f](#example) ![g](../../assets/overview.png)
\`[h](../losses)\`
`;
  const page = siteText({ path: "packages/core/README.md", text });
  expect(page.route).toBe("packages/core/index.md");
  expect(
    page.text,
  ).toBe(`[a](../../readme.md#the-methods) [b](../losses/index.md#regression) [c](${repository}/blob/main/packages/core/src/index.ts#L3)
[d](${repository}/tree/main/tooling/demo) [e](https://example.org/x.md) [f](#example) ![g](../../assets/overview.png)
\`[h](../losses)\`
`);
  expect(page.pictures).toEqual(["assets/overview.png"]);
});

test("what lies in docs is one folder higher on the site", () => {
  const page = siteText({
    path: "docs/choosing-a-method.md",
    text: "[a](../packages/losses/README.md) ![b](../assets/overview.png) [c](index.md)",
  });
  expect(page.text).toBe(
    "[a](./packages/losses/index.md) ![b](./assets/overview.png) [c](./index.md)",
  );
});
