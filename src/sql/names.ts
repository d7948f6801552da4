/** A function as it was called, as PostgreSQL folds it; `schema` is null if none was written. */
export interface FunctionName {
  readonly schema: string | null;
  readonly name: string;
}

/** A relation as it was named, as PostgreSQL folds it; `schema` is null if none was written. */
export interface RelationName {
  readonly schema: string | null;
  readonly name: string;
}
