/**
 * Two-phase commit: operations over several domains that take effect in all of them or in none. The
 * entity collects votes, journals the decision and has it carried out; the domains take part
 * through {@code ParticipantCommand}.
 */
package io.mainstay.persistence.transaction;
