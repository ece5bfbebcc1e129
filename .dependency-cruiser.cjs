// The import rule of the house: an import only goes down a floor, and nothing runs in circles.
const floors = [
  ["http", "time", "cache", "json", "trace", "tokens", "project", "postgres"],
  ["postgrest", "database", "idp", "diagnosis"],
  ["gateway"],
  ["stack"],
  ["testing"],
  ["cli"],
];

const room = (names) => `^src/(${names.join("|")})/`;

const upward = floors.slice(0, -1).map((names, floor) => ({
  name: `floor-${floor + 1}-imports-upward`,
  comment: "A room imports only from its own floor or from floors below it.",
  severity: "error",
  from: { path: room(names) },
  to: { path: `${room(floors.slice(floor + 1).flat())}|^src/[^/]+\\.ts$` },
}));

// On one floor, rooms are strangers: only these pairs may speak.
const neighbours = [
  { from: "tokens", to: "time" },
  { from: "tokens", to: "cache" },
  { from: "tokens", to: "json" },
  { from: "project", to: "tokens" },
  { from: "project", to: "cache" },
  { from: "project", to: "json" },
  { from: "http", to: "cache" },
  { from: "project", to: "http" },
  { from: "trace", to: "http" },
  { from: "trace", to: "cache" },
  { from: "diagnosis", to: "database" },
  { from: "diagnosis", to: "postgrest" },
];
const sideways = floors
  .filter((names) => names.length > 1)
  .flatMap((names) =>
    names.map((name) => {
      const allowed = neighbours.filter((pair) => pair.from === name).map((pair) => pair.to);
      const strangers = names.filter((other) => other !== name && !allowed.includes(other));
      return {
        name: `${name}-imports-sideways`,
        comment: "Rooms of one floor do not know each other, apart from the pairs listed in this file.",
        severity: "error",
        from: { path: `^src/${name}/` },
        to: { path: `^src/(${strangers.join("|")})/` },
      };
    }),
  );

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    ...upward,
    ...sideways,
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    parser: "swc",
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
    },
  },
};
