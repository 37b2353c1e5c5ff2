/**
 * The recovery engine: which cascade or strategy answers a fault, one order of those that want the
 * same, and who carries their steps out. The recoveries themselves are entities of {@code
 * io.mainstay.persistence.recovery}.
 */
package io.mainstay.actors.recovery.engine;
