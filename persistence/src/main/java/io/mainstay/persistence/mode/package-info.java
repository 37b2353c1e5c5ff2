/**
 * Degradation modes of a node as its journal tells them: why a node is in which mode, and what
 * people decided. Events and state; the actor that writes them is the node's {@code ModeKeeper}.
 */
package io.mainstay.persistence.mode;
