/**
 * How far a fault is escalated: by its context, its frequency, its severity and its impact. {@code
 * Escalation} decides, pure; {@code FaultLedger} counts, journals the decision and offers it to
 * whoever recovers. Entry: {@code FaultLedger}.
 */
package io.mainstay.actors.recovery.escalation;
