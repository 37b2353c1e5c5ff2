/**
 * Whether a picture may be delivered: the versioned policy, what is known of a picture, and the
 * gate that decides. Pure; nothing here touches a disk, a clock or an actor.
 */
package io.mainstay.actors.postprocessing.image.safety;
