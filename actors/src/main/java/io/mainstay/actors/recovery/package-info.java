/**
 * Faults, their recovery priorities and the boundary that classifies them; the journal of
 * directives; dead letters. Entry: {@code RecoverySupervisor}.
 */
package io.mainstay.actors.recovery;
