// `npm run compose`: writes compose/docker-compose.yml and compose/.env.example; a unit test says when they are out of date.
import { writeFileSync } from "node:fs";
import { composeFile } from "./compose/file.ts";
import { envExample } from "./compose/variables.ts";

const files = { "docker-compose.yml": composeFile(), ".env.example": envExample() };
for (const [name, text] of Object.entries(files)) {
  writeFileSync(new URL(`../compose/${name}`, import.meta.url), text);
  console.log(`compose/${name}`);
}
