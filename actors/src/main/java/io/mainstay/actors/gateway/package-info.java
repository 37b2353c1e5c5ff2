/**
 * The public command protocol at {@code /user/gateway}: what any client may ask of a node. Strings
 * meet types here, once.
 */
package io.mainstay.actors.gateway;
