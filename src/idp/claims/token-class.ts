/** The `cat` header by which Clerk's SDKs tell one kind of token from another. */
export const SESSION_CLASS = "cl_B7d4PD111AAA";
export const TEMPLATE_CLASS = "cl_B7d4PD222AAA";
