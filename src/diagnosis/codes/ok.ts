import { type CodeEntry, documents } from "./entry.ts";

/** Nothing was refused. */
export const okCodes = {
  "ok.rows": {
    title: "Rows were read, and nothing was refused",
    explanation: "Every layer let the request pass and the answer holds the rows its role may see.",
    documentation: documents.tables,
  },
  "ok.written": {
    title: "Rows were written, and nothing was refused",
    explanation: "Grants and policies allowed the write.",
    documentation: documents.tables,
  },
  "ok.called": {
    title: "The function was called, and nothing was refused",
    explanation: "The role may execute the function, and the function gave an answer.",
    documentation: documents.functions,
  },
  "ok.answered": {
    title: "The request was answered, and nothing was refused",
    explanation: "The answer needed no rows: a health check, a preflight, an OPTIONS request or the API description.",
    documentation: documents.http,
  },
  "ok.count-visible": {
    title: "The total counts only the rows that the role may see",
    explanation:
      "Prefer: count=exact counts after row security, so totals differ from user to user and a table looks shorter than it is.",
    documentation: documents.pagination,
  },
  "ok.embed-filtered": {
    title: "An embed is empty because of the request's own filter or page",
    explanation:
      "A filter on a plain embed leaves out embedded rows and keeps the rows they are embedded in, with null or [] in the embed's place.",
    documentation: documents.embedding,
  },
  "ok.row-security-bypassed": {
    title: "Row security did not apply to this role",
    explanation:
      "Superusers, roles with BYPASSRLS and owners of tables without FORCE ROW LEVEL SECURITY see every row. What passes for them says nothing about users.",
    documentation: documents.rowSecurity,
  },
  "ok.view-bypasses-rls": {
    title: "The view reads with its owner's rights, and its owner sees every row",
    explanation:
      "Without security_invoker a view's tables are read as the view's owner. Where the owner is not subject to row security, neither is the view.",
    documentation: documents.createView,
  },
  "ok.definer-bypasses-rls": {
    title: "The function runs as its owner, and its owner sees every row",
    explanation:
      "A SECURITY DEFINER function reads with its owner's rights. Where the owner is not subject to row security, neither is the function.",
    documentation: documents.createFunction,
  },
  "ok.wide-policy": {
    title: "One permissive policy is true for every row, so the others do nothing",
    explanation: "Permissive policies are joined with OR: the widest one decides what is seen.",
    documentation: documents.createPolicy,
  },
  "ok.profile-ignored": {
    title: "The profile header was overwritten by the gateway",
    explanation:
      "The v2 gateway sets Accept-Profile and Content-Profile to the project's own schema on every request, so the answer comes from there whatever was asked for.",
    documentation: documents.schemas,
  },
} as const satisfies Record<string, CodeEntry>;
