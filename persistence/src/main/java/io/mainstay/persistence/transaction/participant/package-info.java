/**
 * What a participant holds for transactions, durably: one log for each participant of a node. The
 * participants of the domains write it before they vote and before they answer, and read it after a
 * restart.
 */
package io.mainstay.persistence.transaction.participant;
