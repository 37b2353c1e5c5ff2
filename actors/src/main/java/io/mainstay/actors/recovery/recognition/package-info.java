/**
 * What was seen, recognised as an error of the catalog: one pure table for each kind of sign (a
 * worker's end, a worker's fault, a refusal, a divergence, pressure, an exception). No actor, no
 * clock. Whoever sees the sign calls its table and says the result with {@code FaultVoice}.
 */
package io.mainstay.actors.recovery.recognition;
