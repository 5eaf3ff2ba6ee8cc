import { expect, test } from "vitest";
import { anchorsOf, linksOf, titleOf } from "./markdown.ts";

const targets = (text: string) => linksOf(text).map(({ target }) => target);

test("links, pictures, references and HTML are found in the order of the text", () => {
  const text = `[a](1.md) ![b](2.png "title") [![c](3.png)](4.md#x)
<img src="5.png"> <a href="6.md">d</a>
[\`code\`](7.ts) [e][f]

[f]: 8.md
`;
  expect(targets(text)).toEqual([
    "1.md",
    "2.png",
    "3.png",
    "4.md#x",
    "5.png",
    "6.md",
    "7.ts",
    "8.md",
  ]);
  for (const { target, at } of linksOf(text)) expect(text.slice(at)).toMatch(target);
  expect(linksOf(text).map(({ line }) => line)).toEqual([1, 1, 1, 1, 2, 2, 3, 5]);
});

test("code and comments have no links", () => {
  const text =
    "`[a](1)` ``[a](`2`)`` <!-- [a](3) -->\n```md\n[a](4)\n```\n[a](5)\n~~~\n[a](6)\n~~~";
  expect(targets(text)).toEqual(["5"]);
});

test("anchors are those of GitHub, and the second of a name is numbered", () => {
  const text =
    "# A `flow_map`: F = x + δv\n\n```sh\n# no heading\n```\n## [Link](x.md), twice\n## Link, twice\n<a id='no'></a><a id=\"yes\"></a>";
  expect([...anchorsOf(text)]).toEqual([
    "a-flow_map-f--x--δv",
    "link-twice",
    "link-twice-1",
    "yes",
  ]);
  expect(titleOf(text)).toBe("A flow_map: F = x + δv");
  expect(titleOf("no heading")).toBeNull();
});
