/** The requests of the Flux SDK, its quirk included, against the demo in both modes on one stack. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sdkClient } from "../support/flux-sdk.ts";
import { type Service, startService } from "../support/service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

describe.each(["v2", "v1"] as const)("%s", (mode) => {
  beforeAll(() => service.stack.switchMode(mode));

  const as = (user: string) => sdkClient(service.url, service.token(user));

  test("a row's life", async () => {
    const notes = as("carol").from("notes");
    const inserted = await notes.insert({ body: "a note" });
    expect(inserted).toEqual({ data: [expect.objectContaining({ body: "a note", pinned: false })], error: null });
    const [{ id }] = inserted.data as [{ id: number }];
    expect(await notes.select("body", { id })).toEqual({ data: [{ body: "a note" }], error: null });
    expect(await notes.select("id", { pinned: false })).toEqual({ data: [{ id }], error: null });
    expect(await notes.update({ pinned: true }, { id })).toEqual({ data: null, error: null });
    expect(await notes.select("pinned")).toEqual({ data: [{ pinned: true }], error: null });
    expect(await as("bob").from("notes").delete({ id })).toEqual({ data: null, error: null });
    expect(await notes.select("id")).toEqual({ data: [{ id }], error: null });
    expect(await notes.delete({ id })).toEqual({ data: null, error: null });
    expect(await notes.select()).toEqual({ data: [], error: null });
  });

  test("a text in eq is sent in quotes, which PostgREST takes for part of it: nothing is found or changed", async () => {
    const notes = as("alice").from("notes");
    expect(await notes.select("body", { body: "Buy oat milk" })).toEqual({ data: [], error: null });
    expect(await notes.update({ pinned: false }, { body: "Buy oat milk" })).toEqual({ data: null, error: null });
    expect(await notes.select("body", { pinned: true })).toEqual({ data: [{ body: "Buy oat milk" }], error: null });
    const quoted = await notes.insert({ body: '"in quotes"' });
    expect(quoted.error).toBeNull();
    expect(await notes.select("body", { body: "in quotes" })).toEqual({ data: [{ body: '"in quotes"' }], error: null });
    const [{ id }] = quoted.data as [{ id: number }];
    await notes.delete({ id });
  });

  test("null in eq matches no NULL", async () => {
    const profiles = as("alice").from("profiles");
    expect(await profiles.select("display_name")).toMatchObject({ data: [{}, { display_name: "Bob" }] });
    expect(await profiles.select("display_name", { bio: null })).toEqual({ data: [], error: null });
  });

  test("errors are handed on as they came", async () => {
    const forbidden = { code: "42501", details: null, hint: null, message: "permission denied for table audit_log" };
    expect(await as("alice").from("audit_log").select()).toEqual({ data: null, error: forbidden });
    const anonymous = await sdkClient(service.url).from("notes").select();
    const refusal =
      mode === "v1"
        ? { ...forbidden, message: "permission denied for table notes" }
        : { error: "authorization required" };
    expect(anonymous).toEqual({ data: null, error: refusal });
  });

  test.runIf(mode === "v1")("v1's keys are tokens", async () => {
    const { anonKey, serviceRoleKey } = service.stack.info();
    const names = { data: [{ display_name: "Alice" }, { display_name: "Bob" }], error: null };
    expect(await sdkClient(service.url, anonKey!).from("profiles").select("display_name")).toEqual(names);
    expect(await sdkClient(service.url, anonKey!).from("notes").select()).toMatchObject({ error: { code: "42501" } });
    expect((await sdkClient(service.url, serviceRoleKey!).from("notes").select("id")).data).toHaveLength(3);
  });
});
