import { expect, it } from "vitest";
import { fold, traverse } from "../../../src/postgrest/traverse.ts";

interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
}

const leaf = (name: string): Tree => ({ name, children: [] });
const tree: Tree = { name: "a", children: [leaf("b"), { name: "c", children: [leaf("d")] }, leaf("e")] };

it("goes down before it goes up, children in order", () => {
  const visited: string[] = [];
  const result = traverse<Tree, Tree & { path: string }, string>(tree, {
    enter: (node, above) => {
      visited.push(node.name);
      return { ...node, path: `${above?.path ?? ""}/${node.name}` };
    },
    children: ({ children }) => children,
    leave: ({ path }, below) => `${path}(${below.join(" ")})`,
  });
  expect(visited).toEqual(["a", "b", "c", "d", "e"]);
  expect(result).toBe("/a(/a/b() /a/c(/a/c/d()) /a/e())");
});

it("is not bound to the height of the call stack", () => {
  let deep = leaf("x");
  for (let level = 0; level < 100_000; level += 1) deep = { name: "x", children: [deep] };
  const depth = fold<Tree, number>(
    deep,
    ({ children }) => children,
    (_, below) => 1 + (below[0] ?? 0),
  );
  expect(depth).toBe(100_001);
});
