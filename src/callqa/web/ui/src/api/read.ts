import type { Readable } from "openapi-typescript-helpers";

import type { components } from "./schema";

/** A wire model as the client hands it out (it writes tuples as arrays). */
export type Read<Name extends keyof components["schemas"]> = Readable<components["schemas"][Name]>;
