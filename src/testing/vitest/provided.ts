/** What the global set-up provides to the workers. */
import type { ExchangeAddress } from "../ground/exchange.ts";

export const GROUND = "fluxDevGround";

declare module "vitest" {
  interface ProvidedContext {
    [GROUND]: ExchangeAddress;
  }
}
