/** The server's log lines, in PostgREST's words, so that what greps one log greps the other. */
import type { Observation } from "../observation.ts";

export function logMessages(observation: Observation): readonly string[] {
  if (observation.kind === "connecting") return [];
  if (observation.kind !== "schema-cache-loaded") return [message(observation)];
  const milliseconds = (seconds: number): string => `${(seconds * 1000).toFixed(1)} milliseconds`;
  return [
    `Schema cache queried in ${milliseconds(observation.querySeconds)}`,
    `Schema cache loaded ${observation.summary}`,
    `Schema cache loaded in ${milliseconds(observation.totalSeconds)}`,
  ];
}

function message(observation: Exclude<Observation, { kind: "schema-cache-loaded" | "connecting" }>): string {
  switch (observation.kind) {
    case "starting":
      return `Starting PostgREST ${observation.version}...`;
    case "listening-port":
      return `Listening on port ${observation.port}`;
    case "listening-unix":
      return `Listening on unix socket ${JSON.stringify(observation.path)}`;
    case "admin-listening":
      return `Admin server listening on port ${observation.port}`;
    case "connected":
      return `Successfully connected to ${observation.serverVersion}`;
    case "version-query-failed":
      return `Failed to query the PostgreSQL version. ${observation.payload}`;
    case "schema-cache-failed":
      return `Failed to load the schema cache. ${observation.payload}`;
    case "reconnecting":
      return `Attempting to reconnect to the database in ${observation.seconds} seconds...`;
    case "config-reloaded":
      return "Config reloaded";
    case "config-invalid":
      return `Failed reloading config: ${observation.reason}`;
    case "settings-failed":
      return `Failed to query database settings for the config parameters.${observation.payload}`;
    case "role-settings-failed":
      return `Failed to query the role settings. ${observation.payload}`;
    case "query-failed":
    case "pool-timeout":
      return observation.payload;
    case "connection":
      return `Connection ${observation.id} ${observation.status}`;
    case "channel-listening":
      return `Listening for notifications on the ${JSON.stringify(observation.channel)} channel`;
    case "channel-failed":
      return `Failed listening for notifications on the ${JSON.stringify(observation.channel)} channel. ${observation.reason}`;
    case "channel-retrying":
      return `Retrying listening for notifications in ${observation.seconds} seconds...`;
    case "schema-reload-notified":
      return `Received a schema cache reload message on the ${JSON.stringify(observation.channel)} channel`;
    case "config-reload-notified":
      return `Received a config reload message on the ${JSON.stringify(observation.channel)} channel`;
    case "fatal":
      return observation.reason;
  }
}
