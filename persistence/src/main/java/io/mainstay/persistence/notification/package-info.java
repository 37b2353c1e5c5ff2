/**
 * What people were told: events, state and bounds of a node's notifications. The actor that writes
 * them is {@code NotificationDesk} in {@code actors}; this package holds only what is durable.
 */
package io.mainstay.persistence.notification;
