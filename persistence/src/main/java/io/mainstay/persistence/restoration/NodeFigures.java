package io.mainstay.persistence.restoration;

/**
 * What a node does in normal operation, measured by itself with small computations.
 *
 * @param model that computed
 * @param responseMillis median time of one computation
 * @param perSecond computations a second, several at a time
 * @param residentBytes of the workers together
 */
public record NodeFigures(
    String model, double responseMillis, double perSecond, long residentBytes) {}
