package io.mainstay.actors.recovery.catalog;

/** Whether something in this release can raise an error of the catalog. */
public enum Mechanism implements CatalogName {
  /** Code raises it when its condition holds. */
  CAUSED,
  /** Catalogued only: what would raise it is not built yet. */
  PENDING
}
