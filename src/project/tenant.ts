/** Names that follow from a project's id: the short id, and on v2 the schema and roles that carry it. */
import { remember } from "../cache/remember.ts";

const SHORT_ID = /^[a-f0-9]{12}$/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const TENANT_SCHEMA = /^t_([0-9a-f]{12})_api$/;

export interface TenantNames {
  readonly schema: string;
  /** The role requests run as. */
  readonly runtimeRole: string;
  /** The role that owns the schema and everything a push makes. */
  readonly ownerRole: string;
}

/** First 12 hex digits of a project's UUID; throws with the platform's text when the id has none. */
export function shortId(projectId: string): string {
  const short = projectId.replaceAll("-", "").toLowerCase().slice(0, 12);
  if (!SHORT_ID.test(short)) {
    throw new Error(`Cannot derive tenant short id: invalid shortId "${short}" from project id`);
  }
  return short;
}

/** Throws as `shortId`. Every request asks for them, of a few projects. */
export const tenantNames = remember((projectId): TenantNames => {
  const sid = shortId(projectId);
  return { schema: `t_${sid}_api`, runtimeRole: `t_${sid}_role`, ownerRole: `t_${sid}_ddl` };
});

/** The short id inside a tenant schema's name, or undefined for any other schema. */
export function shortIdOfSchema(schema: string): string | undefined {
  return TENANT_SCHEMA.exec(schema)?.[1];
}

/** Throws with the platform's text unless the name can stand in SQL without quotes. */
export function assertSchemaIdentifier(schema: string): void {
  if (!IDENTIFIER.test(schema)) {
    throw new Error(`Invalid API schema identifier "${schema}" (expected ${IDENTIFIER})`);
  }
}
