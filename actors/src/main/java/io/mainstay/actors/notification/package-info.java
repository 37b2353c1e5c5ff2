/**
 * Telling people: one entry, {@link io.mainstay.actors.notification.NotificationPost}, takes {@link
 * io.mainstay.actors.notification.NotificationCommand}; templates turn a kind and its placeholders
 * into words; {@link io.mainstay.actors.notification.NotificationRouting} decides where they go;
 * {@link io.mainstay.actors.notification.NotificationDesk} journals them before anything is sent.
 * Whoever has something to say uses the typed entry points, such as {@link
 * io.mainstay.actors.notification.RecoveryNotices}.
 */
package io.mainstay.actors.notification;
