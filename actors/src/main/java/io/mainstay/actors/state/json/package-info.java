/**
 * The 24 messages as JSON, with the names, units and text formats of the protocol's catalog. The
 * boundary where its device names become ours. Pure.
 */
package io.mainstay.actors.state.json;
