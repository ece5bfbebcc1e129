/** The variables an app reads, with the names of the platform's guides and of Clerk. */
import type { StackInfo } from "./info.ts";

export interface EnvironmentGroup {
  readonly about: string;
  readonly variables: Readonly<Record<string, string>>;
  /** What only some apps want; printed, but not set. */
  readonly optional?: Readonly<Record<string, string>>;
}

/** In the order to print. `clerk` is what Clerk's own packages need. */
export function environment(info: StackInfo, clerk: Readonly<Record<string, string>>): EnvironmentGroup[] {
  const keys: Record<string, string> = {};
  if (info.anonKey !== null) keys["FLUX_ANON_KEY"] = info.anonKey;
  if (info.serviceRoleKey !== null) keys["FLUX_SERVICE_ROLE_KEY"] = info.serviceRoleKey;
  return [
    {
      about: "Service URL, for the browser and for servers",
      variables: { NEXT_PUBLIC_FLUX_URL: info.appUrl, FLUX_URL: info.appUrl },
    },
    {
      about: "Signs the app's tokens (HS256, used as text)",
      variables: { FLUX_GATEWAY_JWT_SECRET: info.jwtSecret },
    },
    {
      about: "The same under the names of the platform's older guides",
      variables: { FLUX_SERVICE_URL: info.appUrl, FLUX_JWT_SECRET: info.jwtSecret },
    },
    {
      about: "For callers that bypass the gateway",
      variables: { FLUX_POSTGREST_SCHEMA: info.apiSchema },
    },
    ...(Object.keys(keys).length === 0 ? [] : [{ about: "Static keys (v1)", variables: keys }]),
    { about: "Clerk's packages, pointed at this identity provider", variables: clerk },
    {
      about: "For apps that send people to Clerk's hosted pages to sign in",
      variables: {},
      optional: { NEXT_PUBLIC_CLERK_SIGN_IN_URL: `${info.idpUrl}/sign-in` },
    },
    { about: "flux-dev itself", variables: { FLUX_DEV_DATABASE_URL: info.databaseUrl, FLUX_DEV_IDP_URL: info.idpUrl } },
  ];
}

/** A `.env` file; what is optional stands in it as a comment. */
export function dotenvLines(groups: readonly EnvironmentGroup[]): string[] {
  const lines = (variables: Readonly<Record<string, string>>, mark = "") =>
    Object.entries(variables).map(([name, value]) => `${mark}${name}=${value}`);
  return groups.flatMap(({ about, variables, optional = {} }) => [
    `# ${about}`,
    ...lines(variables),
    ...lines(optional, "# "),
  ]);
}

export function flatEnvironment(groups: readonly EnvironmentGroup[]): Record<string, string> {
  return Object.assign({}, ...groups.map((group) => group.variables)) as Record<string, string>;
}
