/** The CTE under which the rows written, or returned by a function, are read again. */
export const SOURCE_CTE = "pgrst_source";
