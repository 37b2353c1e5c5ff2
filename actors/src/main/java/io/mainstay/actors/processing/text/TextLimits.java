package io.mainstay.actors.processing.text;

/**
 * What a text input may be at most.
 *
 * @param inputBytes of the whole input
 * @param lineBytes of one line, its line ending not counted
 * @param documents lines
 */
public record TextLimits(int inputBytes, int lineBytes, int documents) {}
