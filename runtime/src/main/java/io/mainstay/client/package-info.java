/**
 * A Mainstay node for any JVM program: {@link io.mainstay.client.MainstayClient} speaks the actor
 * protocol of the node's gateway and gives typed, blocking methods with bounds. Knows nothing of
 * the command line.
 */
package io.mainstay.client;
