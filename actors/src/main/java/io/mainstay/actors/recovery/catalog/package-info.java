/**
 * The names that the error catalog maps to: categories, propagation patterns, cascades, strategies,
 * degradation modes. Enums only, without a clock, actor or configuration; anybody may use them.
 * What a name does is the concern of whoever carries it out.
 */
package io.mainstay.actors.recovery.catalog;
