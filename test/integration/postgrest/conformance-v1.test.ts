import { proveConformance } from "./prove-conformance.ts";

proveConformance("v1", "12.0");
