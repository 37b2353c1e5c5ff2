/**
 * Actions that no single domain owns: the journal's database, the channels between the domains and
 * to the workers, and whether all agree afterwards.
 */
package io.mainstay.actors.recovery.action.platform;
