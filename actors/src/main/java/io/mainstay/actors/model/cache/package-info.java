/**
 * Model files read ahead into the system's page cache and kept mapped, so that a load after a
 * worker's death usually reads no disk. The kernel may evict them under memory pressure. {@code
 * CachePlan} decides (pure), {@code ResidentFiles} holds the mappings, {@code ModelCache} is what
 * the {@code ModelSupervisor} uses.
 */
package io.mainstay.actors.model.cache;
