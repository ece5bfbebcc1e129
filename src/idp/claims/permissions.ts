/** What Clerk's two built-in roles may do. Session tokens leave these system permissions out, API objects list them. */
const MEMBER = ["org:sys_memberships:read", "org:sys_billing:read"];
const ADMIN = [
  "org:sys_profile:manage",
  "org:sys_profile:delete",
  "org:sys_memberships:manage",
  "org:sys_domains:read",
  "org:sys_domains:manage",
  "org:sys_billing:manage",
];

/** Roles of the project's own making have none, as long as nobody gives them any. */
export function permissionsOf(role: string): readonly string[] {
  if (role === "org:admin") return [...ADMIN, ...MEMBER];
  return role === "org:member" ? MEMBER : [];
}

/** The role's name for people: `org:billing_admin` is "Billing admin". */
export function roleName(role: string): string {
  const name = role.replace(/^org:/, "").replaceAll("_", " ");
  return name.charAt(0).toUpperCase() + name.slice(1);
}
