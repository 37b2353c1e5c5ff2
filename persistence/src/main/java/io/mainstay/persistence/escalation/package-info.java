/**
 * What a node decided about its faults, and what it remembers of them: counts within the last hour,
 * tallies of each error, gates that a person must open. Events and their state; the decisions
 * themselves are made above. Entry: {@code EscalationState}.
 */
package io.mainstay.persistence.escalation;
