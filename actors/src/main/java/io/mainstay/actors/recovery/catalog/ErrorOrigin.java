package io.mainstay.actors.recovery.catalog;

/** Where an error of the catalog comes from. */
public enum ErrorOrigin implements CatalogName {
  /** One of the thirty-eight that the seeds enumerate. */
  SEED,
  /** A condition that the seeds name elsewhere. */
  NAMED,
  /** Ours. */
  OWN
}
