/**
 * One native worker process as an object: launching, its threads and pipes, its arena, its death.
 * Owned by one {@code WorkerSlot}; everything here is free of actors except that outcomes are
 * handed to callbacks, which only {@code tell}.
 */
package io.mainstay.actors.device.worker;
