/**
 * Errors that a node is not done with: recoveries that failed and are tried again, or wait for a
 * person, and the modes that hold because of them. Events and their state; the decisions themselves
 * are made above. Entry: {@code CaseBookState}.
 */
package io.mainstay.persistence.casebook;
