import { heldOutSuite } from "./held-out/suite.ts";

heldOutSuite("v1");
