package io.mainstay.persistence.serialization;

/**
 * What crosses from node to node, or from client to node. Written as CBOR. Carries no secrets but
 * the gateway's token.
 */
public interface WireMessage {}
