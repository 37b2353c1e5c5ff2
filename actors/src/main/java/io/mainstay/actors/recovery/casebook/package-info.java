/**
 * What follows from how far a fault was escalated, beyond its first recovery: retries of recoveries
 * that failed, gates that wait for a person, and modes that protect the node until the error is
 * over. {@code CaseLife} decides, pure; {@code CaseBook} journals and acts. Entry: {@code
 * CaseBook}.
 */
package io.mainstay.actors.recovery.casebook;
