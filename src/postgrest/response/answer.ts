/** What the answers of all actions share. */
import type { HeaderList } from "../../http/message.ts";
import { type MediaType, toContentType } from "../request/media-type.ts";
import type { Preferences } from "../request/preferences.ts";
import { noPreferences, preferenceApplied } from "../request/preferences.ts";
import type { ApiRequest } from "../request/types.ts";

export interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer | string;
}

/** `Content-Type`, and `Content-Profile` where there was a schema to choose. */
export function contentHeaders(media: MediaType, request: ApiRequest): HeaderList {
  return [["Content-Type", toContentType(media)], ...profileHeader(request)];
}

export function profileHeader({ schema, negotiatedByProfile }: ApiRequest): HeaderList {
  return negotiatedByProfile ? [["Content-Profile", schema]] : [];
}

/** Zero or one header. Only those preferences are named that the action honours. */
export function appliedHeader({ preferences }: ApiRequest, ...honoured: Array<keyof Preferences>): HeaderList {
  if (preferences === noPreferences) return [];
  const applied = preferenceApplied(Object.fromEntries(honoured.map((name) => [name, preferences[name]])));
  return applied === null ? [] : [applied];
}
