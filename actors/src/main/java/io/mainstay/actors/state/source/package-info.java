/**
 * Where changes of state come from: what each domain notices, as one of the 24 messages. What runs
 * beside the devices in this JVM speaks here for the workers' side; nothing else makes a message
 * that a worker owns. Called by the domains, from their own actors.
 */
package io.mainstay.actors.state.source;
