import { trapSuite } from "./trap-suite.ts";

trapSuite("v2");
