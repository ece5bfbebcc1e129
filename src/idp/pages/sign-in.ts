/** The page on which a person picks who to be, and the one that shows what that person's tokens hold. */
import { isoTime } from "../../time/instant.ts";
import type { Instance } from "../keys.ts";
import type { Membership, Organization, User } from "../store/types.ts";
import { fullName, primaryEmail } from "../store/users.ts";
import { layout } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

export interface PageToken {
  readonly id: string;
  readonly title: string;
  readonly use: string;
  readonly jwt: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** `query`: carried along, so that a sign-in begun by an app returns to it. */
export function pickPage(users: readonly User[], memberships: (user: User) => string, query: string, problem?: string) {
  return layout(
    "Sign in",
    html`<h1>Sign in</h1>
${problem !== undefined && html`<p class="problem">${problem}</p>`}
<p>Pick who to be. No password is asked here: this identity provider is an emulator, and its users are those of the
project's users file and those who signed up.</p>
${users.length === 0 && html`<p>There are no users yet. Add one to the users file, or sign up in the app.</p>`}
<ul>${users.map(
      (user) => html`<li><form method="post" action="/sign-in${query}">
<input type="hidden" name="user" value="${user.id}">
<button>${fullName(user) ?? user.handle ?? user.username ?? user.id}
<br><small>${primaryEmail(user)?.email ?? user.id} ${memberships(user)}</small></button></form></li>`,
    )}</ul>`,
  );
}

export interface SignedInView {
  readonly user: User;
  readonly organizations: ReadonlyArray<{ readonly organization: Organization; readonly membership: Membership }>;
  readonly activeOrganizationId: string | null;
  readonly tokens: readonly PageToken[];
  readonly instance: Instance;
  readonly query: string;
  /** The app's page that sent the person here. */
  readonly back: string | undefined;
}

export function signedInPage(view: SignedInView): string {
  const { user, tokens, query, instance, back } = view;
  return layout(
    "Signed in",
    html`<h1>Signed in as ${fullName(user) ?? user.handle ?? user.id}</h1>
<p>${primaryEmail(user)?.email} <small>${user.id}</small></p>
${back !== undefined && html`<p><a href="${back}">Back to the app</a></p>`}
${organizationForm(view)}
<div class="row">
<form method="post" action="/sign-out${query}"><button>Sign out</button></form>
<a href="/sign-in${query}">Fresh tokens</a>
</div>
${tokens.map(tokenSection)}
<p><small>Issuer ${instance.issuer}, keys at /.well-known/jwks.json</small></p>`,
  );
}

function organizationForm({ organizations, activeOrganizationId, query }: SignedInView): Markup | false {
  if (organizations.length === 0) return false;
  return html`<form method="post" action="/sign-in/organization${query}" class="row">
<label>Active organisation
<select name="organization"><option value="">none</option>${organizations.map(
    ({ organization, membership }) =>
      html`<option value="${organization.id}"${organization.id === activeOrganizationId && html` selected`}>${organization.name} (${membership.role})</option>`,
  )}</select></label><button>Switch</button></form>`;
}

function tokenSection({ id, title, use, jwt, claims }: PageToken): Markup {
  return html`<h2>${title}</h2>
<p>${use}</p>
<pre id="${id}">${jwt}</pre>
<p><button data-copy="${id}">Copy</button></p>
<table>${Object.entries(claims).map(
    ([name, value]) => html`<tr><td>${name}</td><td>${JSON.stringify(value)}${readableTime(name, value)}</td></tr>`,
  )}</table>`;
}

function readableTime(name: string, value: unknown): Markup | false {
  const time = typeof value === "number" && ["exp", "iat", "nbf"].includes(name) ? isoTime(value) : undefined;
  return time !== undefined && html` <small>${time}</small>`;
}
