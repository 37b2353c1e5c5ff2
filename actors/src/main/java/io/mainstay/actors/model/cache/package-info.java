/**
 * Model files kept in the host's memory, so that a load after a worker's death reads no disk.
 * {@code CachePlan} decides (pure), {@code ResidentFiles} holds the mappings, {@code ModelCache} is
 * what the {@code ModelSupervisor} uses.
 */
package io.mainstay.actors.model.cache;
