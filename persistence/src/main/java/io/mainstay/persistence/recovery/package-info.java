/**
 * Recoveries: cascades and strategies that are carried through step by step, across the deaths of
 * the node. {@link io.mainstay.persistence.recovery.RecoveryProgress} decides, {@link
 * io.mainstay.persistence.recovery.Recovery} journals and asks.
 */
package io.mainstay.persistence.recovery;
