package io.mainstay.actors.recovery;

import io.mainstay.protocol.WorkerBlame;

/**
 * One error of the catalog.
 *
 * @param name stable name, as journaled and shown
 * @param domain whose error it is
 * @param severity before context is looked at
 * @param priority decides the supervisor's directive
 * @param blame whose fault it usually is
 * @param message what it means, for people
 * @param remedy what to do about it
 */
public record ErrorDefinition(
    String name,
    Domain domain,
    Severity severity,
    RecoveryPriority priority,
    WorkerBlame blame,
    String message,
    String remedy) {}
