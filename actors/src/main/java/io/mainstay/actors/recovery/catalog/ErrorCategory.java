package io.mainstay.actors.recovery.catalog;

/**
 * What kind of trouble an error is: decides whether and how its operation is tried again. The eight
 * of seed 002, and of the further ones that seed 004 names those that are none of the eight.
 */
public enum ErrorCategory implements CatalogName {
  /** Passing; a retry will probably work. */
  TRANSIENT,
  /** No retry will work. */
  PERMANENT,
  /** Bad data that makes processing fail. */
  POISON,
  /** A resource is used up. */
  RESOURCE,
  /** An operation ran out of time. */
  TIMEOUT,
  /** Data failed a validation. */
  VALIDATION,
  /** A port, pipe or network. */
  COMMUNICATION,
  /** Something this leans on failed. */
  DEPENDENCY,
  /** Contents are damaged. */
  CORRUPTION,
  /** Parties wait on each other. */
  DEADLOCK,
  /** Two parts hold different states of the same thing. */
  DIVERGENCE,
  /** What came out must not go out. */
  POLICY,
  /** A service refuses calls for being too frequent. */
  RATE_LIMIT,
  /** Credentials were refused. */
  AUTHENTICATION
}
