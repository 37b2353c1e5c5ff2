/**
 * Getting notifications through to administrators: {@link
 * io.mainstay.actors.notification.delivery.Courier} sends one message at a time by a {@link
 * io.mainstay.actors.notification.delivery.DeliveryMethod}, as the pure {@link
 * io.mainstay.actors.notification.delivery.DeliveryQueue} decides: retries, digests, bounds.
 */
package io.mainstay.actors.notification.delivery;
