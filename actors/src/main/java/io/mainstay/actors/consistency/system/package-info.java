/**
 * What the kernel says of a node: its worker processes, shared memory files, descriptors, mappings
 * and model files. Entry type: {@link io.mainstay.actors.consistency.system.SystemProbe}.
 * Everything in here blocks and is kept off actor threads.
 */
package io.mainstay.actors.consistency.system;
