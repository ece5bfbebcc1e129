/** 12.0's log lines, where its words are others than 12.2's. It says at every load what 12.2 says at the start only. */
import type { Observation } from "../observation.ts";
import { logMessages } from "./log-messages.ts";

export function olderLogMessages(observation: Observation, version: string): readonly string[] {
  switch (observation.kind) {
    case "starting":
    case "schema-reload-notified":
    case "config-reload-notified":
    case "channel-failed":
      return [];
    case "connecting":
      return [`Starting PostgREST ${version}...`, "Attempting to connect to the database..."];
    case "connected":
      return ["Connection successful"];
    case "version-query-failed":
      return [observation.payload];
    case "schema-cache-loaded":
      return ["Schema cache loaded"];
    // The misspelling is PostgREST's.
    case "schema-cache-failed":
      return ["An error ocurred when loading the schema cache", observation.payload];
    case "settings-failed":
      return ["An error ocurred when trying to query database settings for the config parameters", observation.payload];
    case "role-settings-failed":
      return ["An error ocurred when trying to query the role settings", observation.payload];
    case "channel-listening":
      return [`Listening for notifications on the ${observation.channel} channel`];
    case "channel-retrying":
      return [`Retrying listening for notifications on the ${observation.channel} channel..`];
    default:
      return logMessages(observation);
  }
}
