package io.mainstay.persistence.mode;

/**
 * What can be active by itself.
 *
 * @param mode stable name of the mode
 * @param part stable name of a part of it, or empty
 * @param subject device or model that it is about, or empty for the whole node
 */
public record ModeName(String mode, String part, String subject) {}
