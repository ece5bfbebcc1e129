/** JWT templates made and changed over the API; they live with the stack, those of the config stay what the config says. */
import type { HttpResponse } from "../../../http/message.ts";
import { type Call, type Fields, number, object, type Route, text } from "../../call.ts";
import type { IdpContext } from "../../context.ts";
import { formError, missingParameter, notFound } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { json } from "../../reply.ts";
import type { JwtTemplate, TemplateAlgorithm } from "../../store/types.ts";
import { findTemplate, templateProblem } from "../../templates.ts";
import { page } from "../pages.ts";

export const jwtTemplateRoutes: readonly Route[] = [
  {
    method: "GET",
    pattern: "/v1/jwt_templates",
    handle: (ctx, call) => {
      const all = [...ctx.store.templates.values()];
      const data = page(all, call).map(templateJson);
      return json(call.query.get("paginated") === "true" ? { data, total_count: all.length } : data);
    },
  },
  { method: "POST", pattern: "/v1/jwt_templates", handle: create },
  { method: "GET", pattern: "/v1/jwt_templates/:id", handle: (ctx, call) => json(templateJson(known(ctx, call))) },
  { method: "PATCH", pattern: "/v1/jwt_templates/:id", handle: update },
  {
    method: "DELETE",
    pattern: "/v1/jwt_templates/:id",
    handle: (ctx, call) => {
      const { id } = known(ctx, call);
      ctx.store.templates.delete(id);
      ctx.store.changed();
      return json({ object: "jwt_template", id, deleted: true });
    },
  },
];

function create(ctx: IdpContext, call: Call): HttpResponse {
  const now = ctx.clock.now();
  const blank: JwtTemplate = {
    id: newId("jtmp", ctx.clock),
    name: "",
    claims: {},
    lifetime: 60,
    allowedClockSkew: 5,
    signingAlgorithm: "RS256",
    signingKey: null,
    createdAt: now,
    updatedAt: now,
  };
  return save(ctx, { ...blank, ...changes(call.fields) });
}

function update(ctx: IdpContext, call: Call): HttpResponse {
  return save(ctx, { ...known(ctx, call), ...changes(call.fields), updatedAt: ctx.clock.now() });
}

function save(ctx: IdpContext, template: JwtTemplate): HttpResponse {
  if (template.name === "") throw missingParameter("name");
  const holder = findTemplate(ctx.store, template.name);
  if (holder && holder.id !== template.id) {
    throw formError("form_identifier_exists", "name", "That name is taken. Please try another.");
  }
  const problem = templateProblem(template);
  if (problem) throw formError(problem.code, problem.param, problem.message, problem.message, 400);
  ctx.store.templates.set(template.id, template);
  ctx.store.changed();
  return json(templateJson(template));
}

function changes(fields: Fields): Partial<JwtTemplate> {
  const name = text(fields, "name");
  const claims = object(fields, "claims");
  const lifetime = number(fields, "lifetime");
  const allowedClockSkew = number(fields, "allowed_clock_skew");
  return {
    ...(name === undefined ? {} : { name }),
    ...(claims === undefined ? {} : { claims }),
    ...(lifetime === undefined ? {} : { lifetime }),
    ...(allowedClockSkew === undefined ? {} : { allowedClockSkew }),
    ...signing(fields),
  };
}

const ALGORITHMS: readonly string[] = ["HS256", "HS384", "HS512", "RS256"] satisfies TemplateAlgorithm[];

/** Without a key of its own a template is signed with the instance's, whatever algorithm is named. */
function signing(fields: Fields): Partial<JwtTemplate> {
  if (fields["custom_signing_key"] === false) return { signingAlgorithm: "RS256", signingKey: null };
  if (fields["custom_signing_key"] !== true) return {};
  const algorithm = text(fields, "signing_algorithm") ?? "HS256";
  if (!ALGORITHMS.includes(algorithm) || algorithm === "RS256") {
    const reason = "The emulator signs with custom keys by HS256, HS384 and HS512.";
    throw formError("form_param_value_invalid", "signing_algorithm", "is invalid", reason);
  }
  const signingKey = text(fields, "signing_key");
  if (!signingKey) throw missingParameter("signing_key");
  return { signingAlgorithm: algorithm as TemplateAlgorithm, signingKey };
}

function known(ctx: IdpContext, call: Call): JwtTemplate {
  const id = call.params["id"]!;
  const template = ctx.store.templates.get(id);
  if (!template) throw notFound("JWT template not found", `No JWT template exists with id: ${id}`);
  return template;
}

/** The signing key is write-only. */
function templateJson(template: JwtTemplate) {
  return {
    object: "jwt_template",
    id: template.id,
    name: template.name,
    claims: template.claims,
    lifetime: template.lifetime,
    allowed_clock_skew: template.allowedClockSkew,
    custom_signing_key: template.signingAlgorithm !== "RS256",
    signing_algorithm: template.signingAlgorithm,
    created_at: template.createdAt,
    updated_at: template.updatedAt,
  };
}
