/**
 * What this side holds of the other side's state: {@link io.mainstay.actors.state.cache.Cached}
 * copies with version and age, which only a message of the owner can change. Confined to the
 * propagation desk.
 */
package io.mainstay.actors.state.cache;
