/**
 * Shared memory between the host and one worker incarnation. {@link
 * io.mainstay.protocol.arena.TensorArena} is owned by the object that owns the worker process; what
 * it hands out are {@link io.mainstay.protocol.arena.ArenaLease}s.
 */
package io.mainstay.protocol.arena;
