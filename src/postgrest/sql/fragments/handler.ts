/** From rows to a body, by the media handler that was negotiated. */
import type { MediaHandler, QualifiedIdentifier, Routine } from "../../schema-cache/types.ts";
import { returnsScalar, returnsSetOfScalar, returnsSingleComposite } from "../../schema-cache/types.ts";
import { qualified } from "./names.ts";

/** What decides, besides the handler, how a row is looked at. */
export interface HandlerContext {
  /** The function called, when one is. */
  readonly routine: Routine | null;
  /** A relation whose type rows are cast to even for an `anyelement` handler (12.0), or null. */
  readonly rowType: QualifiedIdentifier | null;
}

export function handlerBody(handler: MediaHandler, { routine, rowType }: HandlerContext): string {
  switch (handler.kind) {
    case "json":
      return jsonBody(routine, false);
    case "array-json-strip":
      return jsonBody(routine, true);
    case "single-json":
      return singleBody(routine, handler.stripNulls);
    case "geojson":
      return "json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(ST_AsGeoJSON(_postgrest_t)::json), '[]'))";
    case "csv":
      return CSV;
    case "custom": {
      const name = qualified(handler.function);
      if (routine !== null && returnsScalar(routine)) return `${name}(_postgrest_t.pgrst_scalar)`;
      const target = handler.target === "anyelement" ? rowType : handler.target;
      return `${name}(_postgrest_t${target === null ? "" : `::${qualified(target)}`})`;
    }
    case "none":
      return "''::text";
  }
}

const stripped = (strip: boolean, json: string): string => (strip ? `json_strip_nulls(${json})` : json);

function singleBody(routine: Routine | null, strip: boolean): string {
  const row = routine !== null && returnsScalar(routine) ? "_postgrest_t.pgrst_scalar" : "_postgrest_t";
  return `coalesce(${stripped(strip, `json_agg(${row})->0`)}, 'null')`;
}

/** A function that does not return a set answers with the value alone, not with a list of one. */
function jsonBody(routine: Routine | null, strip: boolean): string {
  if (routine !== null && (returnsScalar(routine) || returnsSingleComposite(routine)))
    return singleBody(routine, strip);
  const row = routine !== null && returnsSetOfScalar(routine) ? "_postgrest_t.pgrst_scalar" : "_postgrest_t";
  return `coalesce(${stripped(strip, `json_agg(${row})`)}, '[]')`;
}

/** The header line comes from the first row of the source, the lines are rows as Postgres prints composites. */
const CSV =
  "(SELECT coalesce(string_agg(a.k, ','), '')" +
  "  FROM (" +
  "    SELECT json_object_keys(r)::text as k" +
  "    FROM ( " +
  "      SELECT row_to_json(hh) as r from pgrst_source as hh limit 1" +
  "    ) s" +
  "  ) a" +
  ") || '\n' || " +
  "coalesce(string_agg(substring(_postgrest_t::text, 2, length(_postgrest_t::text) - 2), '\n'), '')";
