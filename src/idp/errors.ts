/** Refusals in Clerk's shape: `{"errors":[{code,message,long_message,meta}],"clerk_trace_id"}`, with Clerk's codes. */
import { randomBytes } from "node:crypto";
import type { HttpResponse } from "../http/message.ts";
import { json } from "./reply.ts";

/** Thrown by a route, turned into its response by the router. */
export class ClerkError extends Error {
  override readonly name = "ClerkError";
  readonly status: number;
  readonly code: string;
  readonly longMessage: string;
  readonly meta: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, longMessage = message, meta = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.longMessage = longMessage;
    this.meta = meta;
  }

  toResponse(): HttpResponse {
    const { message, longMessage: long_message, code, meta } = this;
    return json(
      { errors: [{ message, long_message, code, meta }], clerk_trace_id: randomBytes(16).toString("hex") },
      this.status,
    );
  }
}

export const notFound = (message: string, longMessage: string) =>
  new ClerkError(404, "resource_not_found", message, longMessage);

export const userNotFound = (id: string) => notFound("not found", `No user was found with id ${id}`);

export const sessionNotFound = (id: string) => notFound("Session not found", `No session was found with id ${id}`);

export const organizationNotFound = (id: string) => notFound("not found", `No organization was found with id ${id}`);

export const templateNotFound = (name: string) =>
  notFound("JWT template not found", `No JWT template exists with name: ${name}`);

export const formError = (code: string, param: string, message: string, longMessage = message, status = 422) =>
  new ClerkError(status, code, message, longMessage, { param_name: param });

export const missingParameter = (param: string) =>
  formError("form_param_missing", param, "is missing", `${param} must be included.`);

export const identifierExists = (param: string) =>
  formError(
    "form_identifier_exists",
    param,
    `That ${param === "username" ? "username" : "email address"} is taken. Please try another.`,
  );

export const secretKeyInvalid = () =>
  new ClerkError(
    401,
    "clerk_key_invalid",
    "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.",
  );

export const authorizationMissing = () =>
  new ClerkError(
    401,
    "authorization_header_format_invalid",
    "Invalid Authorization header format",
    "Invalid Authorization header format. Must be 'Bearer <YOUR_API_KEY>'",
  );

export const headersConflict = () =>
  new ClerkError(
    400,
    "origin_authorization_headers_conflict",
    "Setting both the 'Origin' and 'Authorization' headers is forbidden",
    "The Frontend API takes either: browsers send 'Origin' by themselves, native applications send 'Authorization'.",
  );

export const signedOut = () => new ClerkError(401, "signed_out", "Signed out", "You are signed out");
