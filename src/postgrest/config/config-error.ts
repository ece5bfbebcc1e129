/** A configuration PostgREST would not start with. The message is complete and in its words, where it has any. */
export class ConfigError extends Error {
  constructor(reason: string) {
    super(`Error in config ${reason}`);
    this.name = "ConfigError";
  }
}
