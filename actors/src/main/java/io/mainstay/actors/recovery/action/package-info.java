/**
 * What the steps of recoveries do, a package for each domain. An action asks the domain that owns
 * the state, looks whether the effect is there, and says what it saw; done once or again, it comes
 * to the same.
 */
package io.mainstay.actors.recovery.action;
