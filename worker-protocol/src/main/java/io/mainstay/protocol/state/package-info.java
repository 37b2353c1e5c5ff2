/**
 * The state protocol in the host's own types: 24 messages between orchestrator and worker, the
 * envelope that orders them, and its two answers. Depends on nothing but the JDK.
 */
package io.mainstay.protocol.state;
