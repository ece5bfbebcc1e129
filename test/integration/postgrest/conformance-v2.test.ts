import { proveConformance } from "./prove-conformance.ts";

proveConformance("v2", "12.2");
